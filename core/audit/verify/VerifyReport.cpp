// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/VerifyReport.h"

#include "core/storage/Timestamp.h"

#include <QJsonArray>
#include <QLocale>

#include <algorithm>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;

QString number(qint64 value)
{
    return QLocale::c().toString(value);
}

QString counted(qint64 count, const QString &one, const QString &many)
{
    return count == 1 ? QStringLiteral("1 ") + one : number(count) + u' ' + many;
}

QString countedEntries(qint64 count)
{
    return counted(count, QStringLiteral("entry"), QStringLiteral("entries"));
}

QString forPerson(const QDateTime &moment)
{
    return moment.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) + QStringLiteral(" UTC");
}

bool isRange(const VerifyFinding &finding)
{
    return finding.through > finding.event;
}

/// `Entry 5`, `Entries 5 to 9`.
QString subject(const VerifyFinding &finding, const QString &one, const QString &many)
{
    return isRange(finding)
        ? QStringLiteral("%1 %2 to %3").arg(many, finding.event.toString(), finding.through.toString())
        : one + u' ' + finding.event.toString();
}

QString entriesOf(const VerifyFinding &finding)
{
    if (finding.event.value == 0)
        return QStringLiteral("What has no positive number for an id");
    return subject(finding, QStringLiteral("Entry"), QStringLiteral("Entries"));
}

QString listed(const QStringList &names)
{
    if (names.size() < 2)
        return names.join(QString());
    return names.mid(0, names.size() - 1).join(QStringLiteral(", ")) + QStringLiteral(" and ") + names.last();
}

QString editedSentence(const VerifyFinding &finding)
{
    const QString what = finding.columns.isEmpty() ? QStringLiteral("it is")
        : finding.columns.size() == 1              ? finding.columns.first() + QStringLiteral(" is")
                                                   : listed(finding.columns) + QStringLiteral(" are");
    return QStringLiteral("%1 was edited: %2 not what was sealed.").arg(entriesOf(finding), what);
}

QString sealSentence(const VerifyFinding &finding)
{
    if (finding.event.value == 0)
        return QStringLiteral("The seals were edited: %1.").arg(finding.detail);
    return QStringLiteral("%1 edited: %2.")
        .arg(subject(finding, QStringLiteral("The seal of entry"), QStringLiteral("The seals of entries"))
                 + (isRange(finding) ? QStringLiteral(" were") : QStringLiteral(" was")),
             finding.detail);
}

/// What is counted, in the headline.
QString summaryOf(Kind kind, qint64 count)
{
    switch (kind) {
    case Kind::Edited:
        return countedEntries(count) + QStringLiteral(" edited");
    case Kind::Missing:
        return countedEntries(count) + QStringLiteral(" missing");
    case Kind::Added:
        return countedEntries(count) + QStringLiteral(" added");
    case Kind::Reordered:
        return countedEntries(count) + QStringLiteral(" reordered");
    case Kind::Unsealed:
        return countedEntries(count) + QStringLiteral(" not sealed");
    case Kind::SealEdited:
        return counted(count, QStringLiteral("seal"), QStringLiteral("seals")) + QStringLiteral(" edited");
    case Kind::CheckpointInconsistent:
        return counted(count, QStringLiteral("checkpoint"), QStringLiteral("checkpoints"))
            + QStringLiteral(" contradicted");
    case Kind::CheckpointForged:
        return counted(count, QStringLiteral("checkpoint"), QStringLiteral("checkpoints")) + QStringLiteral(" forged");
    case Kind::CheckpointMissing:
        return counted(count, QStringLiteral("checkpoint"), QStringLiteral("checkpoints")) + QStringLiteral(" missing");
    case Kind::Unprotected:
        return counted(count, QStringLiteral("protection"), QStringLiteral("protections")) + QStringLiteral(" gone");
    case Kind::StateWithoutEvent:
        return counted(count, QStringLiteral("action"), QStringLiteral("actions"))
            + QStringLiteral(" whose state no event tells");
    case Kind::EventWithoutProposal:
        return counted(count, QStringLiteral("event"), QStringLiteral("events"))
            + QStringLiteral(" of actions that are not there");
    case Kind::ExecutionWithoutRecord:
        return counted(count, QStringLiteral("execution"), QStringLiteral("executions"))
            + QStringLiteral(" without a record");
    }
    return {};
}

