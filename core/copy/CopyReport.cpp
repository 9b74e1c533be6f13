// SPDX-License-Identifier: Apache-2.0
#include "core/copy/CopyReport.h"

#include <numeric>

namespace andon {

qint64 CopyReport::rows() const
{
    return std::accumulate(tables.begin(), tables.end(), qint64{0},
                           [](qint64 sum, const Table &table) { return sum + table.rows; });
}

bool CopyReport::isFaithful() const
{
    return isVerified && verification.conclusion() != VerifyReport::Conclusion::Broken && verification.sealed == sealed
        && verification.root == root;
}

QString CopyReport::headline() const
{
    const QString copied = QStringLiteral("%1 rows were copied in %2 s.").arg(rows()).arg(seconds, 0, 'f', 1);
    if (!isVerified)
        return copied + QStringLiteral(" The copy was not verified: andonctl verify does it.");
    if (isFaithful())
        return copied + QStringLiteral(" The copy has the tree of the source: %1 sealed entries.").arg(sealed);
    if (verification.sealed != sealed || verification.root != root)
        return copied
            + QStringLiteral(" The copy is NOT what the source is: its tree is another one. Do not use it; copy again "
                             "into an empty database.");
    return copied
        + QStringLiteral(" The copy does not pass its verification. Verify the source: what is wrong there is wrong in "
                         "the copy, too.");
}

QJsonObject CopyReport::toJson() const
{
    QJsonObject counts;
    for (const Table &table : tables)
        counts.insert(table.name, table.rows);
    return {{QStringLiteral("from"), from},
            {QStringLiteral("to"), to},
            {QStringLiteral("rows"), rows()},
            {QStringLiteral("tables"), counts},
            {QStringLiteral("seconds"), seconds},
            {QStringLiteral("ended_agents"), endedAgents},
            {QStringLiteral("sealed"), sealed},
            {QStringLiteral("root"), root},
            {QStringLiteral("faithful"), isFaithful()},
            {QStringLiteral("verification"), isVerified ? QJsonValue(verification.toJson()) : QJsonValue()}};
}

} // namespace andon
