// SPDX-License-Identifier: Apache-2.0
#include "core/guard/ProcessWalkLinux.h"

#include "core/guard/OwnedDescriptor.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

namespace andon::ProcessWalk {

namespace {

OwnedDescriptor openToRead(const std::string &path, int flags = 0)
{
    return OwnedDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
}

ssize_t readSome(int descriptor, char *buffer, std::size_t size)
{
    for (;;) {
        const ssize_t got = ::read(descriptor, buffer, size);
        if (got >= 0 || errno != EINTR)
            return got;
    }
}

std::string folderOf(pid_t pid)
{
    return "/proc/" + std::to_string(pid);
}

std::string childrenFile(pid_t pid, pid_t thread)
{
    return folderOf(pid) + "/task/" + std::to_string(thread) + "/children";
}

/// Field by field through the blank-separated rest of a stat line.
class Fields
{
public:
    explicit Fields(std::string_view text)
        : m_left(text)
    {
    }

    std::string_view next()
    {
        m_left.remove_prefix(std::min(m_left.find_first_not_of(' '), m_left.size()));
        const std::string_view field = m_left.substr(0, m_left.find(' '));
        m_left.remove_prefix(field.size());
        return field;
    }

    void skip(int count)
    {
        for (int i = 0; i < count; ++i)
            next();
    }

    template<typename Number>
    bool nextNumber(Number *number)
    {
        const std::string_view field = next();
        return std::from_chars(field.data(), field.data() + field.size(), *number).ec == std::errc();
    }

private:
    std::string_view m_left;
};

/// The numbers among the names of a folder's entries. False where it cannot be read.
template<typename Visit>
bool forEachNumber(const std::string &folder, Visit visit)
{
    const OwnedDescriptor descriptor = openToRead(folder, O_DIRECTORY);
    if (!descriptor.isOpen())
        return false;
    alignas(dirent64) std::array<char, 8192> buffer;
    for (;;) {
        const long got = ::syscall(SYS_getdents64, descriptor.number(), buffer.data(), buffer.size());
        if (got <= 0)
            return got == 0;
        for (long at = 0; at < got;) {
            const auto *entry = reinterpret_cast<const dirent64 *>(buffer.data() + at);
            at += entry->d_reclen;
            const std::string_view name(entry->d_name);
            pid_t number = 0;
            const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
            if (error == std::errc() && end == name.data() + name.size())
                visit(number);
        }
    }
}

/// False where the file cannot be read; errno says why.
bool appendChildrenOfThread(pid_t pid, pid_t thread, std::vector<pid_t> *children)
{
    const OwnedDescriptor file = openToRead(childrenFile(pid, thread));
    if (!file.isOpen())
        return false;
    std::array<char, 4096> buffer;
    pid_t number = 0;
    bool isInside = false;
    ssize_t got = 0;
    do {
        got = readSome(file.number(), buffer.data(), buffer.size());
        for (ssize_t i = 0; i < got; ++i) {
            const char letter = buffer[static_cast<std::size_t>(i)];
            if (letter >= '0' && letter <= '9') {
                number = number * 10 + (letter - '0');
                isInside = true;
            } else if (isInside) {
                children->push_back(number);
                number = 0;
                isInside = false;
            }
        }
    } while (got > 0);
    if (isInside)
        children->push_back(number);
    return got == 0;
}

} // namespace

std::optional<Stat> stat(pid_t pid)
{
    const OwnedDescriptor file = openToRead(folderOf(pid) + "/stat");
    if (!file.isOpen())
        return std::nullopt;
    std::array<char, 1024> buffer;
    const ssize_t got = readSome(file.number(), buffer.data(), buffer.size());
    if (got <= 0)
        return std::nullopt;
    const std::string_view line(buffer.data(), static_cast<std::size_t>(got));
    // The name, in brackets, may hold blanks and brackets itself; nothing after it does.
    const std::size_t nameEnd = line.rfind(')');
    if (nameEnd == std::string_view::npos)
        return std::nullopt;

    Stat result;
    Fields fields(line.substr(nameEnd + 1));
    const std::string_view state = fields.next(); // field 3
    if (state.size() != 1 || !fields.nextNumber(&result.parent))
        return std::nullopt;
    result.state = state.front();
    fields.skip(15); // 5 to 19
    if (!fields.nextNumber(&result.threads))
        return std::nullopt;
    fields.skip(1); // 21
    if (!fields.nextNumber(&result.startTicks))
        return std::nullopt;
    return result;
}

bool hasChildrenFiles()
{
    return ::access(childrenFile(::getpid(), ::getpid()).c_str(), R_OK) == 0;
}

bool appendChildren(pid_t pid, std::int64_t threads, std::vector<pid_t> *children)
{
    if (threads == 1 && appendChildrenOfThread(pid, pid, children))
        return true;
    bool isComplete = true;
    const bool isListed = forEachNumber(folderOf(pid) + "/task", [&](pid_t thread) {
        if (!appendChildrenOfThread(pid, thread, children) && errno != ENOENT && errno != ESRCH)
            isComplete = false; // other than a thread that has ended
    });
    return isListed && isComplete;
}

std::optional<Links> childrenOfAll()
{
    Links children;
    const bool isListed = forEachNumber("/proc", [&children](pid_t pid) {
        if (const std::optional<Stat> found = stat(pid))
            children[found->parent].push_back(pid);
    });
    return isListed ? std::optional(std::move(children)) : std::nullopt;
}

} // namespace andon::ProcessWalk