QString keyOf(const CheckpointVerdict &checkpoint)
{
    return checkpoint.keyName.isEmpty() ? QStringLiteral("nobody")
                                        : QStringLiteral("%1 (%2)").arg(checkpoint.keyName, checkpoint.keyId);
}

QString lineOf(const CheckpointVerdict &checkpoint)
{
    QString line = QStringLiteral("  %1: %2, by %3, from %4")
                       .arg(toString(checkpoint.verdict), countedEntries(checkpoint.size), keyOf(checkpoint),
                            checkpoint.source);
    if (checkpoint.signedAt.isValid())
        line += QStringLiteral(", ") + forPerson(checkpoint.signedAt);
    return line;
}

QJsonObject jsonOf(const CheckpointVerdict &checkpoint)
{
    return {{QStringLiteral("verdict"), toString(checkpoint.verdict)},
            {QStringLiteral("size"), checkpoint.size},
            {QStringLiteral("key_name"), checkpoint.keyName},
            {QStringLiteral("key_id"), checkpoint.keyId},
            {QStringLiteral("source"), checkpoint.source},
            {QStringLiteral("signed_at"),
             checkpoint.signedAt.isValid() ? formatTimestamp(checkpoint.signedAt) : QJsonValue()}};
}

QJsonValue idOrNull(qint64 id)
{
    return id == 0 ? QJsonValue() : QJsonValue(id);
}

QJsonObject jsonOf(const VerifyFinding &finding)
{
    return {{QStringLiteral("kind"), toString(finding.kind)},
            {QStringLiteral("event"), idOrNull(finding.event.value)},
            {QStringLiteral("through"), idOrNull(finding.through.value)},
            {QStringLiteral("proposal"), idOrNull(finding.proposal.value)},
            {QStringLiteral("columns"), QJsonArray::fromStringList(finding.columns)},
            {QStringLiteral("detail"), finding.detail},
            {QStringLiteral("sentence"), sentenceFor(finding)}};
}

} // namespace

QString toString(VerifyFinding::Kind kind)
{
    switch (kind) {
    case Kind::Edited:
        return QStringLiteral("edited");
    case Kind::Missing:
        return QStringLiteral("missing");
    case Kind::Added:
        return QStringLiteral("added");
    case Kind::Reordered:
        return QStringLiteral("reordered");
    case Kind::Unsealed:
        return QStringLiteral("unsealed");
    case Kind::SealEdited:
        return QStringLiteral("seal_edited");
    case Kind::CheckpointInconsistent:
        return QStringLiteral("checkpoint_inconsistent");
    case Kind::CheckpointForged:
        return QStringLiteral("checkpoint_forged");
    case Kind::CheckpointMissing:
        return QStringLiteral("checkpoint_missing");
    case Kind::Unprotected:
        return QStringLiteral("unprotected");
    case Kind::StateWithoutEvent:
        return QStringLiteral("state_without_event");
    case Kind::EventWithoutProposal:
        return QStringLiteral("event_without_proposal");
    case Kind::ExecutionWithoutRecord:
        return QStringLiteral("execution_without_record");
    }
    return {};
}

QString toString(CheckpointVerdict::Verdict verdict)
{
    switch (verdict) {
    case CheckpointVerdict::Verdict::Holds:
        return QStringLiteral("holds");
    case CheckpointVerdict::Verdict::Inconsistent:
        return QStringLiteral("inconsistent");
    case CheckpointVerdict::Verdict::Forged:
        return QStringLiteral("forged");
    case CheckpointVerdict::Verdict::UnknownKey:
        return QStringLiteral("unknown_key");
    case CheckpointVerdict::Verdict::OtherLog:
        return QStringLiteral("other_log");
    }
    return {};
}

