// SPDX-License-Identifier: Apache-2.0
#include "app/guard/StopLookLinux.h"

#include "app/guard/DescriptorsLinux.h"
#include "core/guard/OwnedDescriptor.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace andon::guard {

namespace {

constexpr off_t kMaxPermitBytes = 64;

void explain(StopAnswer *answer, std::string_view text)
{
    const std::size_t length = std::min(text.size(), answer->detail.size() - 1);
    std::copy_n(text.begin(), length, answer->detail.begin());
    answer->detail.at(length) = '\0';
}

void explainError(StopAnswer *answer)
{
    explain(answer, std::generic_category().message(errno));
}

} // namespace

StopLook::StopLook(int folder, int events, std::string databaseName, std::optional<std::string> permit, HoldKeys keys)
    : m_folder(folder)
    , m_events(events)
    , m_name(std::move(databaseName))
    , m_permit(std::move(permit))
    , m_keys(std::move(keys))
{
}

StopAnswer StopLook::carryOut() const
{
    StopAnswer answer;
    if (isRequested(&answer))
        answer.verdict = StopAnswer::Verdict::Request;
    else if (isHeld(&answer))
        answer.verdict = StopAnswer::Verdict::Hold;
    else
        answer.verdict = !hasPermit() || isPermitted(&answer) ? StopAnswer::Verdict::Free : StopAnswer::Verdict::Permit;
    return answer;
}

bool StopLook::isRequested(StopAnswer *answer) const
{
    struct stat info = {};
    if (::fstatat(m_folder, requestsName().c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    if (errno == ENOENT)
        return false;
    explainError(answer);
    return true;
}

bool StopLook::isHeld(StopAnswer *answer) const
{
    const OwnedDescriptor holds(
        ::openat(m_folder, holdsName().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!holds.isOpen()) {
        explainError(answer);
        return errno != ENOENT;
    }
    answer->holdWatch = ::inotify_add_watch(m_events, pathThrough(holds.number()).c_str(),
                                            IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
    if (answer->holdWatch < 0) {
        explainError(answer);
        return true;
    }
    alignas(dirent64) std::array<char, 8192> buffer;
    for (;;) {
        const long got = ::syscall(SYS_getdents64, holds.number(), buffer.data(), buffer.size());
        if (got < 0) {
            // A folder that was removed meanwhile holds nothing.
            explainError(answer);
            return errno != ENOENT;
        }
        if (got == 0)
            return false;
        for (long at = 0; at < got;) {
            const auto *entry = reinterpret_cast<const dirent64 *>(buffer.data() + at);
            at += entry->d_reclen;
            const std::string_view name(entry->d_name);
            if (name == "." || name == ".." || !m_keys.concernFile(name))
                continue;
            explain(answer, name);
            return true;
        }
    }
}

bool StopLook::isPermitted(StopAnswer *answer) const
{
    answer->permitWatch = ::inotify_add_watch(m_events, pathThrough(m_folder, permitName()).c_str(),
                                              IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_DONT_FOLLOW);
    if (answer->permitWatch < 0) {
        explainError(answer);
        return false;
    }
    const OwnedDescriptor file(
        ::openat(m_folder, permitName().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info = {};
    if (!file.isOpen() || ::fstat(file.number(), &info) != 0) {
        explainError(answer);
        return false;
    }
    std::array<char, kMaxPermitBytes + 1> content = {};
    const ssize_t got = S_ISREG(info.st_mode) && info.st_size <= kMaxPermitBytes
        ? ::pread(file.number(), content.data(), content.size(), 0)
        : -1;
    if (got < 0 || std::string_view(content.data(), static_cast<std::size_t>(got)) != *m_permit) {
        explain(answer, "it is not the permit for this epoch");
        return false;
    }
    explain(answer, {});
    return true;
}

} // namespace andon::guard
