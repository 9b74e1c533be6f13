// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/OwnedDescriptor.h"

#include <deque>
#include <optional>
#include <string>

namespace andon::guard {

/// The owner's end of the talk, by packets. Never waits: what the owner does not take now is kept for later, and what
/// it does not take at all is dropped.
class OwnerChannel
{
public:
    explicit OwnerChannel(int descriptor);

    [[nodiscard]] int number() const { return m_socket.number(); }
    /// The owner has ended or has closed its end.
    [[nodiscard]] bool isClosed() const { return !m_socket.isOpen(); }
    /// Something is kept for when the owner reads.
    [[nodiscard]] bool hasMore() const { return !m_kept.empty(); }

    void send(std::string packet);
    /// Sends what was kept.
    void flush();
    /// The next packet that is there; nothing where there is none.
    [[nodiscard]] std::optional<std::string> receive();

private:
    void close();

    OwnedDescriptor m_socket;
    std::deque<std::string> m_kept;
};

} // namespace andon::guard
