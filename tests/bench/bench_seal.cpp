// SPDX-License-Identifier: Apache-2.0
// What the seals cost: appending with them against the same appending without; verifying a log of 1 and 10 million
// events against hashing the same bytes with the same SHA-256 and doing nothing else; one proof out of 10 million.

#include "core/audit/ActionAuditor.h"
#include "core/audit/seal/MerkleProof.h"
#include "core/audit/verify/Verifier.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRandomGenerator>

#include <memory>
#include <stdexcept>

namespace andon::bench {

namespace {

constexpr int kSinglesPerRound = 5;
constexpr int kBatchSize = 10'000;
constexpr qint64 kMillion = 1'000'000;

const QString kData = QStringLiteral(
    "{\"action_name\":\"transfer_leader\",\"parameters\":{\"region\":777,\"to_store\":4},"
    "\"reason\":\"leader imbalance on store 4\"}");

Database::Options createOptions()
{
    Database::Options options;
    options.create = true;
    return options;
}

/// Appends events to a database of its own, with an auditor that seals them, or as the auditor would without seals.
class Appender
{
public:
    Appender(const DatabaseLocation &location, bool isSealing)
        : m_database(location, createOptions())
        , m_kind(Schema::ensure(m_database))
        , m_auditor(m_database, QStringLiteral("bench@bench"))
        , m_isSealing(isSealing)
    {
    }

    void append(int count)
    {
        AuditEvent event;
        event.eventType = EventType::kProposed;
        event.eventData = kData;
        event.actor = Actor::kAgent;
        for (int i = 0; i < count; ++i) {
            event.proposalId = ProposalId(i + 1);
            if (m_isSealing)
                m_auditor.logEvent(event);
            else
                appendUnsealed(event);
        }
    }

    /// Events a second, in one transaction or each in its own.
    double time(int count, bool isBatch)
    {
        QElapsedTimer timer;
        timer.start();
        if (isBatch) {
            Transaction transaction(m_database);
            append(count);
            transaction.commit();
        } else {
            append(count);
        }
        return count * 1e9 / static_cast<double>(timer.nsecsElapsed());
    }

private:
    /// Step by step what the auditor does, but for the seal.
    void appendUnsealed(const AuditEvent &event)
    {
        static const QString kInsert = QStringLiteral(
            "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) VALUES(?, ?, ?, ?, ?)");
        const QString redacted = m_auditor.redactor().redactJson(event.eventData);
        Transaction transaction(m_database);
        m_database.change(kInsert,
                          {event.proposalId->value, event.eventType, redacted, event.actor,
                           m_auditor.tables().format(m_auditor.clock().now())});
        transaction.commit();
    }

