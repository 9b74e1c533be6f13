// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Hold.h"
#include "core/gate/SafetyState.h"

#include <QJsonObject>
#include <QList>

#include <chrono>

namespace andon {

/// All that can be said of the safety of one database at one moment: what is committed, and what
/// stands beside it in the file system.
struct SafetyStatus
{
    /// What a person is shown, in the order of precedence.
    enum class Display {
        Unknown,            ///< nobody can tell
        StopNotDelivered,   ///< a stop is requested here, and the server does not know of it yet
        StoppedNotRecorded, ///< a stop is requested, the database has not recorded it yet
        Stopped,            ///< latched
        Observe,
        Execute,
    };

    bool isKnown = false;
    QString problem; ///< why it is unknown, for the person
    SafetyState state;
    bool isPermitted = false;     ///< a permit for the state's epoch is there
    bool isStopRequested = false; ///< a stop request stands
    bool isStopDelivered = true;  ///< false: at no server yet; it stops what runs on this machine alone
    QString stopObstacle; ///< why a stop from here could not take the permit away; empty: it can. Set by Station
    QList<Hold> holds;    ///< agents and kinds of action that are stopped by themselves
    std::chrono::milliseconds stopDeadline{2000}; ///< after it a missing answer to a stop is an alarm
    std::chrono::milliseconds lease{0};           ///< at a server: how long a guard runs on unconfirmed; else 0
    std::chrono::milliseconds leaseRenewal{0};    ///< and how often it asks
    qint64 pending = 0;
    qint64 executing = 0;
    QString database; ///< as `--database` takes it
    QString engine;   ///< "SQLite 3.53.2, wal journal"

    [[nodiscard]] Display display() const;

    /// The fields of `andonctl status --json`.
    [[nodiscard]] QJsonObject toJson() const;

    friend bool operator==(const SafetyStatus &, const SafetyStatus &) = default;
};

} // namespace andon
