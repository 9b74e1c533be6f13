// SPDX-License-Identifier: Apache-2.0
// Where there is no helper yet: nothing is run, and prepare() says so.

#include "core/Error.h"
#include "core/guard/GuardedTree.h"

namespace andon {

class GuardedTree::Session
{
public:
    TreeOutcome outcome;
};

GuardedTree::GuardedTree(TreeOptions)
    : m_session(std::make_unique<Session>())
{
}

GuardedTree::~GuardedTree() = default;

void GuardedTree::adoptOrphans() {}

void GuardedTree::prepare()
{
    throw Error(
        QStringLiteral("Guarded commands are not available on this system yet. Claim the action, run the command "
                       "yourself and complete it."));
}

bool GuardedTree::hasSocket() const
{
    return false;
}

QString GuardedTree::socketName() const
{
    return {};
}

QString GuardedTree::socketTrouble() const
{
    return {};
}

bool GuardedTree::keepsErrorTail() const
{
    return false;
}

void GuardedTree::go()
{
    prepare();
}

bool GuardedTree::wait(std::chrono::milliseconds, int)
{
    return true;
}

void GuardedTree::signal(int) {}

void GuardedTree::renew(BootClock::time_point) {}

void GuardedTree::stop(const QString &) {}

qint64 GuardedTree::guardPid() const
{
    return 0;
}

qint64 GuardedTree::commandPid() const
{
    return 0;
}

bool GuardedTree::isStopping() const
{
    return false;
}

bool GuardedTree::hasEnded() const
{
    return true;
}

const TreeOutcome &GuardedTree::outcome() const
{
    return m_session->outcome;
}

bool GuardedTree::waitForSurvivors(std::chrono::milliseconds)
{
    return true;
}

} // namespace andon
