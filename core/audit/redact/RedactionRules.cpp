// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/RedactionRules.h"

#include "core/Error.h"
#include "core/audit/redact/KeyWords.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

namespace andon {

namespace {

const QString kMoreKeys = QStringLiteral("more_keys");
const QString kMorePatterns = QStringLiteral("more_patterns");
const QString kAllowedKeys = QStringLiteral("allowed_keys");

/// What is wrong with a pattern; empty where nothing is.
QString complaintAboutPattern(const QString &pattern)
{
    const QRegularExpression expression(pattern, QRegularExpression::UseUnicodePropertiesOption);
    if (!expression.isValid())
        return QStringLiteral("The pattern %1 is no regular expression: %2 at %3.")
            .arg(pattern, expression.errorString())
            .arg(expression.patternErrorOffset());
    if (expression.match(QString()).hasMatch())
        return QStringLiteral("The pattern %1 matches the empty text, and so everything. Say what it must hold.")
            .arg(pattern);
    return {};
}

QString complaintAboutKey(const QString &key)
{
    if (KeyWords(key).isEmpty())
        return QStringLiteral("'%1' is no key: it has no letter and no digit.").arg(key);
    return {};
}

QString firstComplaint(const QStringList &texts, QString (*complaintAbout)(const QString &))
{
    for (const QString &text : texts) {
        QString complaint = complaintAbout(text);
        if (!complaint.isEmpty())
            return complaint;
    }
    return {};
}

QStringList readList(const QJsonObject &json, const QString &name)
{
    const QJsonValue value = json.value(name);
    if (value.isUndefined())
        return {};
    QStringList texts;
    const QJsonArray list = value.toArray();
    for (const QJsonValue text : list)
        texts << text.toString();
    const bool isListOfTexts = value.isArray()
        && std::all_of(list.begin(), list.end(), [](const QJsonValue &text) { return text.isString(); });
    if (!isListOfTexts)
        throw InvalidInputError(QStringLiteral("'%1' of the redaction rules must be a list of texts.").arg(name));
    return texts;
}

QStringList usable(const QJsonObject &json, const QString &name, QString (*complaintAbout)(const QString &))
{
    QStringList texts;
    const QJsonArray list = json.value(name).toArray();
    for (const QJsonValue text : list) {
        if (text.isString() && complaintAbout(text.toString()).isEmpty())
            texts << text.toString();
    }
    return texts;
}

} // namespace

void RedactionRules::validate() const
{
    for (const QString &complaint :
         {firstComplaint(morePatterns, complaintAboutPattern), firstComplaint(moreKeys, complaintAboutKey),
          firstComplaint(allowedKeys, complaintAboutKey)}) {
        if (!complaint.isEmpty())
            throw InvalidInputError(complaint);
    }
}

RedactionRules RedactionRules::fromJson(const QJsonObject &json)
{
    const QStringList names = json.keys();
    for (const QString &name : names) {
        if (name != kMoreKeys && name != kMorePatterns && name != kAllowedKeys)
            throw InvalidInputError(QStringLiteral("The redaction rules have no '%1', only '%2', '%3' and '%4'.")
                                        .arg(name, kMoreKeys, kMorePatterns, kAllowedKeys));
    }
    RedactionRules rules{readList(json, kMoreKeys), readList(json, kMorePatterns), readList(json, kAllowedKeys)};
    rules.validate();
    return rules;
}

RedactionRules RedactionRules::fromJson(const QString &json)
{
    if (json.trimmed().isEmpty())
        return {};
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json.toUtf8(), &error);
    if (!document.isObject())
        throw InvalidInputError(QStringLiteral("The redaction rules must be a JSON object."), error.errorString());
    return fromJson(document.object());
}

RedactionRules RedactionRules::fromStored(const QString &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json.toUtf8()).object();
    return {usable(object, kMoreKeys, complaintAboutKey), usable(object, kMorePatterns, complaintAboutPattern),
            usable(object, kAllowedKeys, complaintAboutKey)};
}

QJsonObject RedactionRules::toJson() const
{
    return {{kMoreKeys, QJsonArray::fromStringList(moreKeys)},
            {kMorePatterns, QJsonArray::fromStringList(morePatterns)},
            {kAllowedKeys, QJsonArray::fromStringList(allowedKeys)}};
}

} // namespace andon
