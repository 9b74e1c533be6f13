// SPDX-License-Identifier: Apache-2.0
// Any bytes as a filter: they are read, or refused with a place inside of the text. What is read compiles for both
// engines, runs on a small log of hostile rows without an error, divides it in two with its negation, and completing it
// at any place yields a text that can be handled again.

#include "core/audit/filter/AuditFilter.h"
#include "core/audit/filter/FilterCompletion.h"
#include "core/audit/filter/FilterTokens.h"
#include "core/audit/query/AuditQuery.h"
#include "core/storage/SqlFunctions.h"

#include <QSet>

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

using namespace andon;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);
constexpr int kRows = 24;

[[noreturn]] void fail(const char *what, const QString &text)
{
    std::fprintf(stderr, "fuzz_filter: %s: %s\n", what, qPrintable(text));
    std::abort();
}

void must(bool holds, const char *what, const QString &text)
{
    if (!holds)
        fail(what, text);
}

struct Finalizer
{
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

/// A log in memory, with what other programs may have left in one.
class SmallLog
{
public:
    SmallLog()
    {
        sqlite3_open(":memory:", &m_connection);
        SqlFunctions::install(m_connection);
        const char *made = R"(
CREATE TABLE action_audit_log (id INTEGER PRIMARY KEY, proposal_id INTEGER, event_type TEXT, event_data TEXT,
    actor TEXT, timestamp TEXT);
INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) VALUES
 (1, 'proposed', '{"a":5,"b":{"c":[1,2,{"d":"x"}]}}', 'agent', '2026-01-31T11:00:00.000+00:00'),
 (2, 'failed', '{"a":"5","name":"five","ok":true,"none":null}', 'user', '2026-01-31T11:30:00'),
 (NULL, 'kill_switch', NULL, 'system', '2026-01-30'),
 (9223372036854775807, '', '', '', ''),
 (-1, 'a b', '{"a":[5,"x"],"0":{"0":0}}', 'it''s', 'now'),
 (3, 'x', '{"a":5', 'x', '2026-02-30T00:00:00'),
 (4, 'x', x'7b2261223a357d', 'x', '2451545'),
 (5, 'x', x'fffe00', x'ff', x'fe'),
 (6, 'x', '[1,[2,[3]]]', 'agent', '9999-12-31T23:59:59.999Z'),
 (7, 'x', '"text"', 'agent', '0001-01-01T00:00:00Z'),
 (8, 'x', '5', 'agent', '2026-01-31 11:00:00,5+0130'),
 (9, 'x', '{"a":1e999,"b":-0.0,"c":123456789012345678901234567890}', 'agent', '2026-01-31T11:60:00'),
 (10, 'x', '{"a":1,"a":2,"":3," ":4}', 'agent', '2026-01-31T24:00:00Z'),
 (11, 'x', '{"\u0061":5,"b\"c":1,"d\\e":2}', 'agent', '2026-1-1'),
 (12, 'x', '{a:5,''b'':+1,}', 'agent', 'T'),
 (13, 'x', '{"a":5}{"a":5}', 'agent', '-'),
 (14, 'x', '{"a":"100% _a_ ''; DROP TABLE x; --"}', 'agent', '2026-01-31T11:00:00 +02:00'),
 (15, 'x', '{"a.b":{"c d":"e,f"}}', 'agent', '2026-01-31T11:00:00-14:00'),
 (16, 'x', char(0) || '{"a":5}', 'agent', char(0)),
 (17, 'x', '{"a":5}' || char(0) || 'b', 'agent', '2026-01-31T11:00:00' || char(0)),
 (18, 'x', x'8c1761331361', 'agent', '2026-01-31T11:00:00.'),
 (19, 'x', printf('%s5%s', replace(hex(zeroblob(600)), '0', '['), replace(hex(zeroblob(600)), '0', ']')), 'agent', ':'),
 (20, 5, 5, 5, 5),
 (21, 1.5, -1.5, x'', 1e300);
)";
        char *error = nullptr;
        if (sqlite3_exec(m_connection, made, nullptr, nullptr, &error) != SQLITE_OK)
            fail("no log", QString::fromUtf8(error));
    }
    ~SmallLog() { sqlite3_close(m_connection); }
    SmallLog(const SmallLog &) = delete;
    SmallLog &operator=(const SmallLog &) = delete;

    QSet<qint64> find(const QString &condition, const QVariantList &values, const QString &text)
    {
        QString sql = QStringLiteral("SELECT id FROM action_audit_log");
        if (!condition.isEmpty())
            sql += QStringLiteral(" WHERE ") + condition;
        sql += QStringLiteral(" LIMIT 100");
        const QByteArray utf8 = sql.toUtf8();
        sqlite3_stmt *made = nullptr;
        if (sqlite3_prepare_v2(m_connection, utf8.constData(), int(utf8.size()), &made, nullptr) != SQLITE_OK)
            fail(sqlite3_errmsg(m_connection), text);
        const std::unique_ptr<sqlite3_stmt, Finalizer> statement(made);
        must(sqlite3_bind_parameter_count(made) == values.size(), "places and values differ", text);
        for (int i = 0; i < values.size(); ++i)
            bind(made, i + 1, values.at(i));
        QSet<qint64> ids;
        int code = sqlite3_step(made);
        for (; code == SQLITE_ROW; code = sqlite3_step(made))
            ids.insert(sqlite3_column_int64(made, 0));
        must(code == SQLITE_DONE, sqlite3_errmsg(m_connection), text);
        return ids;
    }

