// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditReader.h"
#include "core/audit/read/AuditScan.h"

namespace andon::test {

/// How many events a scan by one connection finds.
inline qint64 countMatches(AuditReader &reader, const AuditFilter &filter)
{
    auto findings = std::make_shared<ScanFindings>();
    AuditScan(filter, findings).work(reader, [] { return true; });
    return findings->summary().found;
}

} // namespace andon::test
