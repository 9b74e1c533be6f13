// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace andon::ctl {

/// Whether somebody has asked this program to end (Ctrl+C, SIGTERM, SIGHUP). While one lives, it does
/// not die of that but can finish in good order. One at a time.
class Interruption
{
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption &) = delete;
    Interruption &operator=(const Interruption &) = delete;

    [[nodiscard]] bool isRequested() const;
};

} // namespace andon::ctl
