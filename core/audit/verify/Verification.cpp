// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/Verification.h"

#include "core/audit/verify/Completeness.h"
#include "core/audit/verify/OwnTrust.h"
#include "core/audit/verify/Protection.h"
#include "core/storage/ReadSnapshot.h"

#include <QElapsedTimer>
#include <QThread>

#include <algorithm>
#include <thread>

namespace andon {

namespace {

using namespace std::chrono_literals;
using Kind = VerifyFinding::Kind;

constexpr auto kTurn = 50ms;

// Whatever stands there: no number is too large to be added up.
const QString kSealedEvents = QStringLiteral(
    "SELECT min(event_id), max(event_id + leaves - 1), total(leaves) FROM andon_audit_seal");
const QString kSealedEventsOnServer = QStringLiteral(
    "SELECT min(event_id), CAST(least(max(CAST(event_id AS numeric) + leaves - 1), 9223372036854775807) AS bigint), "
    "CAST(least(sum(CAST(leaves AS numeric)), 9223372036854775807) AS bigint) FROM andon_audit_seal");

VerifyFinding findingOf(Kind kind, const QString &detail, EventId event = {}, EventId through = {})
{
    VerifyFinding finding;
    finding.kind = kind;
    finding.event = event;
    finding.through = through.value != 0 ? through : event;
    finding.detail = detail;
    return finding;
}

VerifyFinding mismatch(EventId event, EventId through)
{
    return findingOf(Kind::SealEdited, QStringLiteral("the node above them is not made of what is below it"), event,
                     through);
}

} // namespace

class Verification::Connection
{
public:
    explicit Connection(Verification &verification)
        : database(verification.m_location, verification.m_opening)
        , m_verification(verification)
    {
        {
            const std::lock_guard lock(m_verification.m_mutex);
            m_verification.m_connections.insert(&database);
        }
        if (database.engine() == SqlEngine::PostgreSql)
            takeView();
    }
    ~Connection()
    {
        const std::lock_guard lock(m_verification.m_mutex);
        m_verification.m_connections.erase(&database);
    }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    Database database;

private:
    /// Of a server's log all connections see the same: what is on its way when they begin is in none of them.
    void takeView()
    {
        if (m_verification.m_view.isEmpty()) {
            m_view.emplace(database);
            m_verification.m_view = m_view->name();
        } else {
            m_view.emplace(database, m_verification.m_view);
        }
    }

