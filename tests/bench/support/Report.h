// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QString>
#include <QStringList>

#include <optional>

namespace andon::bench {

/// What a figure must keep to.
struct Limit
{
    enum class Of { Value, Ratio };
    enum class Side { AtMost, AtLeast };

    Of of = Of::Value;
    Side side = Side::AtMost;
    double bound = 0;

    static Limit valueAtMost(double bound) { return {Of::Value, Side::AtMost, bound}; }
    static Limit ratioAtMost(double bound) { return {Of::Ratio, Side::AtMost, bound}; }
    static Limit ratioAtLeast(double bound) { return {Of::Ratio, Side::AtLeast, bound}; }
};

/// One line of a bench's result.
struct Figure
{
    QString name;
    double value = 0;
    QString unit;
    std::optional<double> peer; ///< what it is compared with, measured in the same run, in the same unit
    std::optional<Limit> limit; ///< part of the contract, where there is one

    [[nodiscard]] std::optional<double> ratio() const;
    /// A value that is not a number is never within a limit.
    [[nodiscard]] bool isWithin() const;
};

/// What a bench found: a table for people on standard output, line by line as it is measured, and
/// with `--json FILE` one JSON object a line: name, value, unit, peer, ratio.
class Report
{
public:
    /// Reads `--json FILE`, `--quick`, `--large` and `--events N` from the program's arguments and prints the table's
    /// head. Ends the program with status 2 where FILE cannot be written or N is no number.
    Report(const QString &title, const QStringList &arguments);

    /// True with `--quick`: fewer rounds and smaller sizes, for a first look.
    [[nodiscard]] bool isQuick() const { return m_isQuick; }

    /// True with `--large`: also the sizes that take long to make and tens of gigabytes of disk.
    [[nodiscard]] bool isLarge() const { return m_isLarge; }

    /// N of `--events N`: how large a log to measure with, for benches that let that be chosen.
    [[nodiscard]] std::optional<qint64> events() const { return m_events; }

    /// A line of explanation between the figures.
    void note(const QString &text);
    void add(const Figure &figure);

    /// Runs a bench. The program's exit status: 0 where it ended and every limit was kept, else 1.
    [[nodiscard]] int run(void (*bench)(Report &));

private:
    QFile m_json;
    bool m_isQuick = false;
    bool m_isLarge = false;
    std::optional<qint64> m_events;
    int m_exceeded = 0;
};

} // namespace andon::bench
