// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardProcessLinux.h"

#include <QFile>

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <set>
#include <thread>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

extern char **environ;

namespace andon {

namespace {

/// Helpers that were started, and those of them that nobody asks about any more.
struct Register
{
    std::mutex mutex;
    std::set<pid_t> running;
    std::set<pid_t> leftToReap;
};

Register &helpers()
{
    static Register all;
    return all;
}

/// True once it has ended; it is reaped then.
bool reap(pid_t pid)
{
    const pid_t reaped = ::waitpid(pid, nullptr, WNOHANG);
    return reaped == pid || (reaped < 0 && errno == ECHILD); // ECHILD: this program has its children reaped for it
}

void reapLeftOver(Register &all)
{
    for (auto pid = all.leftToReap.begin(); pid != all.leftToReap.end();) {
        if (reap(*pid)) {
            all.running.erase(*pid);
            pid = all.leftToReap.erase(pid);
        } else {
            ++pid;
        }
    }
}

/// What posix_spawn(3) wants to be told, freed at the end.
class SpawnDirections
{
public:
    explicit SpawnDirections(int control)
    {
        ::posix_spawn_file_actions_init(&actions);
        // Onto itself: that takes the close-on-exec flag away, in the child alone.
        ::posix_spawn_file_actions_adddup2(&actions, control, control);
        ::posix_spawnattr_init(&attributes);
        sigset_t restored;
        ::sigemptyset(&restored);
        ::sigaddset(&restored, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes, &restored);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnDirections()
    {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    SpawnDirections(const SpawnDirections &) = delete;
    SpawnDirections &operator=(const SpawnDirections &) = delete;

    posix_spawn_file_actions_t actions = {};
    posix_spawnattr_t attributes = {};
};

} // namespace

GuardProcess::~GuardProcess()
{
    Register &all = helpers();
    const std::lock_guard lock(all.mutex);
    if (m_pid != 0 && !m_isReaped)
        all.leftToReap.insert(m_pid);
    reapLeftOver(all);
}

int GuardProcess::start(const QString &program, const QStringList &arguments, int control)
{
    const QByteArray path = QFile::encodeName(program);
    std::vector<QByteArray> bytes{path};
    for (const QString &argument : arguments)
        bytes.push_back(QFile::encodeName(argument));
    std::vector<char *> values;
    values.reserve(bytes.size() + 1);
    for (QByteArray &value : bytes)
        values.push_back(value.data());
    values.push_back(nullptr);

    const SpawnDirections directions(control);
    Register &all = helpers();
    const std::lock_guard lock(all.mutex);
    reapLeftOver(all);
    const int error = ::posix_spawn(&m_pid, path.constData(), &directions.actions, &directions.attributes,
                                    values.data(), environ);
    if (error != 0) {
        m_pid = 0;
        return error;
    }
    all.running.insert(m_pid);
    m_handle = OwnedDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0)));
    return 0;
}

bool GuardProcess::hasEnded()
{
    if (m_pid == 0 || m_isReaped)
        return true;
    m_isReaped = reap(m_pid);
    if (m_isReaped) {
        Register &all = helpers();
        const std::lock_guard lock(all.mutex);
        all.running.erase(m_pid);
    }
    return m_isReaped;
}

bool GuardProcess::waitForEnd(std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!hasEnded()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return false;
        if (m_handle.isOpen()) {
            pollfd ended = {m_handle.number(), POLLIN, 0};
            ::poll(&ended, 1, static_cast<int>(left.count()));
        } else {
            std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds(1)));
        }
    }
    return true;
}

void GuardProcess::kill()
{
    if (!hasEnded()) // not reaped, so the number is still its own
        ::kill(m_pid, SIGKILL);
}

std::vector<pid_t> GuardProcess::all()
{
    Register &all = helpers();
    const std::lock_guard lock(all.mutex);
    return {all.running.begin(), all.running.end()};
}

} // namespace andon
