// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"

#include <QCache>

#include <optional>

namespace andon {

/// The pages that were read last, up to some memory: for who scrolls back and forth.
///
/// Keeps pages that can never change: full ones, in the log's own order. The log is append-only, so what lies between
/// two of its events stays as it is.
class PageCache
{
public:
    static constexpr qsizetype kMaxBytes = 16LL * 1024 * 1024;

    PageCache();

    [[nodiscard]] std::optional<AuditPage> find(const AuditPageRequest &request) const;
    void keep(const AuditPageRequest &request, const AuditPage &page);
    /// What is kept at present, in bytes, roughly.
    [[nodiscard]] qsizetype bytes() const { return m_pages.totalCost(); }

private:
    static QString keyOf(const AuditPageRequest &request);

    QCache<QString, AuditPage> m_pages;
};

} // namespace andon
