// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/OwnedDescriptor.h"

#include <QString>
#include <QtGlobal>

#include <atomic>
#include <list>
#include <thread>

namespace andon::test {

/// A network between a program and a server on this machine that can fail as networks do: without a word. Passes TCP on
/// to a port of 127.0.0.1, in a thread of its own, until it is cut. Thread-safe.
class SilentProxy
{
public:
    /// Throws std::runtime_error where it cannot listen.
    explicit SilentProxy(quint16 server);
    ~SilentProxy();
    SilentProxy(const SilentProxy &) = delete;
    SilentProxy &operator=(const SilentProxy &) = delete;

    [[nodiscard]] quint16 port() const { return m_port; }
    /// The same database by way of this: `postgresql://user@127.0.0.1:PORT/name` with the port of this.
    [[nodiscard]] QString through(const QString &uri) const;

    /// From the return on nothing passes, in neither direction, and nobody hears of it: what arrives is taken and lost,
    /// connections stay open, and new ones are accepted and never answered.
    void cut();
    /// New connections pass again. Those that were cut have lost bytes: they are closed.
    void restore();

private:
    struct Pair
    {
        OwnedDescriptor client;
        OwnedDescriptor server;
        bool isSilent = false;
        bool hasEnded = false;
    };

    void run();
    void accept();
    void pass(Pair &pair, OwnedDescriptor &from, OwnedDescriptor &to);
    void command(char what);

    quint16 m_server;
    quint16 m_port = 0;
    OwnedDescriptor m_listener;
    OwnedDescriptor m_commands; ///< of the thread
    OwnedDescriptor m_commander;
    std::list<Pair> m_pairs; ///< of the thread
    bool m_isCut = false;    ///< of the thread
    std::atomic_int m_obeyed = 0;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace andon::test
