// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/EventText.h"

#include "ui/audit/EventSentence.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>

namespace andon::EventText {

namespace {

/// Gives the functions of this file a context for translations.
struct Words
{
    Q_DECLARE_TR_FUNCTIONS(andon::EventText)
};

bool isInvisible(char16_t unit)
{
    const bool isControl = unit < 0x20 || (unit >= 0x7F && unit <= 0x9F);
    const bool isSeparatorOrMark = unit == 0xAD || (unit >= 0x200B && unit <= 0x200F)
        || (unit >= 0x2028 && unit <= 0x202E) || (unit >= 0x2060 && unit <= 0x206F) || unit == 0x061C || unit == 0xFEFF;
    return isControl || isSeparatorOrMark;
}

/// The symbol for a character that has no picture of its own.
QString symbolFor(char16_t unit)
{
    if (unit == u'\n')
        return QStringLiteral("\u21B5");
    if (unit < 0x20)
        return QChar(char16_t(0x2400 + unit)); // Unicode's control pictures
    if (unit == 0x7F)
        return QStringLiteral("\u2421");
    return QStringLiteral("\u27E8U+%1\u27E9").arg(QString::number(unit, 16).toUpper().rightJustified(4, u'0'));
}

void appendVisible(QString &result, QStringView text, qsizetype index)
{
    const QChar unit = text[index];
    const bool isPaired = (unit.isHighSurrogate() && index + 1 < text.size() && text[index + 1].isLowSurrogate())
        || (unit.isLowSurrogate() && index > 0 && text[index - 1].isHighSurrogate());
    if (unit.isSurrogate() && !isPaired)
        result += QChar(QChar::ReplacementCharacter);
    else if (isInvisible(unit.unicode()))
        result += symbolFor(unit.unicode());
    else
        result += unit;
}

/// Takes JSON apart only as far as its blanks, so that nothing in it can change.
class Indenter
{
public:
    explicit Indenter(qsizetype limit)
        : m_limit(limit)
    {
    }

    Pretty run(QStringView text)
    {
        for (qsizetype i = 0; i < text.size(); ++i) {
            if (m_result.text.size() >= m_limit) {
                m_result.isCut = true;
                break;
            }
            const QChar unit = text[i];
            if (m_isInString)
                takeInString(text, i);
            else if (!isBlank(unit))
                take(text, i);
        }
        return std::move(m_result);
    }

private:
    static bool isBlank(QChar unit) { return unit == u' ' || unit == u'\t' || unit == u'\n' || unit == u'\r'; }

    void newLine() { m_result.text += u'\n' + QString(qMin(m_depth, 64) * 2, u' '); }

    void takeInString(QStringView text, qsizetype index)
    {
        appendVisible(m_result.text, text, index);
        const QChar unit = text[index];
        if (m_isEscaped)
            m_isEscaped = false;
        else if (unit == u'\\')
            m_isEscaped = true;
        else if (unit == u'"')
            m_isInString = false;
    }

    static QChar nextSolid(QStringView text, qsizetype index)
    {
        for (qsizetype i = index + 1; i < text.size(); ++i) {
            if (!isBlank(text[i]))
                return text[i];
        }
        return {};
    }

    void take(QStringView text, qsizetype index)
    {
        const QChar unit = text[index];
        if (unit == u'}' || unit == u']') {
            --m_depth;
            if (!m_isEmptyBox)
                newLine();
            m_isEmptyBox = false;
            m_result.text += unit;
            return;
        }
        m_result.text += unit;
        if (unit == u'{' || unit == u'[') {
            ++m_depth;
            const QChar next = nextSolid(text, index);
            m_isEmptyBox = next == u'}' || next == u']';
            if (!m_isEmptyBox)
                newLine();
        } else if (unit == u',') {
            newLine();
        } else if (unit == u':') {
            m_result.text += u' ';
        } else if (unit == u'"') {
            m_isInString = true;
        }
    }

