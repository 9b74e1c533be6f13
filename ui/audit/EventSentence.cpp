// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/EventSentence.h"

#include "ui/audit/EventText.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace andon {

namespace {

/// Gives the functions of this file a context for translations.
struct Words
{
    Q_DECLARE_TR_FUNCTIONS(andon::EventSentence)
};

/// A JSON value in few words: text without its quotes.
QString shortValue(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

/// Builds "a: b" out of what is there.
class Phrase
{
public:
    explicit Phrase(const QJsonObject &data)
        : m_data(data)
    {
    }

    [[nodiscard]] QString of(QLatin1StringView key) const { return shortValue(m_data.value(key)); }

    Phrase &add(const QString &text, const QString &separator = QStringLiteral(" \u00B7 "))
    {
        if (!text.isEmpty())
            m_text += m_text.isEmpty() ? text : separator + text;
        return *this;
    }
    Phrase &addKey(QLatin1StringView key, const QString &pattern = QStringLiteral("%1"))
    {
        const QString value = of(key);
        return value.isEmpty() ? *this : add(pattern.arg(value));
    }
    [[nodiscard]] const QString &text() const { return m_text; }

private:
    const QJsonObject &m_data;
    QString m_text;
};

QString storedDuration(const QJsonObject &data)
{
    const QJsonValue value = data.value(QLatin1StringView("duration_ms"));
    return value.isDouble() ? Words::tr("%1 ms").arg(value.toVariant().toString()) : QString();
}

using Key = QLatin1StringView;

/// "agent agent-7 held", for the event of a hold; nothing for a stop of everything.
QString scopeOf(const Phrase &phrase, const QString &agent, const QString &action)
{
    const QString target = phrase.of(Key("target"));
    const QString scope = phrase.of(Key("scope"));
    if (target.isEmpty() || scope == u"everything")
        return {};
    return (scope == u"action" ? action : agent).arg(target);
}

/// How long a question or an answer was good for when it was written.
QString timeUntil(const AuditEvent &event, const Phrase &phrase, const QString &pattern)
{
    const QDateTime until = QDateTime::fromString(phrase.of(Key("expires_at")), Qt::ISODateWithMs);
    const bool isKnown = until.isValid() && event.timestamp.isValid();
    return isKnown ? pattern.arg(EventText::duration(event.timestamp.msecsTo(until))) : QString();
}

/// "150 events, 1 to 150, of 2026-05 moved to 2026-05.archive"; as much of it as is there.
QString archivedText(const Phrase &phrase)
{
    const QString file = phrase.of(Key("file"));
    if (file.isEmpty())
        return {};
    const QString count = phrase.of(Key("events"));
    const QString first = phrase.of(Key("first_event"));
    const QString last = phrase.of(Key("last_event"));
    const QString months = phrase.of(Key("months")).replace(u' ', QStringLiteral(", "));
    QString what = count == u"1" ? Words::tr("1 event")
        : count.isEmpty()        ? Words::tr("events")
                                 : Words::tr("%1 events").arg(count);
    if (!first.isEmpty() && !last.isEmpty())
        what = Words::tr("%1, %2 to %3,").arg(what, first, last);
    if (!months.isEmpty())
        what = Words::tr("%1 of %2").arg(what, months);
    return Words::tr("%1 moved to the file %2").arg(what, file);
}

/// What a guard tells of what it stopped: "20 processes, 3 killed, dead after 38 ms, told by permit, exit status 9".
QString stoppedText(const QJsonObject &details)
{
    QStringList parts;
    const auto add = [&](Key key, const QString &pattern) {
        const QJsonValue value = details.value(key);
        if (value.isDouble() || !value.toString().isEmpty())
            parts << pattern.arg(shortValue(value));
    };
    const bool isOne = details.value(Key("processes")).toInteger() == 1;
    add(Key("processes"), isOne ? Words::tr("%1 process") : Words::tr("%1 processes"));
    add(Key("killed"), Words::tr("%1 killed"));
    const QJsonValue deadAfter = details.value(Key("dead_after_us"));
    if (deadAfter.isDouble())
        parts << Words::tr("dead after %1").arg(EventText::duration(deadAfter.toInteger() / 1000));
    add(Key("via"), Words::tr("told by %1"));
    add(Key("exit_status"), Words::tr("exit status %1"));
    add(Key("signal"), Words::tr("signal %1"));
    const QJsonArray survivors = details.value(Key("survivors")).toArray();
    if (!survivors.isEmpty())
        parts << Words::tr("still there: %1").arg(shortValue(survivors));
    return parts.join(QStringLiteral(", "));
}

/// What only this type says, and why it happened.
void describeType(Phrase &phrase, const AuditEvent &event, const QJsonObject &data)
{
    const QString &type = event.eventType;
    if (type == EventType::kKillSwitch) {
        phrase.addKey(Key("stop_id"), Words::tr("stop %1"))
            .add(scopeOf(phrase, Words::tr("agent %1 held"), Words::tr("every %1 held")))
            .addKey(Key("cancelled_count"), Words::tr("%1 cancelled"));
    } else if (type == EventType::kReset) {
        phrase.addKey(Key("stop_id"), Words::tr("stop %1"))
            .add(scopeOf(phrase, Words::tr("agent %1 released"), Words::tr("every %1 released")));
    } else if (type == EventType::kModeChange) {
        const QString from = phrase.of(Key("old_mode"));
        const QString to = phrase.of(Key("new_mode"));
        if (!to.isEmpty())
            phrase.add(from.isEmpty() ? to : Words::tr("%1 \u2192 %2").arg(from, to));
    } else if (type == EventType::kSettingChange) {
        const QString value = Words::tr("%1 \u2192 %2").arg(phrase.of(Key("old_value")), phrase.of(Key("new_value")));
        phrase.addKey(Key("setting")).add(value, QStringLiteral(": "));
    } else if (type == EventType::kArchived) {
        phrase.add(archivedText(phrase));
    } else if (type == EventType::kApprovalAsked) {
        phrase.add(timeUntil(event, phrase, Words::tr("waits for a person's word for %1")));
    } else if (type == EventType::kApproved) {
        phrase.add(timeUntil(event, phrase, Words::tr("may start within %1")));
    } else if (type == EventType::kExecuting) {
        phrase.addKey(Key("agent_id"));
        if (phrase.text().isEmpty())
            phrase.addKey(Key("requester_id"));
    } else {
        phrase.addKey(Key("action_name")).addKey(Key("stop_id"), Words::tr("stop %1"));
    }
    phrase.addKey(Key("error")).addKey(Key("reason")).addKey(Key("message"));
    if (type == EventType::kCancelled)
        phrase.add(stoppedText(data.value(Key("details")).toObject()));
}

} // namespace

QString eventSentence(const AuditEvent &event, const QJsonObject &data)
{
    Phrase phrase(data);
    describeType(phrase, event, data);
    phrase.add(storedDuration(data));
    phrase.addKey(Key("result")).addKey(Key("by"), Words::tr("by %1"));
    return phrase.text();
}

} // namespace andon
