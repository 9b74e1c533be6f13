// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Clock.h"
#include "core/audit/checkpoint/CheckpointErrors.h"
#include "core/audit/checkpoint/CheckpointTable.h"
#include "core/audit/checkpoint/KeyStore.h"
#include "core/audit/checkpoint/LogIdentity.h"

#include <functional>

namespace andon {

class ActionAuditor;
class Database;

/// A checkpoint that was signed, and where it went.
struct SignedCheckpoint
{
    /// A folder that could not take it, and why.
    struct Trouble
    {
        QString folder;
        QString error;

        friend bool operator==(const Trouble &, const Trouble &) = default;
    };

    Checkpoint checkpoint;
    QByteArray note; ///< whole, verbatim
    VerifierKey key; ///< the active one, which has signed it
    QDateTime when;
    bool isNew = false;      ///< false: it was signed before, and the log has not grown since
    QStringList files;       ///< in the folders of the settings
    QList<Trouble> troubles; ///< those that could not be written; the checkpoint is good all the same
};

/// Signs the size and the root of the log, unless that contradicts what was signed of it before.
///
/// What was signed is kept in the user's folder for keys and in the database; each of the two is enough to notice an
/// older log. Copies go to the folders that the settings name, for those who verify.
/// Belongs to the thread of its database. Two of them, of two programs of a user, sign one after the other.
class CheckpointSigner
{
public:
    struct Options
    {
        QString keys;        ///< as KeyStore takes it
        QStringList folders; ///< where a copy goes (CheckpointSettings)
    };

    explicit CheckpointSigner(Database &database, Options options, const Clock &clock = Clock::system());

    /// Throws InconsistentLogError where the log is not the continuation of what was signed. Seals and signs nothing;
    /// works on a database that can only be read.
    void check();

    /// When a new signature is made.
    enum class Occasion {
        Growth, ///< the log has grown, or the key has changed, since the last one: else that is returned
        Always,
    };

    /// Seals what is there (asking `goesOn` between two transactions), and signs it with a key that is made where there
    /// is none, and with the one that it follows. Throws InconsistentLogError: then nothing is signed. Throws
    /// FileError and StorageError; then a note may be signed that nobody was given, and the next call gives it.
    SignedCheckpoint sign(Occasion occasion = Occasion::Growth, const std::function<bool()> &goesOn = {});

    /// For a log that goes on from a backup: gives it a new identity, so that what was signed of the old one stays
    /// true, and records that as a `log_restarted` event. Needs no consistency. Throws InvalidInputError without a
    /// reason.
    static LogIdentity startOver(Database &database, ActionAuditor &auditor, const QString &reason,
                                 const QString &keys = {});

    /// What a checkpoint's file is called in the folders of the settings.
    [[nodiscard]] static QString fileName(const Checkpoint &checkpoint);

private:
    /// What was signed, and where that is kept, for the person.
    struct Past
    {
        Checkpoint checkpoint;
        QString place;
    };
    [[nodiscard]] QList<Past> past(const LogIdentity &log, const KeyStore &store);
    /// The log as it is now, which continues all that is past.
    [[nodiscard]] Checkpoint presentAfter(const QList<Past> &past, const LogIdentity &log);
    void publish(SignedCheckpoint &result);
    void writeInto(const QString &folder, SignedCheckpoint &result) const;

    Database &m_database;
    Options m_options;
    const Clock &m_clock;
};

} // namespace andon