    Verification &m_verification;
    std::optional<ReadSnapshot> m_view;
};

Verification::Verification(DatabaseLocation location, const Verifier::Options &options, bool isAtRest)
    : m_location(std::move(location))
    , m_options(options)
{
    m_opening.access = Database::Access::ReadOnly;
    m_opening.isAtRest = isAtRest;
}

std::optional<VerifyReport> Verification::run(const Verifier::Progress &progress)
{
    QElapsedTimer timer;
    timer.start();
    m_report.at = QDateTime::currentDateTimeUtc();
    m_report.database = m_location.display();
    Connection connection(*this);
    Database &database = connection.database;
    m_outline = LogOutline::of(database);
    m_report.origin = m_outline.log.origin;
    m_findings.add(m_outline.findings);
    prepareCheckpoints(database);
    m_walk.emplace(m_outline.seals);
    m_archives.emplace(m_outline.archives);
    if (!readArchives(progress))
        return std::nullopt;

    const auto onTurn = [&] {
        takeResults();
        return !progress || progress(std::min(m_done.load(), m_outline.expected), m_outline.expected);
    };
    if (!runAll(works(), onTurn))
        return std::nullopt;
    takeResults();
    conclude(database);
    if (progress && !progress(m_outline.expected, m_outline.expected))
        return std::nullopt;
    m_report.seconds = static_cast<double>(timer.elapsed()) / 1000;
    return m_report;
}

void Verification::prepareCheckpoints(Database &database)
{
    const CheckpointVerifier::Log &log = m_outline.log;
    OwnTrust trust;
    if (m_options.keys.isEmpty())
        trust = OwnTrust::of(log.origin, m_location.name(), m_options.keyFolder);
    m_checkpoints.emplace(log, m_options.keys.isEmpty() ? trust.keys : m_options.keys);
    for (const auto &[name, note] : m_options.checkpoints)
        m_checkpoints->read({name, note, false});
    for (const GivenCheckpoint &own : std::as_const(trust.checkpoints))
        m_checkpoints->read(own);
    m_sizes = m_checkpoints->sizes();
    if (m_outline.hasCheckpoints) {
        database.visit(QStringLiteral("SELECT DISTINCT tree_size FROM andon_checkpoint"), {},
                       [this](const StoredRow &row) {
                           m_sizes.push_back(row.integer(0));
                           return true;
                       });
    }
    for (const ArchiveRecord &archive : std::as_const(m_outline.archives))
        m_sizes.push_back(archive.treeSize);
    std::sort(m_sizes.begin(), m_sizes.end());
    m_sizes.erase(std::unique(m_sizes.begin(), m_sizes.end()), m_sizes.end());
}

bool Verification::readArchives(const Verifier::Progress &progress)
{
    const auto goesOn = [&](qint64) { return !progress || progress(0, m_outline.expected); };
    return std::all_of(m_options.archives.begin(), m_options.archives.end(),
                       [&](const QString &path) { return m_archives->read(path, goesOn, &m_findings); });
}

std::vector<std::function<void()>> Verification::works()
{
    std::vector<std::function<void()>> works{[this] { readBeside(); }};
    if (m_outline.columns.isEmpty())
        return works;
    const qint64 most = m_outline.expected / SealPart::kMostLeaves + 1;
    const qint64 wanted = m_options.threads > 0 ? m_options.threads : std::max(1, QThread::idealThreadCount());
    for (qint64 i = 0; i < std::min(wanted, most); ++i)
        works.emplace_back([this] { readParts(); });
    return works;
}

void Verification::readParts()
{
    Connection connection(*this);
    const EntryLayout layout(m_outline.columns);
    PartVerifier verifier(connection.database, layout, m_sizes, m_outline.archived, m_done, m_isToStop);
    while (!m_isToStop) {
        std::optional<SealPart> part = m_walk->next(connection.database);
        if (!part)
            return;
        PartResult result = verifier.verify(std::move(*part));
        const std::lock_guard lock(m_mutex);
        m_results.emplace(result.number, std::move(result));
        m_news.notify_one();
    }
}

/// What is looked at beside the log itself.
void Verification::readBeside()
{
    Connection connection(*this);
    FindingList findings = verifyProtection(connection.database);
    if (m_outline.hasCheckpoints)
        m_checkpoints->readTable(connection.database, [this] { return !m_isToStop; });
    if (m_options.withCompleteness && !m_outline.columns.isEmpty() && !m_isToStop) {
        ProposalId lastArchived;
        for (const ArchiveRecord &archive : std::as_const(m_outline.archives))
            lastArchived = std::max(lastArchived, archive.lastProposal);
        const FindingList missing = verifyCompleteness(connection.database, lastArchived);
        m_report.isComplete = missing.isEmpty();
        m_report.hasCompleteness = true;
        findings.add(missing);
    }
    m_besideFindings = findings;
}

void Verification::stopAll()
{
    m_isToStop = true;
    for (Database *connection : m_connections)
        connection->interrupt();
}

bool Verification::runAll(const std::vector<std::function<void()>> &works, const std::function<bool()> &onTurn)
{
    std::vector<std::thread> threads;
    threads.reserve(works.size());
    m_running = static_cast<int>(works.size());
    for (const std::function<void()> &work : works) {
        threads.emplace_back([this, &work] {
            std::exception_ptr failure;
            try {
                work();
            } catch (...) {
                failure = std::current_exception();
            }
            const std::lock_guard lock(m_mutex);
            if (failure && !m_failure)
                m_failure = failure;
            --m_running;
            m_news.notify_one();
        });
    }
    bool goesOn = true;
    for (bool isRunning = true; isRunning;) {
        goesOn = goesOn && onTurn();
        std::unique_lock lock(m_mutex);
        if (!goesOn || m_failure)
            stopAll(); // again and again: a statement may have begun since
        m_news.wait_for(lock, kTurn, [this] { return m_running == 0; });
        isRunning = m_running > 0;
    }
    for (std::thread &thread : threads)
        thread.join();
    if (goesOn && m_failure)
        std::rethrow_exception(m_failure);
    return goesOn;
}

void Verification::takeResults()
{
    for (;;) {
        PartResult result;
        {
            const std::lock_guard lock(m_mutex);
            const auto next = m_results.find(m_nextPart);
            if (next == m_results.end())
                return;
            result = std::move(next->second);
            m_results.erase(next);
        }
        ++m_nextPart;
        take(result);
    }
}

void Verification::take(PartResult &result)
{
    m_report.entries += result.entries;
    m_report.archived += result.archived;
    for (const PartResult::Mismatch &one : result.mismatches)
        m_findings.add(mismatch(one.event, one.through));
    if (m_isTreeKnown && result.isInTree)
        takeTree(result);
    else
        m_isTreeKnown = false;
    m_suspects.add(result);
}

void Verification::takeTree(PartResult &result)
{
    std::vector<TreeHash> before;
    for (const CheckedEdge::Node &node : m_edge.nodes())
        before.push_back(node.hash);
    for (const PartResult::Inner &inner : result.inner) {
        std::vector<TreeHash> subtrees = before;
        subtrees.insert(subtrees.end(), inner.subtrees.begin(), inner.subtrees.end());
        m_roots.emplace(inner.size, rootOver(subtrees));
    }
    m_firstEvents.push_back(result.firstEvent);
    CheckedEdge::Discoveries discoveries;
    for (const CheckedEdge::Node &node : result.subtrees)
        m_edge.append(node, result.above.empty() ? nullptr : result.above.data(), &discoveries);
    for (const CheckedEdge::Discoveries::Mismatch &one : discoveries.mismatches) {
        const auto part = static_cast<std::size_t>(one.firstLeaf / SealPart::kMostLeaves);
        m_findings.add(mismatch(m_firstEvents.at(part), result.lastEvent));
    }
}

void Verification::conclude(Database &database)
{
    if (m_outline.columns.isEmpty()) {
        reportLostLog(database);
    } else {
        m_report.sealed = m_walk->leaves();
        m_report.through = m_walk->lastEvent();
        m_findings.add(m_walk->findings());
        lookForUnsealed(database);
        m_findings.add(m_suspects.resolve(database, EntryLayout(m_outline.columns)));
        if (m_isTreeKnown) {
            std::vector<TreeHash> subtrees;
            for (const CheckedEdge::Node &node : m_edge.nodes())
                subtrees.push_back(node.hash);
            m_report.root = QString::fromLatin1(toBase64(rootOver(subtrees)));
        }
    }
    m_roots.emplace(0, emptyTreeHash());
    m_findings.add(m_besideFindings);
    m_archives->holdAgainst(m_roots, &m_findings);
    m_report.archives = m_archives->report();
    m_checkpoints->judge({m_outline.columns.isEmpty() ? 0 : m_walk->treeSize(), m_roots}, &m_report, &m_findings);
    m_findings.tell(&m_report);
}

void Verification::reportLostLog(Database &database)
{
    m_findings.add(findingOf(Kind::Unprotected, QStringLiteral("the table of the audit log is gone")));
    if (!m_outline.seals.hasTable)
        return;
    Statement sealed = database.run(database.engine() == SqlEngine::Sqlite ? kSealedEvents : kSealedEventsOnServer);
    if (sealed.next() && !sealed.isNull(0))
        m_findings.add(findingOf(Kind::Missing, {}, EventId(sealed.integer(0)), EventId(sealed.integer(1))),
                       std::max<qint64>(1, sealed.integer(2)));
}

void Verification::lookForUnsealed(Database &database)
{
    const qint64 after = m_walk->lastEvent().value;
    Statement bounds = database.run(
        QStringLiteral("SELECT count(*), min(id), max(id) FROM action_audit_log WHERE id > ? AND id <= ?"),
        {after, m_outline.seals.newestEntry.value});
    bounds.next();
    m_report.unsealed = bounds.integer(0);
    if (m_report.unsealed > 0) {
        m_report.entries += m_report.unsealed;
        m_findings.add(findingOf(Kind::Unsealed, {}, EventId(bounds.integer(1)), EventId(bounds.integer(2))),
                       m_report.unsealed);
    }
    if (after == 0) {
        // No part has looked at them.
        const qint64 below = database.scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE id <= 0"))
                                 .toLongLong();
        if (below > 0)
            m_findings.add(findingOf(Kind::Added, {}), below);
    }
    if (!m_outline.hasRowIds) {
        const qint64 strange = database
                                   .scalar(QStringLiteral(
                                       "SELECT count(*) FROM action_audit_log WHERE typeof(id) <> 'integer'"))
                                   .toLongLong();
        m_report.unsealed += strange;
        if (strange > 0)
            m_findings.add(findingOf(Kind::Unsealed, {}), strange);
    }
    database.visit(QStringLiteral("SELECT id FROM action_audit_log WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"),
                   {after, m_outline.seals.newestEntry.value, static_cast<qint64>(Suspects::kMostTried)},
                   [this](const StoredRow &row) {
                       m_suspects.addUnsealed(EventId(row.integer(0)));
                       return true;
                   });
}

} // namespace andon
