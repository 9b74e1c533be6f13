// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/note/TlogProof.h"
#include "core/audit/proof/ProofError.h"

#include <QJsonObject>

namespace andon {

/// Checks proofs of entries without a database, against the keys and the log that one trusts.
class EntryCheck
{
public:
    /// `origin`: which log the checkpoints must be of; empty: any that these keys sign.
    EntryCheck(QList<VerifierKey> known, QString origin);

    /// What a tlog-proof shows of an entry (EntryLayout::toJson). Throws ProofError.
    TlogProof::Proven check(const QByteArray &proof, const QJsonObject &entry);

    /// The same for a line of an export with proofs (ProofFields): its other fields must show what its entry says.
    TlogProof::Proven checkLine(const QJsonObject &line);

    /// The second part of it alone: that such a line shows what its entry says. Throws ProofError.
    static void requireShown(const QJsonObject &line);

    /// Whether the object is such a line, rather than an entry.
    [[nodiscard]] static bool isLine(const QJsonObject &object);
    /// The entry of such a line.
    [[nodiscard]] static QJsonObject entryOf(const QJsonObject &line);

private:
    TlogProof::Proven open(const QByteArray &checkpoint);

    QList<VerifierKey> m_known;
    QString m_origin;
    QByteArray m_opened; ///< the checkpoint that was verified last: an export has one for all its lines
    TlogProof::Proven m_proven;
};

} // namespace andon