    qsizetype m_limit;
    Pretty m_result;
    int m_depth = 0;
    bool m_isInString = false;
    bool m_isEscaped = false;
    bool m_isEmptyBox = false;
};

QJsonObject toJson(const AuditEvent &event)
{
    QJsonObject object;
    object.insert(QLatin1StringView("id"), event.id ? QJsonValue(event.id->value) : QJsonValue());
    object.insert(QLatin1StringView("proposal_id"),
                  event.proposalId ? QJsonValue(event.proposalId->value) : QJsonValue());
    object.insert(QLatin1StringView("event_type"), event.eventType);
    const QJsonDocument data = QJsonDocument::fromJson(event.eventData.toUtf8());
    if (data.isObject())
        object.insert(QLatin1StringView("event_data"), data.object());
    else
        object.insert(QLatin1StringView("event_data"),
                      event.eventData.isNull() ? QJsonValue() : QJsonValue(event.eventData));
    object.insert(QLatin1StringView("actor"), event.actor);
    object.insert(QLatin1StringView("timestamp"), event.timestampText);
    return object;
}

} // namespace

QString visible(QStringView text, qsizetype limit)
{
    QString result;
    const qsizetype end = qMin(text.size(), limit);
    result.reserve(end + 1);
    for (qsizetype i = 0; i < end; ++i)
        appendVisible(result, text, i);
    if (text.size() > limit)
        result += u'\u2026';
    return result;
}

QString visibleLines(QStringView text)
{
    QString result;
    result.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'\n' || text[i] == u'\t')
            result += text[i];
        else
            appendVisible(result, text, i);
    }
    return result;
}

QString localTime(const AuditEvent &event)
{
    return time(event, Qt::LocalTime);
}

QString time(const AuditEvent &event, Qt::TimeSpec zone)
{
    if (!event.timestamp.isValid())
        return visible(event.timestampText, 40);
    const QString text = event.timestamp.toTimeSpec(zone).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
    return event.isNaiveTimestamp ? text + QStringLiteral(" ~") : text;
}

QString duration(qint64 ms)
{
    constexpr qint64 kSecond = 1000;
    constexpr qint64 kMinute = 60 * kSecond;
    constexpr qint64 kHour = 60 * kMinute;
    constexpr qint64 kDay = 24 * kHour;
    if (ms < 0)
        return u'\u2212' + duration(-std::max(ms, -std::numeric_limits<qint64>::max()));
    if (ms < kSecond)
        return Words::tr("%1 ms").arg(ms);
    if (ms < kMinute)
        return Words::tr("%1 s").arg(QLocale().toString(std::floor(double(ms) / 100) / 10, 'f', 1));
    if (ms < kHour)
        return Words::tr("%1 min %2 s").arg(ms / kMinute).arg(ms % kMinute / kSecond);
    if (ms < kDay)
        return Words::tr("%1 h %2 min").arg(ms / kHour).arg(ms % kHour / kMinute);
    return Words::tr("%1 d %2 h").arg(QLocale().toString(ms / kDay)).arg(ms % kDay / kHour);
}

QString timeToolTip(const AuditEvent &event)
{
    QStringList lines;
    if (event.timestamp.isValid())
        lines << Words::tr("UTC: %1").arg(event.timestamp.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz")));
    else
        lines << Words::tr("This is not a time.");
    lines << Words::tr("Stored: %1").arg(visible(event.timestampText));
    if (event.isNaiveTimestamp)
        lines << Words::tr("~ The offset from UTC was not stored; it is read as this database's agents write it.");
    return QStringLiteral("<p style='white-space:pre-wrap'>") + lines.join(u'\n').toHtmlEscaped()
        + QStringLiteral("</p>");
}

QString summary(const AuditEvent &event, bool isCut)
{
    if (!isCut) {
        const QJsonDocument document = QJsonDocument::fromJson(event.eventData.toUtf8());
        if (document.isObject()) {
            const QString text = eventSentence(event, document.object());
            if (!text.isEmpty())
                return visible(text);
            if (document.object().isEmpty())
                return {};
        }
    }
    return visible(event.eventData);
}

QString proposal(const AuditEvent &event)
{
    return event.proposalId ? u'#' + event.proposalId->toString() : QString();
}

Pretty pretty(const QString &data, qsizetype limit)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(data.toUtf8(), &error);
    if (error.error == QJsonParseError::NoError && !document.isNull()) {
        Pretty result = Indenter(limit).run(data);
        result.isJson = true;
        return result;
    }
    return {visibleLines(QStringView(data).left(limit)), false, data.size() > limit};
}

QString tabSeparated(const QList<AuditEvent> &events)
{
    QString text;
    for (const AuditEvent &event : events) {
        const QStringList cells{localTime(event), visible(event.eventType), proposal(event), visible(event.actor),
                                summary(event)};
        text += cells.join(u'\t') + u'\n';
    }
    return text;
}

QString jsonLines(const QList<AuditEvent> &events)
{
    QByteArray lines;
    for (const AuditEvent &event : events)
        lines += QJsonDocument(toJson(event)).toJson(QJsonDocument::Compact) + '\n';
    return QString::fromUtf8(lines);
}

} // namespace andon::EventText
