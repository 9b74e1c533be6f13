// SPDX-License-Identifier: Apache-2.0
#include "core/gate/GuardSockets.h"

#include <QFile>

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace andon::GuardSockets {

namespace {

constexpr int kMaxEntries = 4096;

/// Closes on the way out.
class Opened
{
public:
    explicit Opened(int number)
        : m_number(number)
    {
    }
    ~Opened()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Opened(const Opened &) = delete;
    Opened &operator=(const Opened &) = delete;

    [[nodiscard]] bool isOpen() const { return m_number >= 0; }
    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number;
};

QByteArray folderOf(const QString &databasePath)
{
    return QFile::encodeName(databasePath + QStringLiteral(".guards"));
}

/// The address of what is open, however long its own path is: sun_path has room for 108 bytes. What it leads to cannot
/// be exchanged for something else in between.
sockaddr_un addressOf(const Opened &entry)
{
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", entry.number());
    return address;
}

/// Calls visit(name, entry, info) for each socket in the folder.
template<typename Visit>
void forEachSocket(const Opened &folder, Visit visit)
{
    alignas(dirent64) std::array<char, 8192> buffer;
    int seen = 0;
    while (seen < kMaxEntries) {
        const long got = ::syscall(SYS_getdents64, folder.number(), buffer.data(), buffer.size());
        if (got <= 0)
            return;
        for (long at = 0; at < got && seen < kMaxEntries; ++seen) {
            const auto *listed = reinterpret_cast<const dirent64 *>(buffer.data() + at);
            at += listed->d_reclen;
            const char *name = listed->d_name;
            if (listed->d_type != DT_SOCK && listed->d_type != DT_UNKNOWN)
                continue;
            const Opened entry(::openat(folder.number(), name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
            struct stat info = {};
            if (entry.isOpen() && ::fstat(entry.number(), &info) == 0 && S_ISSOCK(info.st_mode))
                visit(name, entry, info);
        }
    }
}

Opened openFolder(const QString &databasePath)
{
    return Opened(
        ::open(folderOf(databasePath).constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

Opened openSocket()
{
    return Opened(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool sendTo(const Opened &socket, const Opened &entry, const QByteArray &message)
{
    constexpr int kTries = 3; // a bell that is choked may be heard out in the meantime
    const sockaddr_un address = addressOf(entry);
    for (int i = 0; i < kTries; ++i) {
        const ssize_t sent = ::sendto(socket.number(), message.constData(), static_cast<size_t>(message.size()),
                                      MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const sockaddr *>(&address),
                                      sizeof(address));
        if (sent == message.size())
            return true;
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return false;
    }
    return false;
}

bool isDeserted(const Opened &entry)
{
    const Opened socket = openSocket();
    const sockaddr_un address = addressOf(entry);
    return socket.isOpen()
        && ::connect(socket.number(), reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0
        && errno == ECONNREFUSED;
}

} // namespace

int ring(const QString &databasePath, const QByteArray &message) noexcept
{
    int taken = 0;
    try {
        const Opened folder = openFolder(databasePath);
        const Opened socket = openSocket();
        if (folder.isOpen() && socket.isOpen())
            forEachSocket(folder, [&](const char *, const Opened &entry, const struct stat &) {
                taken += sendTo(socket, entry, message) ? 1 : 0;
            });
    } catch (...) {
        return taken; // no memory
    }
    return taken;
}

void removeStale(const QString &databasePath, std::chrono::seconds youngest) noexcept
{
    try {
        const Opened folder = openFolder(databasePath);
        if (!folder.isOpen())
            return;
        timespec now = {};
        ::clock_gettime(CLOCK_REALTIME, &now);
        forEachSocket(folder, [&](const char *name, const Opened &entry, const struct stat &info) {
            if (now.tv_sec - info.st_ctim.tv_sec >= youngest.count() && isDeserted(entry))
                ::unlinkat(folder.number(), name, 0);
        });
        ::rmdir(folderOf(databasePath).constData()); // fails where one is left: as it should
    } catch (...) {
        return; // no memory: the next one removes them
    }
}

} // namespace andon::GuardSockets
