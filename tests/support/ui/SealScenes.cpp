// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ui/SealScenes.h"

#include <algorithm>

namespace andon::test {

namespace {

CheckpointVerdict verdictOf(CheckpointVerdict::Verdict verdict, qint64 size, const QString &source)
{
    CheckpointVerdict checkpoint;
    checkpoint.verdict = verdict;
    checkpoint.size = size;
    checkpoint.keyName = QStringLiteral("andon-ops-1");
    checkpoint.keyId = QStringLiteral("5b7c1f02");
    checkpoint.source = source;
    checkpoint.signedAt = QDateTime::currentDateTimeUtc().addSecs(-600);
    return checkpoint;
}

} // namespace

SealStatus sealedTo(qint64 event)
{
    SealStatus status = unsignedTo(event);
    status.hasKey = true;
    status.checkpoint = SealStatus::Newest{event, QDateTime::currentDateTimeUtc().addSecs(-600),
                                           QStringLiteral("andon-ops-1"), QStringLiteral("5b7c1f02"), true};
    return status;
}

SealStatus unsignedTo(qint64 event)
{
    SealStatus status;
    status.isKnown = true;
    status.treeSize = event;
    status.sealedThrough = EventId(event);
    return status;
}

VerifyReport unvouchedReport(qint64 events)
{
    VerifyReport report;
    report.database = QStringLiteral("/var/lib/andon/andon.db");
    report.origin = QStringLiteral("ops-1.example/andon");
    report.at = QDateTime::currentDateTimeUtc();
    report.entries = events;
    report.sealed = events;
    report.through = EventId(events);
    report.root = QStringLiteral("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    report.seconds = 1.24;
    return report;
}

VerifyReport wholeReport(qint64 events)
{
    VerifyReport report = unvouchedReport(events);
    report.checkpoints << verdictOf(CheckpointVerdict::Verdict::Holds, events, QStringLiteral("database"));
    report.checkpointCount = 1;
    return report;
}

VerifyFinding findingOf(VerifyFinding::Kind kind, qint64 event, qint64 through)
{
    VerifyFinding finding;
    finding.kind = kind;
    finding.event = EventId(event);
    finding.through = EventId(std::max(event, through));
    return finding;
}

void find(VerifyReport &report, const VerifyFinding &finding)
{
    report.findings << finding;
    report.counts[finding.kind] += finding.through.value - finding.event.value + 1;
}

VerifyReport tamperedReport(qint64 events)
{
    VerifyReport report = wholeReport(events);
    VerifyFinding edited = findingOf(VerifyFinding::Kind::Edited, events - 4);
    edited.columns = QStringList{QStringLiteral("event_data"), QStringLiteral("actor")};
    find(report, edited);
    find(report, findingOf(VerifyFinding::Kind::Missing, events - 30, events - 21));
    VerifyFinding inconsistent = findingOf(VerifyFinding::Kind::CheckpointInconsistent);
    inconsistent.detail = QStringLiteral("the checkpoint of %1 entries in monday.txt has another root")
                              .arg(events - 10);
    find(report, inconsistent);
    report.checkpoints << verdictOf(CheckpointVerdict::Verdict::Inconsistent, events - 10,
                                    QStringLiteral("/media/usb/monday.txt"));
    report.checkpointCount = report.checkpoints.size();
    return report;
}

SealKnowledge knowing(const SealStatus &status)
{
    SealKnowledge known;
    known.status = status;
    return known;
}

SealKnowledge knowing(const SealStatus &status, const VerifyReport &report)
{
    SealKnowledge known = knowing(status);
    known.report = std::make_shared<const VerifyReport>(report);
    return known;
}

} // namespace andon::test
