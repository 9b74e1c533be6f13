// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/Redactor.h"

#include "core/audit/redact/JsonSecrets.h"
#include "core/audit/redact/SecretRules.h"
#include "core/audit/redact/SecretSpans.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace andon {

Redactor::Redactor(const RedactionRules &rules)
    : m_rules(std::make_shared<const SecretRules>(rules))
{
}

QString Redactor::replacement()
{
    return SecretSpans::replacement();
}

bool Redactor::mayHoldSecret(const QString &text) const noexcept
{
    return m_rules->triggers.isIn(text);
}

QString Redactor::redactOnce(const QString &text, bool isJson) const
{
    SecretSpans spans;
    if (isJson && JsonSecrets(text, *m_rules, 0).find(spans))
        return spans.appliedTo(text);
    spans.clear();
    JsonSecrets::findInText(text, *m_rules, 0, spans);
    return spans.appliedTo(text);
}

QString Redactor::redactAll(const QString &text, bool isJson) const noexcept
{
    // What is left when a secret is gone may be read as another one; it has become shorter, so that this ends soon.
    constexpr int kMostRounds = 8;
    try {
        QString before = text;
        for (int round = 0; round < kMostRounds; ++round) {
            const QString after = redactOnce(before, isJson);
            if (after == before)
                return before;
            before = after;
        }
        return before;
    } catch (...) {
        return isJson ? QStringLiteral(R"({"[redacted]":true})") : replacement();
    }
}

QString Redactor::redactJson(const QString &json) const noexcept
{
    return mayHoldSecret(json) ? redactAll(json, true) : json;
}

QString Redactor::redactText(const QString &text) const noexcept
{
    return mayHoldSecret(text) ? redactAll(text, false) : text;
}

QJsonObject Redactor::redact(const QJsonObject &object) const noexcept
{
    const QJsonValue redacted = redactValue(object);
    return redacted.isObject() ? redacted.toObject() : QJsonObject{{replacement(), true}};
}

QJsonValue Redactor::redactValue(const QJsonValue &value) const noexcept
{
    try {
        if (!value.isString() && !value.isArray() && !value.isObject())
            return value;
        if (value.isString())
            return redactText(value.toString());
        const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray())
                                                       : QJsonDocument(value.toObject());
        const QString before = QString::fromUtf8(document.toJson(QJsonDocument::Compact));
        const QString after = redactJson(before);
        if (after == before)
            return value;
        const QJsonDocument redacted = QJsonDocument::fromJson(after.toUtf8());
        if (redacted.isObject())
            return redacted.object();
        if (redacted.isArray())
            return redacted.array();
    } catch (...) {
        return replacement();
    }
    return replacement();
}

} // namespace andon