QString toString(VerifyReport::Conclusion conclusion)
{
    switch (conclusion) {
    case VerifyReport::Conclusion::Whole:
        return QStringLiteral("whole");
    case VerifyReport::Conclusion::Unsigned:
        return QStringLiteral("unsigned");
    case VerifyReport::Conclusion::Unsealed:
        return QStringLiteral("unsealed");
    case VerifyReport::Conclusion::Broken:
        return QStringLiteral("broken");
    }
    return {};
}

QString sentenceFor(const VerifyFinding &finding)
{
    const bool isOne = !isRange(finding);
    switch (finding.kind) {
    case Kind::Edited:
        return editedSentence(finding);
    case Kind::Missing:
        return entriesOf(finding)
            + (isOne ? QStringLiteral(" is missing: it was sealed, and is gone.")
                     : QStringLiteral(" are missing: they were sealed, and are gone."));
    case Kind::Added:
        return entriesOf(finding)
            + (isOne ? QStringLiteral(" was added: it was never sealed, and stands among those that were.")
                     : QStringLiteral(" were added: they were never sealed, and stand among those that were."));
    case Kind::Reordered:
        return QStringLiteral("%1 was moved: it is what was sealed as %2.").arg(entriesOf(finding), finding.detail);
    case Kind::Unsealed:
        return entriesOf(finding)
            + (isOne ? QStringLiteral(" is not sealed yet: nothing can be said of it.")
                     : QStringLiteral(" are not sealed yet: nothing can be said of them."));
    case Kind::SealEdited:
        return sealSentence(finding);
    case Kind::CheckpointInconsistent:
        return QStringLiteral("The log is not what was signed: %1.").arg(finding.detail);
    case Kind::CheckpointForged:
        return QStringLiteral("A checkpoint is forged: %1.").arg(finding.detail);
    case Kind::CheckpointMissing:
        return QStringLiteral("A checkpoint is missing: %1.").arg(finding.detail);
    case Kind::Unprotected:
        return QStringLiteral("The log is not protected: %1.").arg(finding.detail);
    case Kind::StateWithoutEvent:
        return QStringLiteral("Action %1 is %2, and no event says so.")
            .arg(finding.proposal.toString(), finding.detail);
    case Kind::EventWithoutProposal:
        return QStringLiteral("%1 is about action %2, which is not there%3.")
            .arg(entriesOf(finding), finding.proposal.toString(),
                 finding.detail.isEmpty() ? QString() : QStringLiteral("; ") + finding.detail);
    case Kind::ExecutionWithoutRecord:
        return QStringLiteral("Action %1 was started (entry %2), and has no record.")
            .arg(finding.proposal.toString(), finding.event.toString());
    }
    return {};
}

std::optional<CheckpointVerdict> VerifyReport::vouchedFor() const
{
    const auto largest = std::max_element(
        checkpoints.begin(), checkpoints.end(), [](const CheckpointVerdict &left, const CheckpointVerdict &right) {
            const auto rank = [](const CheckpointVerdict &checkpoint) {
                return checkpoint.verdict == CheckpointVerdict::Verdict::Holds ? checkpoint.size : -1;
            };
            return rank(left) < rank(right);
        });
    if (largest == checkpoints.end() || largest->verdict != CheckpointVerdict::Verdict::Holds)
        return std::nullopt;
    return *largest;
}

VerifyReport::Conclusion VerifyReport::conclusion() const
{
    if (counts.isEmpty())
        return vouchedFor() ? Conclusion::Whole : Conclusion::Unsigned;
    return counts.size() == 1 && counts.firstKey() == Kind::Unsealed ? Conclusion::Unsealed : Conclusion::Broken;
}

QString VerifyReport::headline() const
{
    switch (conclusion()) {
    case Conclusion::Whole: {
        const CheckpointVerdict by = *vouchedFor();
        return QStringLiteral("The log is whole: %1; the first %2 as signed by %3.")
            .arg(countedEntries(sealed), number(by.size), keyOf(by));
    }
    case Conclusion::Unsigned:
        return QStringLiteral("The log fits its seals: %1. No checkpoint of a known key vouches for them.")
            .arg(countedEntries(sealed));
    case Conclusion::Unsealed:
        return QStringLiteral("%1 not sealed yet; the %2 before fit their seals.")
            .arg(countedEntries(unsealed) + (unsealed == 1 ? QStringLiteral(" is") : QStringLiteral(" are")),
                 number(sealed));
    case Conclusion::Broken:
        break;
    }
    QStringList parts;
    for (auto count = counts.begin(); count != counts.end(); ++count)
        parts << summaryOf(count.key(), count.value());
    return QStringLiteral("The log is NOT whole: %1.").arg(parts.join(QStringLiteral(", ")));
}

