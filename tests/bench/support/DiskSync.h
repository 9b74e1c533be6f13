// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/support/Samples.h"

#include <QFile>

namespace andon::bench {

/// What one durable write costs on a disk: 4 KiB appended to a file, as to a log, then fdatasync. The unit
/// in which a transaction's cost is counted, because none can be durable for less.
class DiskSync
{
public:
    explicit DiskSync(const QString &folder);

    /// Takes so many more samples.
    void sample(int count);
    [[nodiscard]] const Samples &timesMs() const { return m_timesMs; }

private:
    QFile m_file;
    Samples m_timesMs;
};

} // namespace andon::bench