private:
    static void bind(sqlite3_stmt *statement, int place, const QVariant &value)
    {
        if (value.typeId() == QMetaType::LongLong) {
            sqlite3_bind_int64(statement, place, value.toLongLong());
        } else if (value.typeId() == QMetaType::Double) {
            sqlite3_bind_double(statement, place, value.toDouble());
        } else {
            const QByteArray text = value.toString().toUtf8();
            sqlite3_bind_text(statement, place, text.constData(), int(text.size()), SQLITE_TRANSIENT);
        }
    }

    sqlite3 *m_connection = nullptr;
};

void checkTokens(const QString &text)
{
    qsizetype end = 0;
    for (const FilterTokens &term : tokenizeFilter(text)) {
        must(!term.isEmpty(), "a term without tokens", text);
        for (const FilterToken &token : term) {
            must(token.position >= end && token.length >= 0 && token.end() <= text.size(), "token out of place", text);
            end = token.end();
        }
    }
}

void checkCompletion(const QString &text, qsizetype cursor)
{
    static const AuditVocabulary words{{QStringLiteral("failed"), QStringLiteral("a \"b")},
                                       {QStringLiteral("agent")},
                                       {QStringLiteral("a"), QStringLiteral("\"a.b\".\"c d\"")},
                                       {{QStringLiteral("a"), {QStringLiteral("5"), QStringLiteral("\"x y\"")}}}};
    const FilterCompletion completion = FilterCompletion::at(text, cursor, words);
    must(completion.position >= 0 && completion.length >= 0 && completion.position + completion.length <= text.size(),
         "completion out of place", text);
    must(completion.entries.size() == completion.descriptions.size(), "an entry without description", text);
    bool wasRead = true;
    try {
        (void)AuditFilter::parse(text, kNow);
    } catch (const FilterError &) {
        wasRead = false;
    }
    for (qsizetype i = 0; i < completion.entries.size(); ++i) {
        const QString completed = completion.applied(text, i);
        checkTokens(completed);
        // A value for a value: what could be read still can.
        const bool isValue = !completed.left(completion.position + completion.entries.at(i).size()).endsWith(u':')
            && !completion.entries.at(i).endsWith(u'.');
        if (!wasRead || !isValue)
            continue;
        try {
            (void)AuditFilter::parse(completed, kNow);
        } catch (const FilterError &error) {
            // A number may stand where a comparison or a range needs one, a text not; times may cross.
            const bool isFair = error.message().contains(QStringLiteral("number"))
                || error.message().contains(QStringLiteral("ends before it begins"))
                || error.message().contains(QStringLiteral("longer than"));
            must(isFair, "completed to what cannot be read", completed);
        }
    }
}

void checkQuery(const QString &text)
{
    static SmallLog log;
    const AuditFilter filter = AuditFilter::parse(text, kNow);
    for (const AuditFilter::Term &term : filter.terms())
        must(term.position >= 0 && term.length > 0 && term.position + term.length <= text.size(), "term out of place",
             text);
    const AuditQuery postgres = AuditQuery::compile(filter, TimestampStyle::Utc, SqlEngine::PostgreSql);
    must(postgres.condition.count(u'?') == postgres.values.size(), "places and values differ on PostgreSQL", text);
    for (const TimestampStyle style : {TimestampStyle::Utc, TimestampStyle::NaiveLocal}) {
        const AuditQuery query = AuditQuery::compile(filter, style);
        const QSet<qint64> found = log.find(query.condition, query.values, text);
        QSet<qint64> hinted;
        for (const qint64 id : found) {
            const bool isIn = query.ids.isEmpty()
                || std::any_of(query.ids.cbegin(), query.ids.cend(),
                               [id](const IdRange &range) { return range.low <= id && id <= range.high; });
            if (isIn)
                hinted.insert(id);
        }
        must(hinted == found, "a hint of ids leaves out what matches", text);
        if (!query.times.isOpen()) {
            const QString above = query.times.above.isNull() ? QStringLiteral("0") : query.times.above;
            const QString below = query.times.below.isNull() ? QStringLiteral(":") : query.times.below;
            const QSet<qint64> outside = log.find(u'(' + query.condition
                                                      + QStringLiteral(") AND NOT (timestamp > ? AND timestamp < ?)"),
                                                  query.values + QVariantList{above, below}, text);
            must(outside.isEmpty(), "the bounds of the times leave out what matches", text);
        }
        must(found.contains(0) == false, "an id that is none", text);
    }
    if (filter.terms().size() != 1)
        return;
    // The same term with and without a minus: each row is in exactly one of the two.
    const AuditFilter::Term &term = filter.terms().constFirst();
    QString other = text.mid(term.position, term.length);
    other = term.isNegated ? other.mid(1) : u'-' + other;
    if (other.startsWith(u'-') == term.isNegated)
        return; // a text that begins with a minus itself
    const AuditFilter opposite = AuditFilter::parse(other, kNow);
    const AuditQuery one = AuditQuery::compile(filter, TimestampStyle::Utc);
    const AuditQuery two = AuditQuery::compile(opposite, TimestampStyle::Utc);
    const QSet<qint64> in = log.find(one.condition, one.values, text);
    const QSet<qint64> out = log.find(two.condition, two.values, other);
    must(!in.intersects(out) && in.size() + out.size() == kRows, "the negation is no complement", text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), qsizetype(size));
    checkTokens(text);
    checkCompletion(text, text.size());
    checkCompletion(text, text.size() / 2);
    try {
        checkQuery(text);
    } catch (const FilterError &error) {
        must(error.position() >= 0 && error.length() > 0 && error.position() + error.length() <= text.size(),
             "error out of place", text);
        must(error.message().endsWith(u'.'), "an error that is no sentence", error.message());
    }
    return 0;
}
