// SPDX-License-Identifier: Apache-2.0
#include "tests/support/SilentProxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace andon::test {

namespace {

constexpr char kCut = 'c';
constexpr char kRestore = 'r';
constexpr char kEnd = 'e';

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

OwnedDescriptor makeSocket()
{
    OwnedDescriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ::setsockopt(made.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return made;
}

/// All of it, however little goes at once.
bool sendAll(const OwnedDescriptor &to, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t sent = ::send(to.number(), bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= static_cast<size_t>(sent);
    }
    return true;
}

} // namespace

SilentProxy::SilentProxy(quint16 server)
    : m_server(server)
    , m_listener(makeSocket())
{
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address); // NOLINT(*-reinterpret-cast): as bind(2) wants it
    std::array<int, 2> ends = {-1, -1};
    constexpr int kBacklog = 64;
    if (::bind(m_listener.number(), plain, length) != 0 || ::listen(m_listener.number(), kBacklog) != 0
        || ::getsockname(m_listener.number(), plain, &length) != 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no proxy on this machine's loopback");
    m_port = ntohs(address.sin_port);
    m_commands = OwnedDescriptor(ends[0]);
    m_commander = OwnedDescriptor(ends[1]);
    m_thread = std::thread([this] { run(); });
}

SilentProxy::~SilentProxy()
{
    static_cast<void>(::write(m_commander.number(), &kEnd, 1));
    m_thread.join();
}

QString SilentProxy::through(const QString &uri) const
{
    const QString name = uri.section(u'/', -1);
    const QString server = uri.chopped(name.size() + 1);
    return server.section(u':', 0, -2) + u':' + QString::number(m_port) + u'/' + name;
}

void SilentProxy::command(char what)
{
    const int before = m_obeyed;
    static_cast<void>(::write(m_commander.number(), &what, 1));
    while (m_obeyed == before)
        m_obeyed.wait(before);
}

void SilentProxy::cut()
{
    command(kCut);
}

void SilentProxy::restore()
{
    command(kRestore);
}

void SilentProxy::accept()
{
    OwnedDescriptor client(::accept4(m_listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.isOpen())
        return;
    Pair pair;
    pair.client = std::move(client);
    pair.isSilent = m_isCut;
    if (!m_isCut) {
        pair.server = makeSocket();
        const sockaddr_in address = loopback(m_server);
        const auto *plain = reinterpret_cast<const sockaddr *>(&address); // NOLINT(*-reinterpret-cast)
        if (::connect(pair.server.number(), plain, sizeof address) != 0)
            return; // refused, as the server refuses
    }
    m_pairs.push_back(std::move(pair));
}

void SilentProxy::pass(Pair &pair, OwnedDescriptor &from, OwnedDescriptor &to)
{
    std::array<char, 16 * 1024> bytes; // NOLINT(*-member-init): filled by recv
    const ssize_t size = ::recv(from.number(), bytes.data(), bytes.size(), 0);
    if (pair.isSilent) {
        if (size <= 0)
            from.close(); // the other end does not hear of it
    } else if (size <= 0 || !sendAll(to, bytes.data(), static_cast<size_t>(size))) {
        pair.hasEnded = true;
    }
}

void SilentProxy::run()
{
    for (;;) {
        std::vector<pollfd> watched{{m_commands.number(), POLLIN, 0}, {m_listener.number(), POLLIN, 0}};
        for (const Pair &pair : m_pairs) {
            watched.push_back({pair.client.number(), POLLIN, 0}); // a negative one is passed over: poll(2)
            watched.push_back({pair.server.number(), POLLIN, 0});
        }
        if (::poll(watched.data(), watched.size(), -1) < 0)
            continue;
        if (watched.at(0).revents != 0) {
            char what = kEnd;
            static_cast<void>(::read(m_commands.number(), &what, 1));
            if (what == kEnd)
                return;
            m_isCut = what == kCut;
            if (!m_isCut)
                m_pairs.remove_if([](const Pair &pair) { return pair.isSilent; });
            for (Pair &pair : m_pairs)
                pair.isSilent = m_isCut;
            ++m_obeyed;
            m_obeyed.notify_all();
            continue; // what was seen before it is looked at anew
        }
        size_t next = 2;
        for (Pair &pair : m_pairs) {
            if (watched.at(next++).revents != 0)
                pass(pair, pair.client, pair.server);
            if (watched.at(next++).revents != 0 && !pair.hasEnded)
                pass(pair, pair.server, pair.client);
        }
        m_pairs.remove_if([](const Pair &pair) { return pair.hasEnded; });
        if (watched.at(1).revents != 0)
            accept();
    }
}

} // namespace andon::test
