// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/Interruption.h"
#include "core/safety/SafetyController.h"
#include "core/storage/Database.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace andon::ctl {

/// Gets a stop that was tripped into the database, however long somebody else holds its lock, up to
/// a limit of time. The stop is repeated meanwhile, so that nobody arms in between.
class StopRecorder
{
public:
    /// `onDelivered` is called once a server has the request.
    StopRecorder(DatabaseLocation location, Trip &trip, std::chrono::milliseconds wait,
                 std::function<void()> onDelivered);
    ~StopRecorder();
    StopRecorder(const StopRecorder &) = delete;
    StopRecorder &operator=(const StopRecorder &) = delete;

    /// The receipt once the gate is recorded, completed or not, with what the running guards have answered in
    /// time (SafetyController::answerTime); nothing where it could not be, or
    /// where the person has interrupted the waiting. Never throws.
    [[nodiscard]] std::optional<StopReceipt> record();

    /// What can be said of it before it is recorded.
    [[nodiscard]] StopReceipt unrecorded() const;

    /// Whether it was not recorded since this login may not: trying again changes nothing.
    [[nodiscard]] bool isDenied() const { return m_isDenied; }

    /// Why it was not recorded, or not finished; for the person.
    [[nodiscard]] const QString &problem() const { return m_problem; }

private:
    void open();
    [[nodiscard]] bool isServerAway(const StorageError &error) const;
    bool recordGate(StopReceipt *receipt);
    void startHooks(const StopReceipt &receipt);
    void finishHooks(StopReceipt *receipt);
    void sweep(StopReceipt *receipt);
    void collect(StopReceipt *receipt);
    [[nodiscard]] bool mayGoOn(std::chrono::milliseconds pause);

    DatabaseLocation m_location;
    Trip &m_trip;
    std::function<void()> m_onDelivered;
    std::chrono::steady_clock::time_point m_deadline;
    Interruption m_interruption;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<ActionAuditor> m_auditor;
    std::unique_ptr<SafetyController> m_safety;
    QString m_problem;
    bool m_hasSaidWaiting = false;
    bool m_isDenied = false;
    std::thread m_hookThread; ///< the stop does not wait for what it runs
    QList<HookOutcome> m_hooks;
};

} // namespace andon::ctl
