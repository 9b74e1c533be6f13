// SPDX-License-Identifier: Apache-2.0
#include "core/audit/proof/EntryCheck.h"

#include "core/audit/proof/EntryCells.h"
#include "core/audit/proof/ProofFields.h"
#include "core/audit/seal/EntryLayout.h"

namespace andon {

namespace {

ProofError::Problem problemOf(NoteError::Cause cause)
{
    switch (cause) {
    case NoteError::Cause::Malformed:
        break;
    case NoteError::Cause::BadSignature:
        return ProofError::Problem::BadSignature;
    case NoteError::Cause::NotSigned:
        return ProofError::Problem::NotSigned;
    case NoteError::Cause::NotIncluded:
        return ProofError::Problem::NotIncluded;
    }
    return ProofError::Problem::Malformed;
}

} // namespace

EntryCheck::EntryCheck(QList<VerifierKey> known, QString origin)
    : m_known(std::move(known))
    , m_origin(std::move(origin))
{
}

TlogProof::Proven EntryCheck::open(const QByteArray &checkpoint)
{
    if (m_opened.isEmpty() || checkpoint != m_opened) {
        m_proven = TlogProof::openCheckpoint(checkpoint, m_known);
        m_opened = checkpoint;
    }
    if (!m_origin.isEmpty() && m_proven.checkpoint.origin != m_origin)
        throw ProofError(
            ProofError::Problem::OtherLog,
            QStringLiteral("The checkpoint is of the log %1, not of %2.").arg(m_proven.checkpoint.origin, m_origin));
    return m_proven;
}

TlogProof::Proven EntryCheck::check(const QByteArray &proof, const QJsonObject &entry)
{
    try {
        const TlogProof parsed = TlogProof::parse(proof);
        TlogProof::Proven proven = open(parsed.checkpoint);
        parsed.requireIncluded(leafHash(EntryLayout::fromJson(entry)), proven.checkpoint);
        return proven;
    } catch (const NoteError &error) {
        throw ProofError(problemOf(error.why()), error.message());
    } catch (const InvalidInputError &error) {
        throw ProofError(ProofError::Problem::Malformed, error.message());
    }
}

TlogProof::Proven EntryCheck::checkLine(const QJsonObject &line)
{
    if (!isLine(line))
        throw ProofError(ProofError::Problem::NoProof,
                         QStringLiteral("The line has no entry and no proof: it was exported without --proofs."));
    const QJsonValue proof = line.value(ProofFields::kProof);
    if (!proof.isString())
        throw ProofError(ProofError::Problem::NoProof,
                         QStringLiteral("The line has no proof: the event was newer than the last checkpoint."));
    TlogProof::Proven proven = check(proof.toString().toUtf8(), entryOf(line));
    requireShown(line);
    return proven;
}

void EntryCheck::requireShown(const QJsonObject &line)
{
    const QStringList different = EntryCells::contradictions(line, entryOf(line));
    if (!different.isEmpty())
        throw ProofError(ProofError::Problem::ShownOtherwise,
                         QStringLiteral("The line shows something else than its entry, which is proven: %1.")
                             .arg(different.join(QStringLiteral(", "))));
}

bool EntryCheck::isLine(const QJsonObject &object)
{
    return object.value(ProofFields::kEntry).isObject() && object.contains(ProofFields::kProof);
}

QJsonObject EntryCheck::entryOf(const QJsonObject &line)
{
    return line.value(ProofFields::kEntry).toObject();
}

} // namespace andon
