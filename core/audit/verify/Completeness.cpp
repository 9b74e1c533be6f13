// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/Completeness.h"

#include "core/audit/verify/NumberColumns.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

#include <array>
#include <utility>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;

// The plus keeps the engine from the index over event types, which leads to millions of rows.
const QString kStateWithoutEvent = QStringLiteral(
    "SELECT p.id, p.status FROM action_proposals p WHERE NOT EXISTS "
    "(SELECT 1 FROM action_audit_log e WHERE e.proposal_id = p.id AND +e.event_type = p.status) ORDER BY p.id");

/// The same where that index is gone: slower, but not beyond measure.
const QString kStateWithoutEventUnindexed = QStringLiteral(
    "SELECT p.id, p.status FROM action_proposals p WHERE p.status IS NULL OR (p.id, p.status) NOT IN "
    "(SELECT proposal_id, event_type FROM action_audit_log WHERE proposal_id IS NOT NULL AND event_type IS NOT NULL) "
    "ORDER BY p.id");

const QString kEventWithoutProposal = QStringLiteral(
    "SELECT e.proposal_id, min(e.id), count(*) FROM action_audit_log e WHERE e.proposal_id IS NOT NULL "
    "GROUP BY e.proposal_id HAVING NOT EXISTS (SELECT 1 FROM action_proposals p WHERE p.id = e.proposal_id)");

const QString kExecutionWithoutRecord = QStringLiteral(
    "SELECT e.proposal_id, min(e.id) FROM action_audit_log e WHERE e.event_type = 'executing' "
    "AND e.proposal_id IS NOT NULL "
    "AND e.proposal_id NOT IN (SELECT proposal_id FROM action_records WHERE proposal_id IS NOT NULL) "
    "GROUP BY e.proposal_id");

// At a server, which finds its own way; NOT IN would be looked up row by row where there are many.
const QString kStateWithoutEventOnServer = QStringLiteral(
    "SELECT p.id, p.status FROM action_proposals p WHERE NOT EXISTS "
    "(SELECT 1 FROM action_audit_log e WHERE e.proposal_id = p.id AND e.event_type = p.status) "
    "AND NOT (p.id <= ? AND p.status IN ('completed', 'failed', 'cancelled')) ORDER BY p.id");

const QString kEventWithoutProposalOnServer = QStringLiteral(
    "SELECT e.proposal_id, min(e.id), count(*) FROM action_audit_log e WHERE e.proposal_id IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM action_proposals p WHERE p.id = e.proposal_id) "
    "GROUP BY e.proposal_id ORDER BY e.proposal_id");

const QString kExecutionWithoutRecordOnServer = QStringLiteral(
    "SELECT e.proposal_id, min(e.id) FROM action_audit_log e WHERE e.event_type = 'executing' "
    "AND e.proposal_id IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM action_records r WHERE r.proposal_id = e.proposal_id) "
    "GROUP BY e.proposal_id ORDER BY e.proposal_id");

struct Questions
{
    QString stateWithoutEvent;
    QString eventWithoutProposal;
    QString executionWithoutRecord;
};

Questions questionsFor(Database &database)
{
    if (database.engine() == SqlEngine::PostgreSql)
        return {kStateWithoutEventOnServer, kEventWithoutProposalOnServer, kExecutionWithoutRecordOnServer};
    const bool isIndexed =
        Catalog(database).indexedColumns(QStringLiteral("action_audit_log")).contains(u"proposal_id");
    return {isIndexed ? kStateWithoutEvent : kStateWithoutEventUnindexed, kEventWithoutProposal,
            kExecutionWithoutRecord};
}

QString text(const StoredRow &row, int column)
{
    const std::string_view bytes = row.text(column);
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

VerifyFinding findingOf(Kind kind, const StoredRow &row)
{
    VerifyFinding finding;
    finding.kind = kind;
    finding.proposal = ProposalId(row.integer(0));
    return finding;
}

/// Tables that somebody has taken away, or made anew in another way.
FindingList lostTables(Database &database)
{
    const std::array<std::pair<QString, QStringList>, 3> needed{
        {{QStringLiteral("action_audit_log"),
          {QStringLiteral("id"), QStringLiteral("proposal_id"), QStringLiteral("event_type")}},
         {QStringLiteral("action_proposals"), {QStringLiteral("id"), QStringLiteral("status")}},
         {QStringLiteral("action_records"), {QStringLiteral("proposal_id")}}}};
    FindingList findings;
    for (const auto &[table, columns] : needed) {
        const QStringList present = Catalog(database).columnsOf(table);
        for (const QString &column : columns) {
            const bool isNumber = column == u"id" || column == u"proposal_id";
            if (present.contains(column) && (!isNumber || areNumbers(database, table, {column})))
                continue;
            VerifyFinding finding;
            finding.kind = Kind::Unprotected;
            finding.detail = QStringLiteral(
                                 "the column %1 of the table %2 is gone, so that nobody can tell whether the "
                                 "log is complete")
                                 .arg(column, table);
            findings.add(finding);
        }
    }
    return findings;
}

} // namespace

FindingList verifyCompleteness(Database &database, ProposalId lastArchived)
{
    FindingList findings = lostTables(database);
    if (!findings.isEmpty())
        return findings;
    const Questions questions = questionsFor(database);
    QVariantList values;
    if (database.engine() == SqlEngine::PostgreSql)
        values << lastArchived.value;
    database.visit(questions.stateWithoutEvent, values, [&findings](const StoredRow &row) {
        VerifyFinding finding = findingOf(Kind::StateWithoutEvent, row);
        finding.detail = text(row, 1);
        findings.add(finding);
        return true;
    });
    database.visit(questions.eventWithoutProposal, {}, [&findings](const StoredRow &row) {
        VerifyFinding finding = findingOf(Kind::EventWithoutProposal, row);
        finding.event = EventId(row.integer(1));
        finding.through = finding.event;
        const qint64 others = row.integer(2) - 1;
        if (others > 0)
            finding.detail = others == 1 ? QStringLiteral("1 other entry is, too")
                                         : QStringLiteral("%1 other entries are, too").arg(others);
        findings.add(finding, others + 1);
        return true;
    });
    database.visit(questions.executionWithoutRecord, {}, [&findings](const StoredRow &row) {
        VerifyFinding finding = findingOf(Kind::ExecutionWithoutRecord, row);
        finding.event = EventId(row.integer(1));
        finding.through = finding.event;
        findings.add(finding);
        return true;
    });
    return findings;
}

} // namespace andon
