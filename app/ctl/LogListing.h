// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/LogPrinter.h"
#include "core/audit/read/AuditReader.h"

namespace andon {
class Database;
}

namespace andon::ctl {

class Interruption;

/// Prints what a filter shows, oldest first: the newest so many, all, or all that is still to come.
class LogListing
{
public:
    LogListing(Database &database, AuditFilter filter, LogPrinter printer);

    /// The newest `limit` events; all where it is 0.
    void printNewest(qint64 limit);

    /// What is appended from now on, until the person interrupts or nobody reads any more.
    void follow(const Interruption &interruption);

private:
    void printAfter(EventId from);
    void printLast(qint64 limit);
    bool printAppended();

    Database &m_database;
    AuditReader m_reader;
    AuditFilter m_filter;
    LogPrinter m_printer;
    EventId m_seen; ///< everything up to here was printed or left out on purpose
};

} // namespace andon::ctl
