// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/copy/CopyReport.h"
#include "core/copy/CopyTable.h"
#include "core/storage/Database.h"

#include <functional>
#include <optional>
#include <utility>

namespace andon {

/// Copies a whole database into an empty one, mostly from SQLite to a PostgreSQL server: the log with its ids, times,
/// seals, identity and checkpoints, the actions and Andon's own tables. What was proven of the log stays proven.
///
/// The source is read in one view, and not changed; it may be written to meanwhile, and what is written then is not
/// copied. It must be in observe mode, without a stop under way and without a running action: then the target is where
/// nothing runs either. A latched stop stays latched. The target is filled in one transaction: until it is committed
/// nobody sees anything of it, and if it is not, nothing was there.
class LogCopy
{
public:
    struct Options
    {
        QString keyFolder; ///< of the verification, as KeyStore takes it
        bool isToVerify = true;
    };

    LogCopy(DatabaseLocation from, DatabaseLocation to, Options options);

    /// How many rows of how many were copied, then how many entries of how many were verified; never fewer of the same.
    /// False: give up. Then nothing is left at the target, unless it is verified already: then the report says so.
    using Progress = std::function<bool(bool isVerifying, qint64 done, qint64 total)>;

    /// Nothing where `progress` gave up. Throws CopyError where the source or the target is not fit for it, or holds
    /// what cannot be stored: it names where; StorageError.
    [[nodiscard]] std::optional<CopyReport> run(const Progress &progress = {});

private:
    /// False: it was given up, and nothing was kept.
    [[nodiscard]] bool copyAll(Database &source, Database &target, const Progress &progress);
    /// How many rows; nothing where it was given up.
    [[nodiscard]] std::optional<qint64> copyTable(Database &source, Database &target, const CopyTable &table,
                                                  const std::function<bool(qint64)> &goesOn);
    void noteTree(Database &source);
    void verify(const Progress &progress);

    DatabaseLocation m_from;
    DatabaseLocation m_to;
    Options m_options;
    CopyReport m_report;
    QList<std::pair<QString, QByteArray>> m_checkpoints;
};

} // namespace andon
