// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <utility>

namespace andon {

/// A file descriptor that is closed with its owner. Below Qt, for the guard too. POSIX only.
class OwnedDescriptor
{
public:
    OwnedDescriptor() = default;
    explicit OwnedDescriptor(int number)
        : m_number(number)
    {
    }
    OwnedDescriptor(OwnedDescriptor &&other) noexcept
        : m_number(std::exchange(other.m_number, -1))
    {
    }
    OwnedDescriptor &operator=(OwnedDescriptor &&other) noexcept
    {
        if (this != &other) {
            close();
            m_number = std::exchange(other.m_number, -1);
        }
        return *this;
    }
    OwnedDescriptor(const OwnedDescriptor &) = delete;
    OwnedDescriptor &operator=(const OwnedDescriptor &) = delete;
    ~OwnedDescriptor() { close(); }

    [[nodiscard]] bool isOpen() const { return m_number >= 0; }
    /// -1 where none is open.
    [[nodiscard]] int number() const { return m_number; }

    void close()
    {
        if (m_number >= 0)
            ::close(m_number);
        m_number = -1;
    }

private:
    int m_number = -1;
};

} // namespace andon