    Database m_database;
    Schema::Kind m_kind;
    ActionAuditor m_auditor;
    bool m_isSealing;
};

void measureAppends(Report &report)
{
    const BenchFolder folder;
    Appender sealing(folder.database(QStringLiteral("sealed.db")), true);
    Appender bare(folder.database(QStringLiteral("bare.db")), false);
    for (const bool isBatch : {false, true}) {
        Samples with;
        Samples without;
        const int count = isBatch ? kBatchSize : kSinglesPerRound;
        const int rounds = report.isQuick() ? (isBatch ? 7 : 100) : (isBatch ? 41 : 500);
        for (int round = 0; round < rounds; ++round) { // in turn: what else happens happens to both
            without.add(bare.time(count, isBatch));
            with.add(sealing.time(count, isBatch));
        }
        report.add(
            {isBatch ? QStringLiteral("append/batch of 10,000, sealed") : QStringLiteral("append/durable, sealed"),
             with.median(), QStringLiteral("events/s"), without.median(), Limit::ratioAtLeast(0.85)});
    }
}

/// A log of so many events, all of them sealed.
void makeSealedLog(Report &report, const DatabaseLocation &location, qint64 events)
{
    Database database(location, createOptions());
    static_cast<void>(Schema::ensure(database));
    fillEvents(database, events);
    Sealer sealer(database, AgentTables::read(database).auditColumns);
    QElapsedTimer timer;
    timer.start();
    while (sealer.seal(kBatchSize) > 0) {}
    report.add({QStringLiteral("seal/a backlog, in batches of 10,000"),
                static_cast<double>(events) * 1e9 / static_cast<double>(timer.nsecsElapsed()),
                QStringLiteral("events/s"), std::nullopt, std::nullopt});
}

/// Seconds that hashing the leaves and the nodes of the log takes, and nothing else, in one thread.
double hashingSeconds(const DatabaseLocation &location)
{
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    Database database(location, options);
    const EntryLayout layout = EntryLayout::of(database);
    constexpr std::size_t kChunk = 4096;
    std::vector<std::string> entries(kChunk);
    std::size_t count = 0;
    TreeEdge edge;
    unsigned used = 0;
    qint64 nanoseconds = 0;
    QElapsedTimer timer;
    const auto hash = [&] {
        timer.start();
        for (std::size_t i = 0; i < count; ++i)
            edge.append(leafHash(entries[i]), [&used](const TreeHash &node) { used += node[0]; });
        nanoseconds += timer.nsecsElapsed();
        count = 0;
    };
    database.visit(QStringLiteral("SELECT %1 FROM action_audit_log ORDER BY id").arg(layout.selectList()), {},
                   [&](const StoredRow &row) {
                       layout.serialise(row, entries[count]);
                       if (++count == kChunk)
                           hash();
                       return true;
                   });
    hash();
    if (used == 0)
        throw std::runtime_error("nothing was hashed");
    return static_cast<double>(nanoseconds) / 1e9;
}

double verifyingSeconds(const DatabaseLocation &location, qint64 events, int threads, bool withCompleteness)
{
    Verifier::Options options;
    options.threads = threads;
    options.withCompleteness = withCompleteness;
    QElapsedTimer timer;
    timer.start();
    const std::optional<VerifyReport> report = Verifier(location, options).verify();
    if (!report || report->entries != events || report->counts.contains(VerifyFinding::Kind::Edited))
        throw std::runtime_error("the log was not verified");
    return static_cast<double>(timer.nsecsElapsed()) / 1e9;
}

void measureVerification(Report &report, const DatabaseLocation &location, qint64 events)
{
    const QString millions = QString::number(events / kMillion) + QStringLiteral(" million");
    Samples hashing;
    Samples all;
    Samples single;
    for (int round = 0; round < 3; ++round) {
        hashing.add(hashingSeconds(location));
        all.add(verifyingSeconds(location, events, 0, false));
        single.add(verifyingSeconds(location, events, 1, false));
    }
    const auto add = [&](const QString &name, double seconds, std::optional<Limit> limit) {
        report.add({name, seconds, QStringLiteral("s"), hashing.median(), limit});
    };
    report.note(QStringLiteral(
                    "%1: the peer hashes the same entries and nodes, in memory, with the same SHA-256, in one thread")
                    .arg(millions));
    add(QStringLiteral("verify/%1").arg(millions), all.median(), Limit::ratioAtMost(2));
    add(QStringLiteral("verify/%1, in one thread").arg(millions), single.median(), std::nullopt);
    report.add({QStringLiteral("verify/%1").arg(millions), static_cast<double>(events) / all.median(),
                QStringLiteral("events/s"), std::nullopt, std::nullopt});
}

void measureProof(Report &report, const DatabaseLocation &location, qint64 events)
{
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    Database database(location, options);
    SealTable table(database);
    MerkleTree tree(table);
    const TreeHash root = tree.root(events);
    Samples times;
    QElapsedTimer timer;
    for (int i = 0; i < 200; ++i) {
        const EventId event(1 + QRandomGenerator::global()->bounded(events));
        timer.start();
        const qint64 leaf = table.leafOf(event).value();
        const std::vector<TreeHash> proof = tree.inclusionProof(leaf, events);
        times.add(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        if (!isIncluded(table.node(0, leaf), leaf, events, proof, root))
            throw std::runtime_error("a proof does not hold");
    }
    const QString millions = QString::number(events / kMillion) + QStringLiteral(" million");
    report.add({QStringLiteral("proof/out of %1, median").arg(millions), times.median(), QStringLiteral("ms"),
                std::nullopt, Limit::valueAtMost(5)});
    report.add({QStringLiteral("proof/out of %1, p99").arg(millions), times.percentile(0.99), QStringLiteral("ms"),
                std::nullopt, Limit::valueAtMost(5)});
}

void measureSeals(Report &report)
{
    measureAppends(report);
    QList<qint64> sizes{kMillion};
    if (!report.isQuick())
        sizes << 10 * kMillion;
    if (report.events())
        sizes = {*report.events()};
    for (const qint64 events : std::as_const(sizes)) {
        const BenchFolder folder;
        const DatabaseLocation location = folder.database(QStringLiteral("log.db"));
        makeSealedLog(report, location, events);
        measureVerification(report, location, events);
        measureProof(report, location, events);
    }
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    andon::bench::Report report(QStringLiteral("seal: what a log costs that nobody can rewrite unnoticed"),
                                QCoreApplication::arguments());
    return report.run(andon::bench::measureSeals);
}
