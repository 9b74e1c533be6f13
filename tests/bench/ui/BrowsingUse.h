// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/support/PeakMemory.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/ui/UseOfViewer.h"

#include <QLineEdit>
#include <QWheelEvent>

namespace andon::bench {

/// The figure that says how long until all events are counted and drawn, once the first are shown.
inline const QString kCountAndTimeline = QStringLiteral("count and timeline");

/// What a figure of the panel's use must keep to: the window does not stand still, the first rows and any jump come at
/// once. None for what takes as long as the log is.
inline std::optional<Limit> browsingLimit(const QString &figure)
{
    constexpr double kStallMs = 16;
    constexpr double kOpenMs = 100;
    constexpr double kJumpMs = 50;
    if (figure.startsWith(u"stall "))
        return Limit::valueAtMost(kStallMs);
    if (figure.startsWith(u"work ") || figure == kCountAndTimeline)
        return std::nullopt;
    return Limit::valueAtMost(figure == u"first rows" ? kOpenMs : kJumpMs);
}

inline void scrollThrough(QTableView *table)
{
    constexpr int kPageDowns = 100;
    for (int i = 0; i < kPageDowns; ++i) {
        QTest::keyClick(table, Qt::Key_PageDown);
        spin(10);
    }
    const QPointF middle = table->viewport()->rect().center();
    for (int i = 0; i < kPageDowns; ++i) {
        QWheelEvent wheel(middle, table->viewport()->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(table->viewport(), &wheel);
        spin(10);
    }
}

/// Opens the panel's audit log and goes about in it. Arguments: the database, how many events it has, and how many
/// seconds are between two of them at most.
inline Figures browseWithAndon(const QStringList &arguments)
{
    const qint64 events = arguments.value(1).toLongLong();
    const qint64 gapSeconds = arguments.value(2).toLongLong();
    Figures figures;
    AndonViewer viewer(arguments.value(0));
    UseOfViewer use(viewer, figures);
    AuditTable &table = viewer.auditTable();
    const auto topId = [&] { return table.auditModel()->idAt(table.firstVisibleRow()).value; };
    const auto hasRows = [&viewer] { return viewer.rows() > 0; };
    use.phase(
        QStringLiteral("first rows"), [&] { viewer.open(); }, hasRows);
    QElapsedTimer sinceRows;
    sinceRows.start();
    use.watch(kCountAndTimeline, [&] { waitUntil([&viewer] { return viewer.findings().summary().isWhole; }); });
    figures[kCountAndTimeline] = double(sinceRows.nsecsElapsed()) / 1e6;
    if (viewer.findings().summary().found != events)
        throw std::runtime_error("not all events were counted");
    use.watch(QStringLiteral("scroll"), [&] { scrollThrough(&table); });
    use.phase(
        QStringLiteral("jump to the end"), [&] { viewer.goToOldest(); },
        [&] { return hasRows() && viewer.idOfRow(viewer.rows() - 1) == 1; });
    use.phase(
        QStringLiteral("jump to the middle"), [&] { viewer.list().goTo(EventId(events / 2)); },
        [&] { return topId() == events / 2; });

    // A time, as it is typed: #, digits, Enter.
    const AuditEvent &middle = table.auditModel()->eventAt(table.firstVisibleRow());
    const QDateTime wanted = middle.timestamp.addSecs(-events / 10).toLocalTime();
    QTest::keyClicks(&table, QStringLiteral("2"));
    auto *edit = viewer.list().findChild<QLineEdit *>(QStringLiteral("goToEdit"));
    edit->setText(wanted.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")));
    use.phase(
        QStringLiteral("jump to a time"), [&] { QTest::keyClick(edit, Qt::Key_Return); },
        [&] {
            const QDateTime shown = table.auditModel()->eventAt(table.firstVisibleRow()).timestamp;
            return std::abs(shown.secsTo(wanted)) <= gapSeconds;
        });
    use.phase(
        QStringLiteral("jump to the newest"), [&] { viewer.goToNewest(); }, [&] { return topId() == events; });
    use.phase(
        QStringLiteral("sorted by type"),
        [&] {
            emit table.orderRequested({AuditOrder::By::Type, true});
        },
        [&] { return hasRows() && table.auditModel()->order().by == AuditOrder::By::Type; });
    use.phase(
        QStringLiteral("jump in the sorted list"), [&] { viewer.goToOldest(); },
        [&] { return hasRows() && table.auditModel()->eventAt(viewer.rows() - 1).eventType == u"validated"; });
    figures[QStringLiteral("memory")] = PeakMemory::peakMiB().value_or(0);
    return figures;
}

} // namespace andon::bench
