// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Clock.h"
#include "core/Protocol.h"
#include "core/gate/DurableFile.h"
#include "core/gate/StopRequests.h"
#include "core/storage/DatabaseLocation.h"

#include <QElapsedTimer>
#include <QString>

#include <memory>
#include <optional>

namespace andon {

/// A stop that has taken the permit away: nothing starts any more. Its gate is still to be committed.
struct Trip
{
    StopRequest request;
    QElapsedTimer sinceCall; ///< invalid for a request that another process filed
    std::optional<qint64> permitRevokedUs;
    QString trouble;            ///< what did not work, for the person; empty where all did
    bool isRevoked = true;      ///< false: a permit is still readable; the request alone stops
    bool isFiled = true;        ///< false: the request could not be filed (full disk); the permit alone stops
    bool needsDelivery = false; ///< a server is to hear of it; until then it stops what runs on this machine alone
    bool isDelivered = false;   ///< the server has the request: no claim passes any more, on any machine
    /// The removed permit's file, held open: letting go of it waits for the disk, and the gate shall not.
    std::shared_ptr<DurableFile::KeptOpen> removedPermit;

    /// At least one of them stops what asks the gate.
    [[nodiscard]] bool isEffective() const { return needsDelivery ? isDelivered : isRevoked || isFiled; }
};

/// The first step of every stop, which needs no database: files the request, takes the permit away, tells the running
/// guards through their sockets, puts request and permit on the disk. Lock-free. Thread-safe.
/// Of a server there is no permit to take away: what is filed here stops what runs on this machine, and stands until
/// StopProcedure has delivered it.
class TripSwitch
{
public:
    explicit TripSwitch(const DatabaseLocation &location, ProtocolObserver observer = {});

    /// Never throws: what fails is told in the Trip, and the rest is done all the same.
    [[nodiscard]] Trip trip(StopRequest::Kind kind, const QString &by, const QString &reason,
                            const Clock &clock = Clock::system()) const noexcept;

    /// The same for one agent or one kind of action: the permit stays, and only the guards of what is held are told.
    [[nodiscard]] Trip hold(const StopScope &scope, const QString &by, const QString &reason,
                            const Clock &clock = Clock::system()) const noexcept;

    /// Once more, for a stop that is not recorded yet.
    void again(Trip &trip) const noexcept;

private:
    [[nodiscard]] Trip carryOut(StopRequest request, const Clock &clock) const noexcept;
    void revoke(Trip &trip) const noexcept;

    DatabaseLocation m_location;
    ProtocolObserver m_observer;
};

} // namespace andon
