// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/CheckpointVerifier.h"

#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;
using Verdict = CheckpointVerdict::Verdict;

void tell(FindingList *findings, Kind kind, const QString &detail)
{
    VerifyFinding finding;
    finding.kind = kind;
    finding.detail = detail;
    findings->add(finding);
}

QString hex(const KeyId &id)
{
    return QString::fromLatin1(
        QByteArray(reinterpret_cast<const char *>(id.data()), static_cast<qsizetype>(id.size())).toHex());
}

/// What a row says beside its note, and the note does not.
QString contradictionOf(const StoredCheckpoint &row, const Checkpoint &checkpoint, const SignedNote &note)
{
    if (row.treeSize != checkpoint.size)
        return QStringLiteral("its row says %1 entries").arg(row.treeSize);
    const auto *root = reinterpret_cast<const char *>(checkpoint.root.data());
    if (row.root != QByteArray::fromRawData(root, static_cast<qsizetype>(checkpoint.root.size())))
        return QStringLiteral("its row says another root");
    const QList<SignedNote::Signature> &signatures = note.signatures();
    const bool isSigner = std::any_of(signatures.begin(), signatures.end(), [&row](const SignedNote::Signature &one) {
        return one.name == row.keyName && hex(one.id) == row.keyId;
    });
    return isSigner ? QString() : QStringLiteral("its row says another key");
}

/// `the checkpoint of 500 entries (database, checkpoint 3)`
QString nameOf(const CheckpointVerdict &verdict)
{
    return QStringLiteral("the checkpoint of %1 entries (%2)").arg(verdict.size).arg(verdict.source);
}

} // namespace

CheckpointVerifier::CheckpointVerifier(Log log, QList<VerifierKey> keys)
    : m_log(std::move(log))
    , m_keys(std::move(keys))
{
}

CheckpointVerifier::Held CheckpointVerifier::heldOf(const QByteArray &text, const QString &source) const
{
    Held held;
    held.verdict.source = source;
    try {
        const SignedNote note = SignedNote::parse(text);
        held.checkpoint = Checkpoint::parse(note.text());
        held.verdict.size = held.checkpoint->size;
        if (!note.signatures().isEmpty()) {
            held.verdict.keyName = note.signatures().first().name;
            held.verdict.keyId = hex(note.signatures().first().id);
        }
        const QList<VerifierKey> signers = note.verify(m_keys);
        const VerifierKey &signer = signers.first();
        held.verdict.keyName = signer.name();
        held.verdict.keyId = signer.idText();
    } catch (const NoteError &error) {
        const bool isUnknown = error.why() == NoteError::Cause::NotSigned;
        held.verdict.verdict = isUnknown ? Verdict::UnknownKey : Verdict::Forged;
        held.why = error.why() == NoteError::Cause::Malformed ? QStringLiteral("it is not a signed checkpoint")
            : isUnknown ? QStringLiteral("no key that is trusted has signed it, but %1 (%2)")
                              .arg(held.verdict.keyName, held.verdict.keyId)
                        : QStringLiteral("the signature of a known key does not fit it");
    }
    return held;
}

void CheckpointVerifier::readTable(Database &database, const std::function<bool()> &goesOn)
{
    CheckpointTable(database).visitOldestFirst([&](const StoredCheckpoint &row) {
        Held held = heldOf(row.note, QStringLiteral("database, checkpoint %1").arg(row.id));
        held.isStored = true;
        held.verdict.signedAt = row.signedAt;
        if (held.checkpoint) {
            m_largestStored = std::max(m_largestStored, held.checkpoint->size);
            const QString contradiction = contradictionOf(row, *held.checkpoint, SignedNote::parse(row.note));
            if (!contradiction.isEmpty() && held.verdict.verdict != Verdict::Forged) {
                held.verdict.verdict = Verdict::Forged;
                held.why = contradiction;
            }
        } else {
            held.verdict.size = row.treeSize;
        }
        if (row.id > m_lastStoredId) {
            m_gapsInTable += row.id - m_lastStoredId - 1;
            m_lastStoredId = row.id;
        }
        m_held.push_back(std::move(held));
        return goesOn();
    });
}

void CheckpointVerifier::read(const GivenCheckpoint &given)
{
    Held held = heldOf(given.note, given.source);
    held.isOwn = given.isOwn;
    m_held.push_back(std::move(held));
}

std::vector<qint64> CheckpointVerifier::sizes() const
{
    std::vector<qint64> sizes;
    for (const Held &held : m_held) {
        if (held.checkpoint)
            sizes.push_back(held.checkpoint->size);
    }
    return sizes;
}

