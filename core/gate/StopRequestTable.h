// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/StopRequests.h"

namespace andon {

class Database;

/// The stop requests that stand at a server: the rows of `andon_stop_request`.
///
/// A claim on any machine looks here first, and so does the server's own gate. A request is filed in a transaction of
/// its own, which no lock on the state row can hold up, and is done in the transaction of the gate that it asked for.
/// It stays then, so that nobody who read it before files it again. On SQLite requests are files (StopRequests), and
/// nothing ever stands here. Every call throws StorageError.
class StopRequestTable
{
public:
    explicit StopRequestTable(Database &database);

    /// Whether a stop of everything stands.
    [[nodiscard]] bool any() const;
    /// Whether a hold stands that covers this one.
    [[nodiscard]] bool anyFor(const ActionIdentity &identity) const;
    /// All that stand, oldest first.
    [[nodiscard]] QList<StopRequest> list() const;

    /// Files one, unless it was before; not inside a Transaction. Effective on return, and every program that listens
    /// has been told. A server that is taken over from right afterwards may forget it: the gate, once committed, is
    /// not.
    void file(const StopRequest &request) const;
    /// It stands no more: to be called in the transaction of its gate.
    void finish(const QString &uid, const QDateTime &now) const;

private:
    Database &m_database;
    bool m_isThere;
};

} // namespace andon
