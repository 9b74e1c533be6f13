// SPDX-License-Identifier: Apache-2.0
// An agent that has never heard of Andon: it knows the tables and the SQLite library, and nothing else.
//
//   foreign_agent DATABASE once SQL    opens a transaction, as such agents' libraries do by themselves, runs SQL,
//                                      prints what SQLite said, and keeps the connection open until its input ends:
//                                      no commit, no rollback
//   foreign_agent DATABASE loop        executes whatever is validated, with its event, until its input ends;
//                                      then prints how often it was let and how often refused

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>

namespace {

constexpr int kBusyTimeoutMs = 20000;

std::string run(sqlite3 *database, const char *sql)
{
    return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? std::string()
                                                                               : std::string(sqlite3_errmsg(database));
}

/// Waits for the end of the input.
class InputEnd
{
public:
    InputEnd()
        : m_thread([this] {
            std::string line;
            while (std::getline(std::cin, line)) {}
            m_isOver = true;
        })
    {
    }
    ~InputEnd() { m_thread.join(); }
    InputEnd(const InputEnd &) = delete;
    InputEnd &operator=(const InputEnd &) = delete;

    [[nodiscard]] bool isOver() const { return m_isOver; }

private:
    std::atomic_bool m_isOver{false};
    std::thread m_thread;
};

int once(sqlite3 *database, const char *sql)
{
    std::string said = run(database, "BEGIN");
    if (said.empty())
        said = run(database, sql);
    std::cout << (said.empty() ? "done" : said) << std::endl;
    const InputEnd end; // waits here, the connection open
    return 0;
}

int loop(sqlite3 *database)
{
    const InputEnd end;
    long let = 0;
    long refused = 0;
    std::cout << "ready" << std::endl;
    while (!end.isOver()) {
        // IMMEDIATE, so that what it writes is not refused for what it has read before.
        std::string said = run(database, "BEGIN IMMEDIATE");
        if (said.empty())
            said = run(
                database,
                "INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp) "
                "SELECT id, 'executing', 'agent', strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now') FROM action_proposals "
                "WHERE status = 'validated' ORDER BY id DESC LIMIT 1;"
                "UPDATE action_proposals SET status = 'executing' WHERE id = "
                "(SELECT id FROM action_proposals WHERE status = 'validated' ORDER BY id DESC LIMIT 1);"
                "COMMIT");
        if (said.empty())
            ++let;
        else
            ++refused;
        if (!sqlite3_get_autocommit(database))
            run(database, "ROLLBACK");
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    std::cout << "let " << let << " refused " << refused << std::endl;
    return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    sqlite3 *database = nullptr;
    if (argc < 3 || sqlite3_open(argv[1], &database) != SQLITE_OK)
        return 2;
    sqlite3_busy_timeout(database, kBusyTimeoutMs);
    const int status = std::string(argv[2]) == "once" && argc == 4 ? once(database, argv[3]) : loop(database);
    sqlite3_close(database);
    return status;
}
