// SPDX-License-Identifier: Apache-2.0
#include "app/guard/OwnerChannel.h"

#include "core/guard/GuardProtocol.h"

#include <sys/socket.h>

#include <cerrno>

namespace andon::guard {

namespace {

constexpr std::size_t kMaxKept = 64;

bool isTemporary(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS || error == ENOMEM;
}

} // namespace

OwnerChannel::OwnerChannel(int descriptor)
    : m_socket(descriptor)
{
}

void OwnerChannel::send(std::string packet)
{
    if (isClosed())
        return;
    if (m_kept.size() == kMaxKept)
        m_kept.pop_front();
    m_kept.push_back(std::move(packet));
    flush();
}

void OwnerChannel::flush()
{
    while (!isClosed() && !m_kept.empty()) {
        const std::string &packet = m_kept.front();
        const ssize_t sent = ::send(m_socket.number(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && isTemporary(errno))
            return;
        if (sent < 0 && errno != EMSGSIZE) {
            close();
            return;
        }
        m_kept.pop_front();
    }
}

void OwnerChannel::close()
{
    m_socket.close();
    m_kept.clear(); // nobody is left to take it
}

std::optional<std::string> OwnerChannel::receive()
{
    if (isClosed())
        return std::nullopt;
    std::string packet(kMaxPacketBytes, '\0');
    const ssize_t got = ::recv(m_socket.number(), packet.data(), packet.size(), MSG_DONTWAIT);
    if (got < 0 && isTemporary(errno))
        return std::nullopt;
    if (got <= 0) {
        close();
        return std::nullopt;
    }
    packet.resize(static_cast<std::size_t>(got));
    return packet;
}

} // namespace andon::guard
