// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/guard/HoldKeys.h"
#include "app/guard/Notice.h"
#include "core/guard/OwnedDescriptor.h"

#include <optional>
#include <string>

namespace andon::guard {

/// The second way for a stop: a datagram socket in `<database>.guards/` that anybody who may write to it can ring,
/// whatever the files do. `stop` ends the tree, `hold KEY` does where the key concerns it, and so does any word that
/// this version does not know. Its name is taken away with it.
class RingSocket
{
public:
    explicit RingSocket(HoldKeys keys);
    ~RingSocket();
    RingSocket(const RingSocket &) = delete;
    RingSocket &operator=(const RingSocket &) = delete;

    /// Makes it, and the folder where there is none. An empty text, or why there is none.
    [[nodiscard]] std::string open(int databaseFolder, const std::string &databaseName);
    /// Takes it away.
    void close();

    [[nodiscard]] int number() const { return m_socket.number(); }
    [[nodiscard]] const std::string &name() const { return m_name; }

    /// What was rung in since.
    [[nodiscard]] std::optional<Notice> read();

private:
    [[nodiscard]] int tryToOpen(int databaseFolder, const std::string &guards);
    [[nodiscard]] std::optional<Notice> understand(std::string_view message) const;

    HoldKeys m_keys;
    OwnedDescriptor m_folder;
    OwnedDescriptor m_socket;
    std::string m_name;
};

} // namespace andon::guard
