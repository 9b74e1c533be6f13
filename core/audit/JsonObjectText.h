// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringView>

#include <utility>

namespace andon {

/// The text of a small JSON object, put together member by member: several times faster than a document,
/// for what is written with every event. Members stand in the order in which they are added.
class JsonObjectText
{
public:
    JsonObjectText() { m_text.reserve(kUsualSize); }

    JsonObjectText &add(QStringView key, const QString &value);
    JsonObjectText &add(QStringView key, qint64 value);
    /// A value that is JSON already; null where there is none.
    JsonObjectText &addJson(QStringView key, const QString &json);

    /// The whole, to be asked for once.
    [[nodiscard]] QString takeText()
    {
        m_text += u'}';
        return std::move(m_text);
    }

private:
    static constexpr qsizetype kUsualSize = 256;

    void addKey(QStringView key);

    QString m_text{u'{'};
};

} // namespace andon