void CheckpointVerifier::judge(Held *held, const Tree &tree, FindingList *findings) const
{
    CheckpointVerdict &verdict = held->verdict;
    const QString name = nameOf(verdict);
    if (verdict.verdict == Verdict::Forged) {
        tell(findings, Kind::CheckpointForged, QStringLiteral("%1: %2").arg(name, held->why));
        return;
    }
    const Checkpoint &then = *held->checkpoint;
    if (held->isStored && m_log.formerOnes.contains(then.origin)) {
        verdict.verdict = Verdict::OtherLog;
        return;
    }
    const bool isUnknown = verdict.verdict == Verdict::UnknownKey;
    if (isUnknown && !m_keys.isEmpty())
        tell(findings, Kind::CheckpointForged, QStringLiteral("%1: %2").arg(name, held->why));
    // Whoever may write to the database may put a checkpoint of his own there; one that was kept tells of itself.
    const auto decide = [&](Verdict made) {
        const bool isNoWord = isUnknown && (made == Verdict::Holds || held->isStored);
        verdict.verdict = isNoWord ? Verdict::UnknownKey : made;
    };

    if (!m_log.origin.isEmpty() && then.origin != m_log.origin) {
        decide(Verdict::OtherLog);
        tell(findings, Kind::CheckpointInconsistent,
             QStringLiteral("%1 is of another log, %2; this one is %3").arg(name, then.origin, m_log.origin));
        return;
    }
    const auto root = tree.roots.find(then.size);
    if (then.size <= tree.size && root != tree.roots.end() && root->second == then.root) {
        decide(Verdict::Holds);
        return;
    }
    decide(Verdict::Inconsistent);
    if (isUnknown && held->isStored)
        return;
    if (then.size > tree.size)
        tell(findings, Kind::CheckpointInconsistent,
             QStringLiteral("%1 cannot be met: the log was truncated or is an older copy, since it had %2 entries when "
                            "that was signed and has %3")
                 .arg(name)
                 .arg(then.size)
                 .arg(tree.size));
    else if (root == tree.roots.end())
        tell(findings, Kind::CheckpointInconsistent,
             QStringLiteral("%1 cannot be met: too many seals are lost to compute the tree").arg(name));
    else
        tell(findings, Kind::CheckpointInconsistent,
             QStringLiteral("%1 is contradicted: these entries are not those that were signed").arg(name));
}

void CheckpointVerifier::lookForMissing(FindingList *findings) const
{
    if (m_gapsInTable > 0)
        tell(findings, Kind::CheckpointMissing,
             QStringLiteral("%1 of those up to number %2 are gone from the database")
                 .arg(m_gapsInTable)
                 .arg(m_lastStoredId));
    for (const Held &held : m_held) {
        const bool isHere = held.checkpoint && (m_log.origin.isEmpty() || held.checkpoint->origin == m_log.origin);
        if (held.isOwn && isHere && held.checkpoint->size > m_largestStored)
            tell(findings, Kind::CheckpointMissing,
                 QStringLiteral("one of %1 entries was signed (%2), and is gone from the database")
                     .arg(held.checkpoint->size)
                     .arg(held.verdict.source));
    }
}

void CheckpointVerifier::judge(const Tree &tree, VerifyReport *report, FindingList *findings) const
{
    std::vector<Held> all = m_held;
    for (Held &held : all)
        judge(&held, tree, findings);
    lookForMissing(findings);

    report->checkpointCount = static_cast<qint64>(all.size());
    const auto bySize = [](const Held &left, const Held &right) { return left.verdict.size > right.verdict.size; };
    std::stable_sort(all.begin(), all.end(), bySize);
    const auto most = static_cast<std::size_t>(VerifyReport::kMostFindings);
    if (all.size() > most) {
        std::stable_partition(all.begin(), all.end(),
                              [](const Held &held) { return held.verdict.verdict != Verdict::Holds; });
        const bool isOneHolding = all.back().verdict.verdict == Verdict::Holds;
        const auto firstHolding = std::find_if(all.begin(), all.end(),
                                               [](const Held &held) { return held.verdict.verdict == Verdict::Holds; });
        // The one that vouches for the log is listed in any case.
        if (isOneHolding && static_cast<std::size_t>(firstHolding - all.begin()) >= most)
            std::iter_swap(all.begin() + static_cast<std::ptrdiff_t>(most) - 1, firstHolding);
        all.resize(most);
        std::stable_sort(all.begin(), all.end(), bySize);
    }
    for (Held &held : all)
        report->checkpoints << std::move(held.verdict);
}

} // namespace andon
