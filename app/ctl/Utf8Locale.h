// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <optional>

namespace andon::ctl {

/// Chooses a UTF-8 locale where the environment has none, as in a cron job, before Qt does so and writes a warning into
/// the output of a script. Make it before anything of Qt's, in the only thread.
class Utf8Locale
{
public:
    Utf8Locale();

    /// Once Qt has made its choice: the environment as it was, for the commands that this program runs.
    void restoreEnvironment() const;

private:
    struct Before
    {
        bool wasSet;
        QByteArray value;
    };
    std::optional<Before> m_before; ///< nothing where the environment was left alone
};

} // namespace andon::ctl