QString VerifyReport::toText() const
{
    QStringList lines{headline(),
                      QString(),
                      QStringLiteral("Database    ") + database,
                      QStringLiteral("Log         ") + (origin.isEmpty() ? QStringLiteral("unknown") : origin),
                      QStringLiteral("Verified    %1, in %2 s").arg(forPerson(at)).arg(seconds, 0, 'f', 1),
                      QStringLiteral("Entries     %1 read, %2 sealed, %3 not sealed")
                          .arg(number(entries), number(sealed), number(unsealed)),
                      QStringLiteral("Root        %1 (through entry %2)").arg(root, through.toString()),
                      QStringLiteral("Actions     ")
                          + (!hasCompleteness ? QStringLiteral("not looked at")
                                 : isComplete ? QStringLiteral("complete: every state has its event")
                                              : QStringLiteral("not complete"))};
    for (const ArchivedEvents &archive : archives)
        lines << lineOf(archive);
    const std::optional<CheckpointVerdict> by = vouchedFor();
    lines << QStringLiteral("Signed      ")
            + (by ? QStringLiteral("%1, by %2").arg(countedEntries(by->size), keyOf(*by))
                  : QStringLiteral("no checkpoint of a known key: whoever rewrote the log could have sealed it anew"));
    if (!findings.isEmpty()) {
        lines << QString() << QStringLiteral("Found:");
        for (const VerifyFinding &finding : findings)
            lines << QStringLiteral("  ") + sentenceFor(finding);
        if (findings.size() >= kMostFindings)
            lines << QStringLiteral("  (%1 are listed; all were counted)").arg(number(findings.size()));
    }
    if (!checkpoints.isEmpty()) {
        lines << QString() << QStringLiteral("Checkpoints (%1):").arg(number(checkpointCount));
        for (const CheckpointVerdict &checkpoint : checkpoints)
            lines << lineOf(checkpoint);
    }
    return lines.join(u'\n') + u'\n';
}

QJsonObject VerifyReport::toJson() const
{
    QJsonObject counted;
    for (auto count = counts.begin(); count != counts.end(); ++count)
        counted.insert(toString(count.key()), count.value());
    QJsonArray found;
    for (const VerifyFinding &finding : findings)
        found << jsonOf(finding);
    QJsonArray held;
    for (const CheckpointVerdict &checkpoint : checkpoints)
        held << jsonOf(checkpoint);
    QJsonArray moved;
    for (const ArchivedEvents &archive : archives)
        moved << jsonOf(archive);
    const std::optional<CheckpointVerdict> by = vouchedFor();
    return {{QStringLiteral("database"), database},
            {QStringLiteral("origin"), origin},
            {QStringLiteral("verified_at"), formatTimestamp(at)},
            {QStringLiteral("whole"), isWhole()},
            {QStringLiteral("conclusion"), toString(conclusion())},
            {QStringLiteral("headline"), headline()},
            {QStringLiteral("entries"), entries},
            {QStringLiteral("sealed"), sealed},
            {QStringLiteral("through"), idOrNull(through.value)},
            {QStringLiteral("root"), root},
            {QStringLiteral("unsealed"), unsealed},
            {QStringLiteral("archived"), archived},
            {QStringLiteral("archives"), moved},
            {QStringLiteral("complete"), hasCompleteness ? QJsonValue(isComplete) : QJsonValue()},
            {QStringLiteral("seconds"), seconds},
            {QStringLiteral("vouched_for"), by ? QJsonValue(jsonOf(*by)) : QJsonValue()},
            {QStringLiteral("checkpoint_count"), checkpointCount},
            {QStringLiteral("checkpoints"), held},
            {QStringLiteral("counts"), counted},
            {QStringLiteral("findings"), found}};
}

} // namespace andon
