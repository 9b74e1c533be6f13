// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon::test {

/// While it lives, this thread meets the file system as an account without special rights, so that
/// a test of rights tells something for root, too.
class Unprivileged
{
public:
    Unprivileged();
    ~Unprivileged();
    Unprivileged(const Unprivileged &) = delete;
    Unprivileged &operator=(const Unprivileged &) = delete;

    /// False where this system cannot take the rights away: then the test has to be skipped.
    [[nodiscard]] bool isEffective() const { return m_isEffective; }

private:
    int m_before = 0;
    bool m_isEffective = false;
};

/// Lets every account enter and read a folder, and write the files in it, but not make or remove any.
void openToEverybody(const QString &folder);

} // namespace andon::test
