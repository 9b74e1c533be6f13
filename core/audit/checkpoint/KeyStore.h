// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/note/Checkpoint.h"

#include <QDateTime>
#include <QList>
#include <QString>

#include <memory>
#include <optional>

class QLockFile;

namespace andon {

/// The keys of one log that this user has, in files of the user's configuration folder, and what they have signed last.
///
/// A folder for each log, 0700, in it: each key a file of its own, 0600, `0001-<key id>.key`, in the text form of C2SP
/// signed-note's Go tools; the highest number is the one that signs. `trusted`: the verifier keys of others, one a
/// line. `last.checkpoint`: the last note that was signed. Never in the database. Thread-safe by holding nothing: each
/// call reads the files. Failures are InvalidInputErrors or FileErrors with a sentence; a key file that others may read
/// is refused.
class KeyStore
{
public:
    /// `log` is the log's identity (its origin). `folder` is where all keys live; the standard one where it is empty.
    explicit KeyStore(QString log, const QString &folder = {});

    /// What ANDON_KEYS names, else `keys` beside the user's settings (HookSettings, CheckpointSettings).
    [[nodiscard]] static QString standardFolder();
    /// Of this log alone. It is made with its first file.
    [[nodiscard]] const QString &folder() const { return m_folder; }

    /// One key, and since when it is here.
    struct Entry
    {
        VerifierKey key;
        QDateTime since;
        bool isActive = false; ///< the one that signs
    };
    /// Oldest first.
    [[nodiscard]] QList<Entry> keys() const;
    /// Those of others that were added.
    [[nodiscard]] QList<VerifierKey> others() const;
    /// The keys that a verification trusts: one's own, and those of others that were added; each once.
    [[nodiscard]] QList<VerifierKey> trusted() const;
    void trust(const VerifierKey &key) const;

    /// The key that signs; made, under the name of the log, where there is none.
    [[nodiscard]] SigningKey activeKey() const;
    [[nodiscard]] std::optional<SigningKey> existingKey() const;
    /// Whether there is one. Reads no secret.
    [[nodiscard]] bool hasKey() const { return !keyFiles().isEmpty(); }
    /// Makes a new key, the active one from now on; the one before stays, to vouch for it once.
    SigningKey rotate() const;
    /// The same with a key from elsewhere. The active one again: nothing changes.
    void import(const SigningKey &key) const;
    /// The key that has signed the last note where the active one has not, or else the one before the active: it
    /// vouches for the active one in the next note, and is retired with that. Nothing where no key changes.
    [[nodiscard]] std::optional<SigningKey> retiringKey() const;

    /// The newest note that was signed for this log with a key of this store, wherever it was written. None: nothing.
    [[nodiscard]] std::optional<QByteArray> lastSigned() const;
    /// To be called, and to have succeeded, before the note is given to anybody.
    void rememberSigned(const QByteArray &note) const;

    /// To be held from reading `lastSigned` until `rememberSigned` has returned: of two programs of this user only one
    /// signs at a time. Waits for some seconds.
    [[nodiscard]] std::unique_ptr<QLockFile> lockForSigning() const;

private:
    struct KeyFile
    {
        QString path;
        qint64 number = 0;
        QString keyId;
    };
    [[nodiscard]] QList<KeyFile> keyFiles() const;
    [[nodiscard]] static SigningKey read(const KeyFile &file);
    void add(const SigningKey &key) const;
    [[nodiscard]] std::unique_ptr<QLockFile> lock(const QString &name) const;
    [[nodiscard]] QString path(const QString &name) const;

    QString m_log;
    QString m_folder;
};

} // namespace andon
