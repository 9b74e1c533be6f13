// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

struct sqlite3;

namespace andon::bench {

/// The peer: one SELECT as a C program would run it, on a connection of its own. Throws std::runtime_error.
class BareQuery
{
public:
    explicit BareQuery(const QString &databasePath);
    ~BareQuery();
    BareQuery(const BareQuery &) = delete;
    BareQuery &operator=(const BareQuery &) = delete;

    /// The number in the first column of the first row.
    [[nodiscard]] qint64 run(const QString &sql);

private:
    sqlite3 *m_connection = nullptr;
};

} // namespace andon::bench
