// SPDX-License-Identifier: Apache-2.0
#include "core/station/HookLane.h"

#include "core/safety/StopHooks.h"

namespace andon {

HookLane::HookLane(QString database, std::function<void(const QString &, const QList<HookOutcome> &)> tell)
    : m_database(std::move(database))
    , m_tell(std::move(tell))
{
}

HookLane::~HookLane()
{
    for (const std::unique_ptr<Run> &run : m_runs)
        run->thread.join();
}

void HookLane::forgetEnded()
{
    std::erase_if(m_runs, [](const std::unique_ptr<Run> &run) {
        if (!run->isOver)
            return false;
        run->thread.join();
        return true;
    });
}

void HookLane::start(const StopReceipt &receipt)
{
    const std::scoped_lock lock(m_mutex);
    forgetEnded();
    m_runs.push_back(std::make_unique<Run>());
    Run &run = *m_runs.back();
    run.thread = std::thread([this, &run, receipt] {
        const StopHooks hooks(HookSettings::read(), m_database); // as they are now: no restart after a change
        const QList<HookOutcome> outcomes = hooks.run(receipt.toJson());
        if (!outcomes.isEmpty())
            m_tell(receipt.requestUid, outcomes);
        run.isOver = true;
    });
}

} // namespace andon
