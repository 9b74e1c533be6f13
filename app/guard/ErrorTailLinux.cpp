// SPDX-License-Identifier: Apache-2.0
#include "app/guard/ErrorTailLinux.h"

#include "app/guard/DescriptorsLinux.h"
#include "core/guard/GuardProtocol.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>

namespace andon::guard {

/// A ring of the last bytes.
struct SharedTail
{
    std::atomic<std::uint64_t> total;
    std::array<char, kTailBytes> bytes;
};

namespace {

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "it is shared between processes");

void keep(SharedTail &tail, std::string_view text)
{
    const std::uint64_t total = tail.total.load(std::memory_order_relaxed);
    const std::size_t skipped = text.size() - std::min(text.size(), kTailBytes);
    for (std::size_t i = skipped; i < text.size(); ++i)
        tail.bytes.at((total + i) % kTailBytes) = text[i];
    tail.total.store(total + text.size(), std::memory_order_release);
}

/// False once nobody can take it any more.
bool writeAll(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) { // whoever shares it has made it so
            pollfd writable = {descriptor, POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/// Ends with the last writer; or with the reader, so that the writers learn of that.
void copy(int from, int to, SharedTail &tail)
{
    std::array<char, 64 * 1024> buffer;
    for (;;) {
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
        keep(tail, text);
        if (!writeAll(to, text))
            return;
    }
}

} // namespace

ErrorTail::~ErrorTail()
{
    if (m_tail != nullptr)
        ::munmap(m_tail, sizeof(SharedTail));
}

std::string_view ErrorTail::prospect()
{
    struct stat error = {};
    struct stat output = {};
    const int flags = ::fcntl(STDERR_FILENO, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0 || ::fstat(STDERR_FILENO, &error) != 0)
        return "closed";
    if (::isatty(STDERR_FILENO) != 0)
        return "terminal";
    if (::fstat(STDOUT_FILENO, &output) == 0 && error.st_dev == output.st_dev && error.st_ino == output.st_ino)
        return "one";
    return "yes";
}

void ErrorTail::start()
{
    if (prospect() != "yes")
        return;
    void *memory = ::mmap(nullptr, sizeof(SharedTail), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    std::array<int, 2> ends = {-1, -1};
    if (memory == MAP_FAILED)
        return;
    m_tail = new (memory) SharedTail{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return;
    const OwnedDescriptor readEnd(ends[0]);
    OwnedDescriptor writeEnd(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        ::setpgid(0, 0);
        closeAllBut({readEnd.number(), STDERR_FILENO});
        ::prctl(PR_SET_NAME, "andon-guard-err");
        copy(readEnd.number(), STDERR_FILENO, *m_tail);
        ::_exit(0);
    }
    if (child > 0)
        ::setpgid(child, child); // whoever is first: the guard is to leave its group, and finds nobody in it
    if (child < 0)
        return;
    ::setpgid(child, child); // whoever comes first: it is not in the guard's group, which the guard is to leave
    m_copier = child;
    m_commandsEnd = std::move(writeEnd);
}

std::string ErrorTail::text() const
{
    if (m_tail == nullptr)
        return {};
    const std::uint64_t total = m_tail->total.load(std::memory_order_acquire);
    std::string text;
    for (std::uint64_t i = total - std::min<std::uint64_t>(total, kTailBytes); i < total; ++i)
        text += m_tail->bytes.at(i % kTailBytes);
    return text;
}

} // namespace andon::guard
