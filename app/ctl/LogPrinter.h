// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"

namespace andon::ctl {

/// How `log` shows events.
enum class LogFormat { Table, JsonLines, Csv };

/// Prints events in one format, each line complete in itself.
class LogPrinter
{
public:
    LogPrinter(LogFormat format, bool inUtc)
        : m_format(format)
        , m_inUtc(inUtc)
    {
    }

    /// The heading line, where the format has one.
    void begin();
    void print(const AuditEvent &event);

private:
    [[nodiscard]] QString row(const AuditEvent &event) const;
    [[nodiscard]] QString timeOf(const AuditEvent &event) const;

    LogFormat m_format;
    bool m_inUtc;
};

} // namespace andon::ctl
