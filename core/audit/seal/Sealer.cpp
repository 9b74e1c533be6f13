// SPDX-License-Identifier: Apache-2.0
#include "core/audit/seal/Sealer.h"

#include <exception>
#include <limits>
#include <utility>

namespace andon {

namespace {

/// Events in one transaction of `sealAll`: some milliseconds.
constexpr qint64 kBatch = 1000;
/// Events of others that a writer seals on the way: what is more is left to those who have the time.
constexpr qint64 kBacklog = 256;
/// Events that a long transaction seals at once.
constexpr qint64 kStep = 1000;
/// How long writers at a server are waited for.
constexpr int kPatienceMs = 50;
/// Of the advisory lock of whoever seals a server's log: the bytes of "andon" and "seal" in one number.
constexpr qint64 kSealerLock = 0x616e646f6e7365;
constexpr EventId kEverything{std::numeric_limits<qint64>::max()};

} // namespace

/// Where entries come in one by one, and runs of seals go out.
class Sealer::Line
{
public:
    Line(SealTable &table, TreeEdge edge)
        : m_table(table)
        , m_edge(std::move(edge))
    {
    }

    void add(EventId event, std::string_view entry, const EntryLayout &layout, const StoredRow &row)
    {
        const bool goesOn = m_run.count > 0 && m_run.count < SealTable::kMostInRun
            && event.value == m_run.event.value + m_run.count;
        if (!goesOn) {
            writeRun();
            m_run = {m_edge.size(), 0, event, {}, {}};
        }
        m_edge.append(leafHash(entry), [this](const TreeHash &hash) {
            m_hashes.append(reinterpret_cast<const char *>(hash.data()), hash.size());
        });
        layout.appendHints(row, m_hints);
        ++m_run.count;
    }

    /// Writes the run that is open.
    void writeRun()
    {
        if (m_run.count == 0)
            return;
        m_run.hashes = {m_hashes.constData(), static_cast<std::size_t>(m_hashes.size())};
        m_run.hints = {m_hints.constData(), static_cast<std::size_t>(m_hints.size())};
        m_table.insert(m_run);
        m_run.count = 0;
        m_hashes.resize(0);
        m_hints.resize(0);
    }

    [[nodiscard]] const TreeEdge &edge() const { return m_edge; }

private:
    SealTable &m_table;
    TreeEdge m_edge;
    SealTable::Run m_run;
    QByteArray m_hashes;
    QByteArray m_hints;
};

Sealer::Sealer(Database &database, const QStringList &columns)
    : m_database(database)
    , m_table(database)
    , m_layout(columns)
    , m_unsealed(QStringLiteral("SELECT %1 FROM action_audit_log WHERE id > ? AND id <= ? ORDER BY id")
                     .arg(m_layout.selectList()))
{
    database.addCommitStep(this);
}

Sealer::~Sealer()
{
    m_database.removeCommitStep(this);
}

void Sealer::appended(qint64 rows)
{
    if (m_database.engine() == SqlEngine::PostgreSql)
        return;
    m_due += rows;
    if (m_due >= kStep)
        sealDue(); // as long as the engine has the rows at hand
}

void Sealer::beforeCommit()
{
    if (m_due > 0)
        sealDue();
    m_isToSkip = false;
}

void Sealer::sealDue()
{
    const qint64 limit = m_due + kBacklog;
    m_due = 0;
    if (m_isToSkip)
        return;
    try {
        sealRows(limit, kEverything);
    } catch (const StorageError &) {
        m_isToSkip = true; // for the rest of this transaction; and whoever tries again shall not fail here again
        if (!m_database.isInTransaction())
            throw;
    }
}

void Sealer::rolledBack()
{
    m_due = 0;
    m_edge = {}; // of a tree that never was
}

std::optional<EventId> Sealer::settled()
{
    if (m_database.engine() == SqlEngine::Sqlite)
        return kEverything;
    const QVariant event = m_database.scalar(QStringLiteral("SELECT andon_settled_event(CAST(? AS integer))"),
                                             {kPatienceMs});
    return event.isNull() ? std::nullopt : std::optional(EventId(event.toLongLong()));
}

bool Sealer::isOnlySealer()
{
    return m_database.engine() == SqlEngine::Sqlite
        || m_database.scalar(QStringLiteral("SELECT pg_try_advisory_xact_lock(?)"), {kSealerLock}).toBool();
}

qint64 Sealer::seal(qint64 limit)
{
    const std::optional<EventId> through = settled(); // before the rows are read
    if (!through)
        return 0;
    Transaction transaction(m_database);
    if (!isOnlySealer())
        return 0;
    const qint64 sealed = sealRows(limit, *through);
    transaction.commit();
    return sealed;
}

qint64 Sealer::sealRows(qint64 limit, EventId through)
{
    const std::optional<SealTable::Run> last = m_table.lastRun();
    const qint64 size = last ? last->leaf + last->count : 0;
    const EventId after = last ? EventId(last->event.value + last->count - 1) : EventId();
    if (m_edge.size() != size) // another connection has sealed meanwhile
        m_edge = TreeEdge(size, m_table);

    qint64 sealed = 0;
    Line line(m_table, m_edge);
    std::exception_ptr failure; // the visitor must not throw
    // Without LIMIT: a bound one makes SQLite prepare the statement anew each time, at six times the cost of the row. A
    // server that is not told how many are wanted may sort all that there are first.
    const QString most = m_database.engine() == SqlEngine::Sqlite ? QString() : QStringLiteral(" LIMIT %1").arg(limit);
    m_database.visit(m_unsealed + most, {after.value, through.value}, [&](const StoredRow &row) {
        m_layout.serialise(row, m_entry);
        try {
            line.add(EventId(row.integer(0)), m_entry, m_layout, row);
        } catch (const StorageError &) {
            failure = std::current_exception();
            return false;
        }
        return ++sealed < limit;
    });
    if (failure)
        std::rethrow_exception(failure);
    line.writeRun();
    m_edge = line.edge();
    return sealed;
}

qint64 Sealer::countUnsealed(qint64 most)
{
    return m_database
        .scalar(QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM action_audit_log WHERE id > ? LIMIT ?) AS found"),
                {m_table.lastEvent().value, most})
        .toLongLong();
}

qint64 Sealer::sealAll(const std::function<bool()> &goesOn)
{
    qint64 all = 0;
    for (qint64 sealed = kBatch; sealed == kBatch && (!goesOn || goesOn());) {
        sealed = seal(kBatch);
        all += sealed;
    }
    return all;
}

} // namespace andon
