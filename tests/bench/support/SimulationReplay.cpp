// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/SimulationReplay.h"

#include <QElapsedTimer>
#include <QFile>

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace andon::bench {

namespace {

constexpr int kProposalsPerTransaction = 500; // as BulkSimulation in observe mode

/// A connection of a program that does not handle errors.
class Connection
{
public:
    explicit Connection(const QString &path)
    {
        require(sqlite3_open(QFile::encodeName(path).constData(), &m_connection) == SQLITE_OK);
        execute("PRAGMA synchronous=FULL");
    }
    ~Connection() { sqlite3_close(m_connection); }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    void require(bool ok) const
    {
        if (ok)
            return;
        std::fprintf(stderr, "replay: %s\n", sqlite3_errmsg(m_connection));
        std::exit(1);
    }
    void execute(const char *sql) const
    {
        require(sqlite3_exec(m_connection, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    [[nodiscard]] sqlite3 *handle() const { return m_connection; }

private:
    sqlite3 *m_connection = nullptr;
};

/// A statement prepared once.
class Prepared
{
public:
    Prepared(const Connection &connection, const char *sql)
        : m_connection(connection)
    {
        connection.require(
            sqlite3_prepare_v3(connection.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &m_statement, nullptr)
            == SQLITE_OK);
    }
    ~Prepared() { sqlite3_finalize(m_statement); }
    Prepared(const Prepared &) = delete;
    Prepared &operator=(const Prepared &) = delete;

    void bind(int index, long long number) const { sqlite3_bind_int64(m_statement, index, number); }
    void bind(int index, const std::string &text) const
    {
        sqlite3_bind_text(m_statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    void bind(int index, const std::optional<std::string> &text) const
    {
        if (text)
            bind(index, *text);
        else
            sqlite3_bind_null(m_statement, index);
    }
    void run() const
    {
        const int code = sqlite3_step(m_statement);
        m_connection.require(sqlite3_reset(m_statement) == SQLITE_OK && code == SQLITE_DONE);
    }
    /// Steps to a row; ends the statement after the last.
    [[nodiscard]] bool next() const
    {
        if (sqlite3_step(m_statement) == SQLITE_ROW)
            return true;
        m_connection.require(sqlite3_reset(m_statement) == SQLITE_OK);
        return false;
    }
    void end() const { sqlite3_reset(m_statement); }
    [[nodiscard]] std::optional<std::string> text(int column) const
    {
        const auto *bytes = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
        return bytes ? std::optional<std::string>(bytes) : std::nullopt;
    }
    [[nodiscard]] std::vector<std::optional<std::string>> row() const
    {
        std::vector<std::optional<std::string>> texts;
        texts.reserve(static_cast<std::size_t>(sqlite3_column_count(m_statement)));
        for (int i = 0; i < sqlite3_column_count(m_statement); ++i)
            texts.push_back(text(i));
        return texts;
    }

private:
    const Connection &m_connection;
    sqlite3_stmt *m_statement = nullptr;
};

bool isOneOf(const std::string &type, std::initializer_list<const char *> types)
{
    return std::find(types.begin(), types.end(), type) != types.end();
}

} // namespace

SimulationReplay::SimulationReplay(const QString &simulated)
{
    const Connection connection(simulated);
    const Prepared proposal(connection,
                            "SELECT action_name, action_type, parameters, reason, proposed_by, requester_id, "
                            "requester_type, agent_id FROM action_proposals WHERE id = ?");
    const Prepared lastState(connection,
                             "SELECT status, validated_at, cancelled_at, last_error, version, updated_at "
                             "FROM action_proposals WHERE id = ?");
    const Prepared record(connection,
                          "SELECT completed_at, success, error_message, result_data FROM action_records "
                          "WHERE proposal_id = ?");
    const Prepared events(connection,
                          "SELECT proposal_id, event_type, event_data, actor, timestamp FROM action_audit_log "
                          "WHERE proposal_id IS NOT NULL ORDER BY id");
    qint64 proposals = 0;
    bool isClaim = true;
    bool isEnd = false;
    while (events.next()) {
        Step step;
        step.proposal = std::atoll(events.text(0).value_or("").c_str());
        step.type = events.text(1).value_or("");
        step.data = events.text(2);
        step.actor = events.text(3).value_or("");
        step.timestamp = events.text(4).value_or("");
        const bool wasClaim = isClaim;
        const bool wasEnd = isEnd;
        isClaim = step.type == "executing";
        isEnd = isOneOf(step.type, {"completed", "failed"});
        // A claim has a transaction of its own, ends share one, and so does what an agent thinks in between.
        step.beginsTransaction = isClaim || wasClaim || isEnd != wasEnd;
        if (step.type == "proposed") {
            step.beginsTransaction = step.beginsTransaction || proposals % kProposalsPerTransaction == 0;
            ++proposals;
        }
        if (step.type == "proposed" || isEnd) {
            const Prepared &source = isEnd ? record : proposal;
            source.bind(1, step.proposal);
            connection.require(source.next());
            step.row = source.row();
            source.end();
        }
        if (step.type == "proposed") {
            lastState.bind(1, step.proposal);
            connection.require(lastState.next());
            step.lastState = lastState.row();
            lastState.end();
        }
        m_transactions += step.beginsTransaction ? 1 : 0;
        m_steps.push_back(std::move(step));
    }
}

double SimulationReplay::writeTo(const QString &fresh, Writing writing) const
{
    const bool onlyInserts = writing == Writing::Inserts;
    const Connection connection(fresh);
    const Prepared propose(connection,
                           "INSERT INTO action_proposals(action_name, action_type, parameters, reason, status, "
                           "proposed_at, proposed_by, requester_id, requester_type, agent_id, created_at, updated_at) "
                           "VALUES(?1, ?2, ?3, ?4, 'proposed', ?9, ?5, ?6, ?7, ?8, ?9, ?9)");
    const Prepared insert(connection,
                          "INSERT INTO action_proposals(action_name, action_type, parameters, reason, proposed_by, "
                          "requester_id, requester_type, agent_id, proposed_at, created_at, status, validated_at, "
                          "cancelled_at, last_error, version, updated_at) "
                          "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");
    const Prepared insertRecord(connection,
                                "INSERT INTO action_records(completed_at, success, error_message, result_data, "
                                "proposal_id, started_at, created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?1, ?1)");
    const Prepared validate(connection,
                            "UPDATE action_proposals SET status = 'validated', validated_at = ?1, updated_at = ?1, "
                            "version = version + 1 WHERE id = ?2");
    const Prepared cancel(connection,
                          "UPDATE action_proposals SET status = 'cancelled', cancelled_at = ?1, updated_at = ?1, "
                          "version = version + 1 WHERE id = ?2");
    const Prepared execute(connection,
                           "UPDATE action_proposals SET status = 'executing', updated_at = ?1, "
                           "version = version + 1 WHERE id = ?2");
    const Prepared complete(connection,
                            "UPDATE action_proposals SET status = 'completed', updated_at = ?1, "
                            "version = version + 1 WHERE id = ?2");
    const Prepared fail(connection,
                        "UPDATE action_proposals SET status = 'failed', updated_at = ?1, last_error = ?3, "
                        "version = version + 1 WHERE id = ?2");
    const Prepared start(connection,
                         "INSERT INTO action_records(proposal_id, started_at, created_at) VALUES(?2, ?1, ?1)");
    const Prepared end(connection,
                       "UPDATE action_records SET completed_at = ?1, success = ?2, error_message = ?3, "
                       "result_data = ?4 WHERE proposal_id = ?5");
    const Prepared log(connection,
                       "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
                       "VALUES(?, ?, ?, ?, ?)");
    const auto change = [](const Prepared &statement, const Step &step) {
        statement.bind(1, step.timestamp);
        statement.bind(2, step.proposal);
        statement.run();
    };

    QElapsedTimer timer;
    timer.start();
    bool isOpen = false;
    for (const Step &step : m_steps) {
        if (step.beginsTransaction) {
            if (isOpen)
                connection.execute("COMMIT");
            connection.execute("BEGIN IMMEDIATE");
            isOpen = true;
        }
        if (step.type == "proposed") {
            const Prepared &statement = onlyInserts ? insert : propose;
            for (std::size_t i = 0; i < step.row.size(); ++i)
                statement.bind(static_cast<int>(i) + 1, step.row[i]);
            statement.bind(9, step.timestamp);
            for (std::size_t i = 0; onlyInserts && i < step.lastState.size(); ++i)
                statement.bind(static_cast<int>(i) + 10, step.lastState[i]);
            statement.run();
        } else if (onlyInserts && !step.row.empty()) {
            for (std::size_t i = 0; i < step.row.size(); ++i)
                insertRecord.bind(static_cast<int>(i) + 1, step.row[i]);
            insertRecord.bind(5, step.proposal);
            insertRecord.run();
        } else if (onlyInserts) {
            // The row is as it ends up being, the event alone is left.
        } else if (step.type == "validated") {
            change(validate, step);
        } else if (step.type == "cancelled") {
            change(cancel, step);
        } else if (step.type == "executing") {
            change(execute, step);
            change(start, step);
        } else {
            for (std::size_t i = 0; i < step.row.size(); ++i)
                end.bind(static_cast<int>(i) + 1, step.row[i]);
            end.bind(5, step.proposal);
            end.run();
            if (step.type == "failed")
                fail.bind(3, step.row[2]);
            change(step.type == "failed" ? fail : complete, step);
        }
        log.bind(1, step.proposal);
        log.bind(2, step.type);
        log.bind(3, step.data);
        log.bind(4, step.actor);
        log.bind(5, step.timestamp);
        log.run();
    }
    if (isOpen)
        connection.execute("COMMIT");
    return static_cast<double>(timer.nsecsElapsed()) / 1e9;
}

qint64 SimulationReplay::differences(const QString &simulated, const QString &fresh)
{
    const Connection connection(simulated);
    const Prepared attach(connection, "ATTACH ? AS replayed");
    const std::string path = QFile::encodeName(fresh).toStdString();
    attach.bind(1, path);
    attach.run();
    qint64 differences = 0;
    for (const char *sql : {
             "SELECT count(*) FROM (SELECT id, action_name, parameters, reason, status, proposed_at, requester_id, "
             "agent_id, validated_at, cancelled_at, last_error, version, created_at, updated_at "
             "FROM main.action_proposals EXCEPT "
             "SELECT id, action_name, parameters, reason, status, proposed_at, requester_id, agent_id, validated_at, "
             "cancelled_at, last_error, version, created_at, updated_at FROM replayed.action_proposals)",
             "SELECT count(*) FROM (SELECT proposal_id, event_type, event_data, actor, timestamp "
             "FROM main.action_audit_log WHERE proposal_id IS NOT NULL EXCEPT "
             "SELECT proposal_id, event_type, event_data, actor, timestamp FROM replayed.action_audit_log)",
             "SELECT count(*) FROM (SELECT proposal_id, started_at, completed_at, success, error_message, result_data "
             "FROM main.action_records EXCEPT SELECT proposal_id, started_at, completed_at, success, error_message, "
             "result_data FROM replayed.action_records)",
             "SELECT abs((SELECT count(*) FROM main.action_audit_log WHERE proposal_id IS NOT NULL) "
             "- (SELECT count(*) FROM replayed.action_audit_log WHERE proposal_id IS NOT NULL))",
         }) {
        const Prepared count(connection, sql);
        connection.require(count.next());
        differences += std::atoll(count.text(0).value_or("").c_str());
    }
    return differences;
}

} // namespace andon::bench
