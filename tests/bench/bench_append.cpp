// SPDX-License-Identifier: Apache-2.0
// How many audit events a second, durable one by one and in one transaction, against the same INSERT in bare
// SQLite C code on the same engine with the same pragmas.
//
// The peer of the limits writes to the same table, with its three indexes and the triggers that make the log
// append-only. A second peer, for information, writes to the same table and indexes without any trigger.

#include "core/audit/ActionAuditor.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "core/storage/SqliteDialect.h"
#include "tests/bench/support/BareAppender.h"
#include "tests/bench/support/BenchFolder.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <memory>

namespace andon::bench {

namespace {

constexpr int kSinglesPerRound = 5;
constexpr int kBatchSize = 10'000;

const char *const kData = R"({"action_name":"transfer_leader","parameters":{"region":777,"to_store":4},)"
                          R"("reason":"leader imbalance on store 4"})";

/// Who appends: `singles` durable events one by one, or a batch in one transaction.
class Appender
{
public:
    Appender() = default;
    virtual ~Appender() = default;
    Appender(const Appender &) = delete;
    Appender &operator=(const Appender &) = delete;

    virtual void append(int count) = 0;
    virtual void begin() = 0;
    virtual void commit() = 0;
};

class AndonAppender final : public Appender
{
public:
    explicit AndonAppender(const DatabaseLocation &location)
        : m_database(location, createOptions())
        , m_kind(Schema::ensure(m_database))
        , m_auditor(m_database, QStringLiteral("bench@bench"))
    {
    }

    void append(int count) override
    {
        AuditEvent event;
        event.eventType = EventType::kProposed;
        event.eventData = QString::fromLatin1(kData);
        event.actor = Actor::kAgent;
        for (int i = 0; i < count; ++i) {
            event.proposalId = ProposalId(i + 1);
            m_auditor.logEvent(event);
        }
    }
    void begin() override { m_transaction = std::make_unique<Transaction>(m_database); }
    void commit() override
    {
        m_transaction->commit();
        m_transaction.reset();
    }

    Database &database() { return m_database; }

private:
    static Database::Options createOptions()
    {
        Database::Options options;
        options.create = true;
        return options;
    }

    Database m_database;
    Schema::Kind m_kind;
    ActionAuditor m_auditor;
    std::unique_ptr<Transaction> m_transaction;
};

class PeerAppender final : public Appender
{
public:
    explicit PeerAppender(const DatabaseLocation &location)
        : m_bare(location.path)
    {
    }

    void append(int count) override
    {
        for (int i = 0; i < count; ++i)
            m_bare.append(i + 1, "proposed", kData, "agent");
    }
    void begin() override { m_bare.begin(); }
    void commit() override { m_bare.commit(); }

private:
    BareAppender m_bare;
};

/// A database of Andon's schema for a peer to write to.
DatabaseLocation prepare(const DatabaseLocation &location, bool withTriggers)
{
    AndonAppender maker(location);
    if (!withTriggers) {
        for (const char *trigger : {"andon_log_update", "andon_log_delete", "andon_log_replace", "andon_log_id"})
            maker.database().runScript(QByteArray("DROP TRIGGER ") + trigger);
    }
    return location;
}

struct Contestant
{
    std::unique_ptr<Appender> appender;
    Samples singles; ///< events a second, a round
    Samples batches;
};

double eventsPerSecond(int events, qint64 nanoseconds)
{
    return events * 1e9 / static_cast<double>(nanoseconds);
}

void measure(std::vector<Contestant> &contestants, int rounds, bool isBatch)
{
    QElapsedTimer timer;
    // In turn, round by round, so that what else happens on the machine happens to all of them.
    for (int round = 0; round < rounds; ++round) {
        for (Contestant &contestant : contestants) {
            timer.start();
            if (isBatch) {
                contestant.appender->begin();
                contestant.appender->append(kBatchSize);
                contestant.appender->commit();
                contestant.batches.add(eventsPerSecond(kBatchSize, timer.nsecsElapsed()));
            } else {
                contestant.appender->append(kSinglesPerRound);
                contestant.singles.add(eventsPerSecond(kSinglesPerRound, timer.nsecsElapsed()));
            }
        }
    }
}

void measureAppends(Report &report)
{
    const BenchFolder folder;
    std::vector<Contestant> contestants(3);
    contestants[0].appender = std::make_unique<AndonAppender>(folder.database(QStringLiteral("andon.db")));
    contestants[1].appender = std::make_unique<PeerAppender>(prepare(folder.database(QStringLiteral("peer.db")), true));
    contestants[2].appender = std::make_unique<PeerAppender>(
        prepare(folder.database(QStringLiteral("bare.db")), false));
    report.note(QStringLiteral("SQLite %1, synchronous=FULL; medians of rounds taken in turn")
                    .arg(SqliteDialect::engineVersion()));

    measure(contestants, report.isQuick() ? 60 : 300, false);
    measure(contestants, report.isQuick() ? 5 : 31, true);

    report.add({QStringLiteral("append/durable"), contestants[0].singles.median(), QStringLiteral("events/s"),
                contestants[1].singles.median(), Limit::ratioAtLeast(0.7)});
    report.add({QStringLiteral("append/durable, peer without triggers"), contestants[0].singles.median(),
                QStringLiteral("events/s"), contestants[2].singles.median(), std::nullopt});
    report.add({QStringLiteral("append/batch of 10,000"), contestants[0].batches.median(), QStringLiteral("events/s"),
                contestants[1].batches.median(), Limit::ratioAtLeast(0.5)});
    report.add({QStringLiteral("append/batch of 10,000, peer without triggers"), contestants[0].batches.median(),
                QStringLiteral("events/s"), contestants[2].batches.median(), std::nullopt});
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    andon::bench::Report report(QStringLiteral("append: audit events a second"), QCoreApplication::arguments());
    return report.run(andon::bench::measureAppends);
}
