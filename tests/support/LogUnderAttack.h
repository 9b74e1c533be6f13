// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/checkpoint/CheckpointSigner.h"
#include "core/audit/verify/Verifier.h"
#include "tests/support/TemporaryDatabase.h"

namespace andon::test {

class ForeignClient;

/// A log of known events, sealed in runs of known lengths, a folder of keys, and what an attacker does to it.
///
/// Entries 1 to 150 and 161 to 310, each `proposed` of the action with the same number; the runs of the seals begin at
/// the entries 1, 129, 161 and 289, the leaves 0, 128, 150 and 278.
class LogUnderAttack
{
public:
    static constexpr qint64 kLeaves = 300;
    static constexpr qint64 kLastEntry = 310;

    LogUnderAttack();

    [[nodiscard]] QString path() const { return m_place.path(); }
    [[nodiscard]] const TemporaryDatabase &place() const { return m_place; }
    [[nodiscard]] QString keys() const { return m_place.file(QStringLiteral("keys")); }

    /// Signs the log as it is; returns the note.
    QByteArray sign() const;
    /// Signs whatever the log is with the present key, as somebody does who has stolen it.
    void signAnyway() const;
    /// Appends events through Andon, which seals them.
    void goOn(int events) const;
    /// Seals what is there, as any opener does.
    void seal() const;

    /// What somebody does who has the file: the triggers are dropped, and made again afterwards as far as possible.
    void attack(const QByteArray &sql) const;
    /// The same with the triggers gone in the end.
    void dropTriggers() const;
    /// Changes one byte of the hash of a node. It stands so many hashes from the beginning of the run with this leaf.
    void editHash(qint64 firstLeafOfRun, qint64 hash) const;

    void copyTo(const QString &name) const;
    void putBack(const QString &name) const;

    [[nodiscard]] Verifier::Options options() const;
    [[nodiscard]] VerifyReport verify() const { return verify(options()); }
    [[nodiscard]] VerifyReport verify(const Verifier::Options &options) const;

private:
    TemporaryDatabase m_place;
};

/// Each finding in short: `edited 42 actor`, `missing 5-9`, `reordered 7 <entry 8>`, `checkpoint_inconsistent`.
[[nodiscard]] QStringList inShort(const VerifyReport &report);

} // namespace andon::test
