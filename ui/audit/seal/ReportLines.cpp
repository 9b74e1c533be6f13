// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/ReportLines.h"

#include "ui/audit/EventText.h"
#include "ui/audit/SealMark.h"

#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;
using Verdict = CheckpointVerdict::Verdict;

/// Longest sentence of a line: a finding may name what anybody wrote.
constexpr qsizetype kLongestSentence = 600;
constexpr qsizetype kLongestName = 60;

QString number(qint64 value)
{
    return QLocale().toString(value);
}

QString titleOf(Kind kind)
{
    switch (kind) {
    case Kind::Edited:
        return ReportLines::tr("Edited");
    case Kind::Missing:
        return ReportLines::tr("Missing");
    case Kind::Added:
        return ReportLines::tr("Added");
    case Kind::Reordered:
        return ReportLines::tr("Reordered");
    case Kind::Unsealed:
        return ReportLines::tr("Not sealed yet");
    case Kind::SealEdited:
        return ReportLines::tr("Seals edited");
    case Kind::CheckpointInconsistent:
        return ReportLines::tr("Not what was signed");
    case Kind::CheckpointForged:
        return ReportLines::tr("Checkpoint forged");
    case Kind::CheckpointMissing:
        return ReportLines::tr("Checkpoint missing");
    case Kind::Unprotected:
        return ReportLines::tr("Not protected");
    case Kind::StateWithoutEvent:
        return ReportLines::tr("State without event");
    case Kind::EventWithoutProposal:
        return ReportLines::tr("Event without action");
    case Kind::ExecutionWithoutRecord:
        return ReportLines::tr("Execution without record");
    }
    return {};
}

SealMark markOf(Kind kind)
{
    switch (kind) {
    case Kind::Unsealed:
        return SealMark::Unsealed;
    case Kind::StateWithoutEvent:
    case Kind::EventWithoutProposal:
    case Kind::ExecutionWithoutRecord:
        return SealMark::Incomplete;
    default:
        return SealMark::Alarm;
    }
}

QString aboutOf(const VerifyFinding &finding)
{
    if (finding.event.value != 0 && finding.through > finding.event)
        return ReportLines::tr("events %1 to %2").arg(number(finding.event.value), number(finding.through.value));
    if (finding.event.value != 0)
        return ReportLines::tr("event %1").arg(number(finding.event.value));
    if (finding.proposal.isValid())
        return ReportLines::tr("action #%1").arg(finding.proposal.toString());
    return {};
}

QString titleOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Holds:
        return ReportLines::tr("Holds");
    case Verdict::Inconsistent:
        return ReportLines::tr("Does not hold");
    case Verdict::Forged:
        return ReportLines::tr("Forged");
    case Verdict::UnknownKey:
        return ReportLines::tr("Unknown key");
    case Verdict::OtherLog:
        return ReportLines::tr("Of another log");
    }
    return {};
}

SealMark markOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Holds:
        return SealMark::Verified;
    case Verdict::UnknownKey:
        return SealMark::Unsigned;
    case Verdict::OtherLog:
        return SealMark::Unknown;
    default:
        return SealMark::Alarm;
    }
}

} // namespace

QVariant ReportLines::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return lineAt(index.row()).title;
    case Qt::AccessibleTextRole:
        return textOf(index.row());
    case MarkRole:
        return lineAt(index.row()).mark;
    case AboutRole:
        return lineAt(index.row()).about;
    case SentenceRole:
        return lineAt(index.row()).sentence;
    default:
        return {};
    }
}

QString ReportLines::textOf(int row) const
{
    const Line line = lineAt(row);
    QStringList parts{line.title, line.about, line.sentence};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" \u00B7 "));
}

void FindingLines::setFindings(const QList<VerifyFinding> &findings)
{
    beginResetModel();
    m_findings = findings;
    endResetModel();
}

int FindingLines::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_findings.size());
}

ReportLines::Line FindingLines::lineAt(int row) const
{
    const VerifyFinding &finding = m_findings.at(row);
    return {static_cast<int>(markOf(finding.kind)), titleOf(finding.kind), aboutOf(finding),
            EventText::visible(sentenceFor(finding), kLongestSentence)};
}

void CheckpointLines::setCheckpoints(QList<CheckpointVerdict> checkpoints)
{
    const auto isFirst = [](const CheckpointVerdict &each) { return each.verdict != Verdict::Holds; };
    std::stable_partition(checkpoints.begin(), checkpoints.end(), isFirst);
    beginResetModel();
    m_checkpoints = std::move(checkpoints);
    endResetModel();
}

void CheckpointLines::setZone(Qt::TimeSpec zone)
{
    m_zone = zone;
    if (rowCount() > 0)
        emit dataChanged(index(0), index(rowCount() - 1), {SentenceRole, Qt::AccessibleTextRole});
}

int CheckpointLines::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(std::min(m_checkpoints.size(), kMostLines));
}

ReportLines::Line CheckpointLines::lineAt(int row) const
{
    const CheckpointVerdict &each = m_checkpoints.at(row);
    QStringList parts;
    if (!each.keyName.isEmpty())
        parts << tr("key %1 (%2)").arg(EventText::visible(each.keyName, kLongestName), each.keyId);
    if (!each.source.isEmpty())
        parts << tr("from %1").arg(EventText::visible(QFileInfo(each.source).fileName(), kLongestName));
    if (each.signedAt.isValid())
        parts << tr("signed %1").arg(each.signedAt.toTimeSpec(m_zone).toString(QStringLiteral("yyyy-MM-dd HH:mm")));
    return {static_cast<int>(markOf(each.verdict)), titleOf(each.verdict),
            each.size > 0 ? tr("%1 entries").arg(number(each.size)) : QString(),
            parts.join(QStringLiteral(" \u00B7 "))};
}

} // namespace andon
