// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/StoredJson.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace andon::ctl::StoredJson {

QJsonValue valueOf(const QString &stored)
{
    if (stored.isEmpty())
        return {};
    // In brackets, since the stored text may be a bare value, which Qt's parser does not take.
    QJsonParseError error;
    const QJsonArray array = QJsonDocument::fromJson('[' + stored.toUtf8() + ']', &error).array();
    return error.error == QJsonParseError::NoError && array.size() == 1 ? array.first() : QJsonValue(stored);
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace andon::ctl::StoredJson
