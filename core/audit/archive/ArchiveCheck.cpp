// SPDX-License-Identifier: Apache-2.0
#include "core/audit/archive/ArchiveCheck.h"

#include "core/audit/archive/ArchiveError.h"
#include "core/audit/archive/ArchivedTree.h"
#include "core/audit/archive/SealCursor.h"
#include "core/audit/checkpoint/CheckpointTable.h"
#include "core/audit/checkpoint/LogIdentity.h"
#include "core/audit/note/SignedNote.h"
#include "core/audit/seal/EntryLayout.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

#include <QCryptographicHash>
#include <QFile>

#include <deque>

namespace andon {

namespace {

constexpr qint64 kEventsAtOnce = 1000;
constexpr qsizetype kMostNamed = 1000;

[[noreturn]] void refuse(const QString &path, const QString &why)
{
    throw ArchiveError(QStringLiteral("%1 is no archive of Andon that can be read: %2.").arg(path, why));
}

QString sha256Of(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
        throw ArchiveError(QStringLiteral("%1 cannot be read.").arg(path), file.errorString());
    return QString::fromLatin1(hash.result().toHex());
}

Database::Options reading()
{
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    options.isAtRest = true; // finished when it was written, and nobody adds to it
    return options;
}

QString about(Database &database, const QString &key)
{
    return database.scalar(QStringLiteral("SELECT value FROM andon_archive_about WHERE key = ?"), {key}).toString();
}

class StoredNodes : public NodeSource
{
public:
    StoredNodes(Database &database, QString path)
        : m_database(database)
        , m_path(std::move(path))
    {
    }

    [[nodiscard]] TreeHash node(int level, qint64 index) override
    {
        const QByteArray bytes = m_database
                                     .scalar(QStringLiteral(
                                                 "SELECT hash FROM andon_archive_node WHERE level = ? AND number = ?"),
                                             {level, index})
                                     .toByteArray();
        const auto hash = treeHashFromBytes({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        if (!hash)
            refuse(m_path, QStringLiteral("it lacks a node of the tree"));
        return *hash;
    }

private:
    Database &m_database;
    QString m_path;
};

/// The events of the file in their order, each held against its seal.
class Events
{
public:
    Events(Database &database, ArchiveContent &content, const std::function<bool(qint64)> &goesOn)
        : m_database(database)
        , m_content(content)
        , m_goesOn(goesOn)
        , m_layout(EntryLayout::of(database))
        , m_select(QStringLiteral("SELECT %1 FROM action_audit_log WHERE id > ? ORDER BY id LIMIT %2")
                       .arg(m_layout.selectList())
                       .arg(kEventsAtOnce))
        , m_seals(database, 0)
    {
        for (const LeafRanges::Range &range : content.leaves.ranges())
            m_expected.push_back(range);
    }

    struct GivenUp
    {};

    /// The hash of what is there for the next leaf; of what was sealed where nothing is.
    TreeHash next()
    {
        LeafRanges::Range &range = m_expected.front();
        const qint64 leaf = range.first++;
        if (--range.count == 0)
            m_expected.pop_front();
        const SealCursor::Run *run = m_seals.current();
        while (run && leaf >= run->leaf + run->count) {
            m_seals.skip();
            run = m_seals.current();
        }
        if (!run || leaf < run->leaf)
            refuse(m_content.path, QStringLiteral("it lacks seals of its events"));
        const EventId event(run->event.value + leaf - run->leaf);
        const TreeHash sealed = run->hashOf(event);
        while (!isAtEnd() && m_page.front().event < event) {
            note(m_content.edited, m_page.front().event); // slipped in
            m_page.pop_front();
        }
        if (isAtEnd() || m_page.front().event != event) {
            note(m_content.missing, event);
            return sealed;
        }
        const TreeHash present = m_page.front().hash;
        m_page.pop_front();
        ++m_content.events;
        if (present != sealed)
            note(m_content.edited, event);
        if (!m_content.firstEvent.isValid())
            m_content.firstEvent = event;
        m_content.lastEvent = event;
        return present;
    }

    void finish()
    {
        for (; !isAtEnd(); m_page.pop_front())
            note(m_content.edited, m_page.front().event);
    }

private:
    struct Event
    {
        EventId event;
        TreeHash hash;
    };

    static void note(QList<EventId> &list, EventId event)
    {
        if (list.size() < kMostNamed)
            list << event;
    }

    bool isAtEnd()
    {
        if (!m_page.empty())
            return false;
        if (m_goesOn && !m_goesOn(m_content.events))
            throw GivenUp();
        m_database.visit(m_select, {m_last}, [this](const StoredRow &row) {
            m_layout.serialise(row, m_entry);
            m_last = row.integer(0);
            m_page.push_back({EventId(m_last), leafHash(m_entry)});
            return true;
        });
        return m_page.empty();
    }

    Database &m_database;
    ArchiveContent &m_content;
    const std::function<bool(qint64)> &m_goesOn;
    EntryLayout m_layout;
    QString m_select;
    SealCursor m_seals;
    std::deque<LeafRanges::Range> m_expected;
    std::deque<Event> m_page;
    std::string m_entry;
    qint64 m_last = std::numeric_limits<qint64>::min();
};

} // namespace

bool ArchiveContent::isArchive(const QString &path)
{
    try {
        Database database({SqlEngine::Sqlite, path, {}}, reading());
        return Catalog(database).hasTable(QStringLiteral("andon_archive_about"));
    } catch (const StorageError &) {
        return false;
    }
}

std::optional<ArchiveContent> ArchiveContent::read(const QString &path, const std::function<bool(qint64)> &goesOn)
{
    ArchiveContent content;
    content.path = path;
    content.sha256 = sha256Of(path);
    Database database({SqlEngine::Sqlite, path, {}}, reading());
    if (!Catalog(database).hasTable(QStringLiteral("andon_archive_about")))
        refuse(path, QStringLiteral("it says nothing of itself"));
    if (about(database, QStringLiteral("format")) != u"andon-archive/1")
        refuse(path, QStringLiteral("it is of a newer Andon"));
    content.months = about(database, QStringLiteral("months"));
    content.leaves = LeafRanges::parse(about(database, QStringLiteral("leaves")));
    content.origin = LogIdentity::read(database).origin();
    const std::optional<StoredCheckpoint> stored = CheckpointTable(database).newest();
    if (!stored || content.leaves.ranges().empty())
        refuse(path, QStringLiteral("it has no checkpoint, or no events"));
    content.note = stored->note;
    try {
        content.checkpoint = Checkpoint::parse(SignedNote::parse(stored->note).text());
    } catch (const NoteError &error) {
        refuse(path, error.message());
    }
    const LeafRanges::Range last = content.leaves.ranges().back();
    if (last.first + last.count > content.checkpoint.size)
        refuse(path, QStringLiteral("its checkpoint does not cover its events"));
    try {
        StoredNodes nodes(database, path);
        Events events(database, content, goesOn);
        content.root = ArchivedTree::root(content.checkpoint.size, content.leaves, nodes,
                                          [&] { return events.next(); });
        events.finish();
    } catch (const Events::GivenUp &) {
        return std::nullopt;
    }
    return content;
}

} // namespace andon
