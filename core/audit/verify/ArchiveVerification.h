// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/archive/ArchiveTable.h"
#include "core/audit/seal/TreeHash.h"
#include "core/audit/verify/FindingList.h"
#include "core/audit/verify/Verifier.h"

#include <map>

namespace andon {

/// What a database claims to have archived, held against the tree, and against the files that are at hand.
class ArchiveVerification
{
public:
    explicit ArchiveVerification(QList<ArchiveRecord> records)
        : m_records(std::move(records))
    {
    }

    /// Whether each record speaks of the tree that the log has.
    void holdAgainst(const std::map<qint64, TreeHash> &roots, FindingList *findings) const;
    /// Reads one file. False: `goesOn` said so. Throws InvalidInputError for a file that is none of these archives,
    /// ArchiveError, StorageError.
    [[nodiscard]] bool read(const QString &path, const std::function<bool(qint64)> &goesOn, FindingList *findings);
    [[nodiscard]] QList<ArchivedEvents> report() const;

private:
    QList<ArchiveRecord> m_records;
    QStringList m_checked; ///< sha256
};

/// Verifies an archive by itself: whether its events are those that its checkpoint speaks of, and who has signed that.
/// Throws as `Verifier::verify` does.
[[nodiscard]] std::optional<VerifyReport> verifyArchive(const QString &path, const Verifier::Options &options,
                                                        const Verifier::Progress &progress);

} // namespace andon
