// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/support/Report.h"
#include "tests/bench/ui/UseOfViewer.h"

namespace andon::bench {

/// In about one event of 4,000.
inline const QString kFrequentText = QStringLiteral("region\":777");

/// The figure that says how long until a text is looked for in all events.
inline const QString kWholeScan = QStringLiteral("text filter, whole scan");

/// What a figure of filtering in the panel must keep to. None for what takes as long as the log is.
inline std::optional<Limit> filteringLimit(const QString &figure)
{
    constexpr double kStallMs = 16;
    constexpr double kIndexedMs = 30;
    constexpr double kShownMs = 300;
    constexpr double kCancelMs = 50;
    static const std::map<QString, Limit> limits{
        {QStringLiteral("indexed filter, first page"), Limit::valueAtMost(kIndexedMs)},
        {QStringLiteral("text filter, first match"), Limit::valueAtMost(kShownMs)},
        {QStringLiteral("rare text, found until shown"), Limit::valueAtMost(kShownMs)},
        {QStringLiteral("cancel until the lanes are free"), Limit::valueAtMost(kCancelMs)},
    };
    if (figure.startsWith(u"stall "))
        return Limit::valueAtMost(kStallMs);
    const auto limit = limits.find(figure);
    return limit == limits.end() ? std::nullopt : std::optional(limit->second);
}

inline QString quoted(QString text)
{
    text.replace(u'\\', QStringLiteral("\\\\"));
    text.replace(u'"', QStringLiteral("\\\""));
    return u'"' + text + u'"';
}

/// An event far from the newest, by all of its text: hardly any other has it.
inline QString rareText(AndonViewer &viewer, qint64 id)
{
    QFuture<std::optional<AuditEvent>> event = viewer.station().auditEvent(EventId(id));
    waitUntil([&event] { return event.isFinished(); });
    return event.result().value().eventData;
}

/// Filters the panel's audit log: by an index, by texts that no index knows, and one that is cancelled. Arguments: the
/// database, and how many events it has.
inline Figures filterWithAndon(const QStringList &arguments)
{
    const qint64 events = arguments.value(1).toLongLong();
    Figures figures;
    AndonViewer viewer(arguments.value(0));
    UseOfViewer use(viewer, figures);
    const auto hasRows = [&viewer] { return viewer.rows() > 0; };
    const auto isWhole = [&viewer] { return viewer.findings().summary().isWhole; };
    use.phase(
        QStringLiteral("first rows"), [&] { viewer.open(); }, hasRows);
    waitUntil(isWhole);
    const QString rare = rareText(viewer, events / 3);

    use.phase(
        QStringLiteral("indexed filter, first page"),
        [&] { viewer.view().setFilterText(QStringLiteral("type:failed")); },
        [&] { return hasRows() && viewer.auditTable().auditModel()->eventAt(0).eventType == u"failed"; });
    waitUntil(isWhole);

    // A text: the first match, then all of them.
    QElapsedTimer timer;
    double scanMs = 0;
    use.phase(
        QStringLiteral("text filter, first match"),
        [&] {
            timer.start();
            viewer.view().setFilterText(quoted(kFrequentText));
        },
        [&] { return hasRows() && viewer.dataOfRow(0).contains(kFrequentText); }, 0);
    use.watch(QStringLiteral("text filter, scan"), [&] {
        waitUntil(isWhole);
        scanMs = double(timer.nsecsElapsed()) / 1e6;
    });
    figures[kWholeScan] = scanMs;
    figures[QStringLiteral("matches")] = double(viewer.findings().summary().found);

    // A match that the scan comes to late: from the moment when it has.
    QElapsedTimer sinceFound;
    QTimer look;
    look.setInterval(1);
    QObject::connect(&look, &QTimer::timeout, [&] {
        if (!sinceFound.isValid() && viewer.findings().summary().found > 0)
            sinceFound.start();
    });
    look.start();
    double shownMs = 0;
    use.phase(
        QStringLiteral("rare text, until shown"), [&] { viewer.view().setFilterText(quoted(rare)); },
        [&] {
            const bool isShown = hasRows() && viewer.dataOfRow(0) == rare;
            if (isShown && sinceFound.isValid() && shownMs == 0)
                shownMs = double(sinceFound.nsecsElapsed()) / 1e6;
            return isShown;
        });
    figures[QStringLiteral("rare text, found until shown")] = shownMs;
    waitUntil(isWhole);

    // Escape in the middle of a scan: until no lane is at work any more.
    double cancelMs = 0;
    use.watch(QStringLiteral("cancel"), [&] {
        viewer.view().setFilterText(QStringLiteral("nothing-has-this"));
        spin(60);
        QElapsedTimer sinceKey;
        sinceKey.start();
        QTest::keyClick(&viewer.auditTable(), Qt::Key_Escape);
        if (viewer.list().scan()->findings()->summary().isWhole && viewer.findings().summary().found == 0)
            throw std::runtime_error("the scan was over before it could be cancelled");
        auto nothing = std::make_shared<ScanFindings>();
        QFuture<qint64> next = viewer.station().auditScan(
            AuditFilter::parse(QStringLiteral("id:1"), QDateTime::currentDateTimeUtc()), nothing);
        waitUntil([&next] { return next.isFinished(); });
        cancelMs = double(sinceKey.nsecsElapsed()) / 1e6;
    });
    figures[QStringLiteral("cancel until the lanes are free")] = cancelMs;
    return figures;
}

} // namespace andon::bench
