// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/Report.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace andon::bench {

namespace {

QString number(double value)
{
    if (std::isnan(value))
        return QStringLiteral("-");
    const double size = std::abs(value);
    return QString::number(value, 'f', size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

QString describe(const Figure &figure)
{
    if (!figure.limit)
        return {};
    const QString side = figure.limit->side == Limit::Side::AtMost ? QStringLiteral("<=") : QStringLiteral(">=");
    const QString unit = figure.limit->of == Limit::Of::Ratio ? QStringLiteral(" x peer") : u' ' + figure.unit;
    return QStringLiteral("limit %1 %2%3: %4")
        .arg(side, number(figure.limit->bound), unit,
             figure.isWithin() ? QStringLiteral("kept") : QStringLiteral("EXCEEDED"));
}

QJsonValue orNull(std::optional<double> value)
{
    return value && std::isfinite(*value) ? QJsonValue(*value) : QJsonValue();
}

void print(const QString &line)
{
    std::printf("%s\n", qUtf8Printable(line));
    std::fflush(stdout);
}

} // namespace

std::optional<double> Figure::ratio() const
{
    return peer ? std::optional(value / *peer) : std::nullopt;
}

bool Figure::isWithin() const
{
    if (!limit)
        return true;
    const double measured = limit->of == Limit::Of::Value ? value : ratio().value_or(std::nan(""));
    return limit->side == Limit::Side::AtMost ? measured <= limit->bound : measured >= limit->bound;
}

Report::Report(const QString &title, const QStringList &arguments)
    : m_isQuick(arguments.contains(QStringLiteral("--quick")))
    , m_isLarge(arguments.contains(QStringLiteral("--large")))
{
    const qsizetype json = arguments.indexOf(QStringLiteral("--json"));
    if (json >= 0) {
        m_json.setFileName(arguments.value(json + 1));
        if (!m_json.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
            std::fprintf(stderr, "cannot write %s\n", qUtf8Printable(m_json.fileName()));
            std::exit(2);
        }
    }
    const qsizetype events = arguments.indexOf(QStringLiteral("--events"));
    if (events >= 0) {
        bool isNumber = false;
        m_events = arguments.value(events + 1).toLongLong(&isNumber);
        if (!isNumber || *m_events < 1) {
            std::fprintf(stderr, "--events takes a number\n");
            std::exit(2);
        }
    }
    print(title);
    print(QStringLiteral("%1 %2 %3 %4 %5")
              .arg(QStringLiteral("name"), -60)
              .arg(QStringLiteral("value"), 11)
              .arg(QStringLiteral("unit"), -9)
              .arg(QStringLiteral("peer"), 11)
              .arg(QStringLiteral("ratio"), 8));
}

int Report::run(void (*bench)(Report &))
{
    try {
        bench(*this);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "the bench failed: %s\n", error.what());
        return 1;
    }
    return m_exceeded == 0 ? 0 : 1;
}

void Report::note(const QString &text)
{
    print(QStringLiteral("  (%1)").arg(text));
}

void Report::add(const Figure &figure)
{
    const std::optional<double> ratio = figure.ratio();
    if (!figure.isWithin())
        ++m_exceeded;
    print(QStringLiteral("%1 %2 %3 %4 %5  %6")
              .arg(figure.name, -60)
              .arg(number(figure.value), 11)
              .arg(figure.unit, -9)
              .arg(figure.peer ? number(*figure.peer) : QString(), 11)
              .arg(ratio ? number(*ratio) : QString(), 8)
              .arg(describe(figure))
              .trimmed());
    if (!m_json.isOpen())
        return;
    m_json.write(QJsonDocument(QJsonObject{{QStringLiteral("name"), figure.name},
                                           {QStringLiteral("value"), orNull(figure.value)},
                                           {QStringLiteral("unit"), figure.unit},
                                           {QStringLiteral("peer"), orNull(figure.peer)},
                                           {QStringLiteral("ratio"), orNull(ratio)}})
                     .toJson(QJsonDocument::Compact)
                 + '\n');
    m_json.flush();
}

} // namespace andon::bench
