// SPDX-License-Identifier: Apache-2.0
#include "app/guard/RingSocketLinux.h"

#include "app/guard/DescriptorsLinux.h"
#include "core/guard/GuardProtocol.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace andon::guard {

namespace {

std::string freshName()
{
    std::array<unsigned char, 8> random = {};
    static_cast<void>(::getrandom(random.data(), random.size(), GRND_NONBLOCK));
    std::string name = std::to_string(::getpid()) + '-';
    for (const unsigned char byte : random) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        name += kDigits[byte >> 4U];
        name += kDigits[byte & 15U];
    }
    return name + ".sock";
}

} // namespace

RingSocket::RingSocket(HoldKeys keys)
    : m_keys(std::move(keys))
{
}

RingSocket::~RingSocket()
{
    close();
}

void RingSocket::close()
{
    if (m_socket.isOpen())
        ::unlinkat(m_folder.number(), m_name.c_str(), 0);
    m_socket.close();
}

std::string RingSocket::open(int databaseFolder, const std::string &databaseName)
{
    // Whoever finds the folder empty removes it, also between two steps here.
    constexpr int kTries = 20;
    int error = 0;
    for (int i = 0; i < kTries; ++i) {
        error = tryToOpen(databaseFolder, databaseName + ".guards");
        if (error == 0)
            return {};
        if (error != ENOENT && error != EADDRINUSE)
            break;
    }
    m_socket.close();
    m_name.clear();
    return std::generic_category().message(error);
}

int RingSocket::tryToOpen(int databaseFolder, const std::string &guards)
{
    if (::mkdirat(databaseFolder, guards.c_str(), 0777) != 0 && errno != EEXIST)
        return errno;
    m_folder = OwnedDescriptor(::openat(databaseFolder, guards.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!m_folder.isOpen())
        return errno;
    OwnedDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.isOpen())
        return errno;

    m_name = freshName();
    const std::string path = pathThrough(m_folder.number(), m_name);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return ENAMETOOLONG;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::bind(socket.number(), reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0)
        return errno;
    m_socket = std::move(socket);
    return 0;
}

std::optional<Notice> RingSocket::read()
{
    constexpr int kMostAtOnce = 64; // a flood does not keep the guard from the rest of its work
    std::array<char, 512> buffer;
    for (int i = 0; i < kMostAtOnce && m_socket.isOpen(); ++i) {
        const ssize_t got = ::recv(m_socket.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0)
            return std::nullopt;
        if (auto notice = understand({buffer.data(), static_cast<std::size_t>(got)}))
            return notice;
    }
    return std::nullopt;
}

std::optional<Notice> RingSocket::understand(std::string_view message) const
{
    while (!message.empty() && (message.back() == '\n' || message.back() == '\0'))
        message.remove_suffix(1);
    if (firstWord(message) == "hold" && !m_keys.concernKey(rest(message)))
        return std::nullopt;
    return Notice(via::kSocket, std::string(message));
}

} // namespace andon::guard
