// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/storage/DatabaseLocation.h"

namespace andon {

/// What must exist for any guarded action to run: de-energise to trip.
///
/// A file beside the database that names the epoch for which it was granted. Revoking is lock-free,
/// needs no disk space and never waits for the database. Anything but a readable regular file that
/// holds the current epoch counts as revoked: a link, a pipe, a folder, a byte too many.
/// Of a server there is no such file: the state row itself is the permit, with the lease that each running guard
/// renews. Then nothing is done here, and a permit is there whenever the row says so.
/// Thread-safe: all state is in the file system.
class Permit
{
public:
    explicit Permit(const QString &databasePath);
    explicit Permit(const DatabaseLocation &location);

    /// Takes the permit away. Idempotent. Effective on return; durable after `sync`.
    /// Throws PermitError where a permit is still readable afterwards.
    void revoke() const;

    /// Puts the change on the disk (the folder's entry). Throws PermitError.
    void sync() const;

    /// Grants execution for `epoch`; void until the state row has that epoch. Durable on return.
    /// To be called while the write lock of the database is held, so that no two arms meet.
    /// Throws PermitError, and leaves no permit behind then.
    void grant(Epoch epoch) const;

    /// Whether a permit for exactly this epoch is there.
    [[nodiscard]] bool isGranted(Epoch epoch) const noexcept;

    /// Why this account could not take a permit away, as a sentence; empty where it could.
    /// Only looks: nothing is touched.
    [[nodiscard]] QString obstacle() const;

    /// Empty where the state row is the permit.
    [[nodiscard]] const QString &path() const { return m_path; }

private:
    QString m_path;
};

} // namespace andon
