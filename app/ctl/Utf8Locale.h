// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace andon::ctl {

/// Chooses a UTF-8 locale where the environment has none, as in a cron job, before Qt does so and
/// writes a warning into the output of a script. Call it before anything of Qt's.
void useUtf8Locale();

} // namespace andon::ctl
