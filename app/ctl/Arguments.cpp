// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"

#include "core/Error.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace andon::ctl::Arguments {

namespace {

qint64 positiveNumber(const std::string &text, const QString &what)
{
    QString typed = QString::fromStdString(text);
    const bool isDigits = !typed.isEmpty()
        && std::all_of(typed.begin(), typed.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    bool isNumber = false;
    const qint64 number = typed.toLongLong(&isNumber);
    if (!isDigits || !isNumber || number < 1)
        throw InvalidInputError(QStringLiteral("%1 is a whole number from 1, and \"%2\" is none.").arg(what, typed));
    return number;
}

} // namespace

ProposalId proposalId(const std::string &text)
{
    return ProposalId(positiveNumber(text, QStringLiteral("The id of an action")));
}

EventId eventId(const std::string &text)
{
    return EventId(positiveNumber(text, QStringLiteral("The id of an event")));
}

StopId stopId(const std::string &text)
{
    return StopId(positiveNumber(text, QStringLiteral("The number of a stop")));
}

QJsonValue json(const std::string &text, const QString &option)
{
    // In brackets, since a JSON text may be a bare value but Qt's parser wants an array or object.
    const QByteArray bytes = '[' + QByteArray::fromStdString(text) + ']';
    QJsonParseError error;
    const QJsonArray array = QJsonDocument::fromJson(bytes, &error).array();
    if (error.error != QJsonParseError::NoError)
        throw InvalidInputError(QStringLiteral("%1 is not JSON: %2 at byte %3.")
                                    .arg(option, error.errorString())
                                    .arg(std::max(error.offset, 1)));
    if (array.size() != 1)
        throw InvalidInputError(QStringLiteral("%1 needs one JSON value, and got %2.").arg(option).arg(array.size()));
    return array.first();
}

std::chrono::milliseconds duration(const std::string &text, const QString &option)
{
    struct Unit
    {
        QLatin1String name;
        double milliseconds;
    };
    // "ms" before "s" and "m": the first that fits counts.
    constexpr std::array<Unit, 4> kUnits{{{QLatin1String("ms"), 1},
                                          {QLatin1String("s"), 1000},
                                          {QLatin1String("m"), 60'000},
                                          {QLatin1String("h"), 3'600'000}}};
    constexpr double kDay = 24 * 3'600'000.0;
    const QString typed = QString::fromStdString(text);
    QString number = typed;
    double unit = 1000;
    for (const Unit &one : kUnits) {
        if (!typed.endsWith(one.name))
            continue;
        number = typed.chopped(one.name.size());
        unit = one.milliseconds;
        break;
    }
    bool isNumber = false;
    const double span = number.toDouble(&isNumber) * unit;
    if (!isNumber || !(span >= 0) || span > kDay)
        throw InvalidInputError(QStringLiteral("%1 is a span of time such as 500ms, 2s or 5m, a day at the most, and "
                                               "\"%2\" is none.")
                                    .arg(option, typed));
    return std::chrono::milliseconds(static_cast<qint64>(span));
}

QString requiredText(const std::string &text, const QString &option)
{
    QString typed = QString::fromStdString(text);
    if (typed.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("%1 must say something.").arg(option));
    return typed;
}

} // namespace andon::ctl::Arguments
