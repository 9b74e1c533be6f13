// SPDX-License-Identifier: Apache-2.0
// An agent that has never heard of Andon: it knows the tables and the database's own library, and nothing else.
//
//   foreign_agent DATABASE once SQL    opens a transaction, as such agents' libraries do by themselves, runs SQL,
//                                      prints what the database said, and keeps the connection open until its input
//                                      ends: no commit, no rollback
//   foreign_agent DATABASE loop        executes whatever is validated, with its event, until its input ends;
//                                      then prints how often it was let and how often refused

#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"

#include <atomic>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>

using andon::test::ForeignClient;

namespace {

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

int once(ForeignClient &database, const QByteArray &sql)
{
    QString said = database.run("BEGIN");
    if (said.isEmpty())
        said = database.run(sql);
    std::cout << (said.isEmpty() ? "done" : said.toStdString()) << std::endl;
    const InputEnd end; // waits here, the connection open
    return 0;
}

int loop(ForeignClient &database)
{
    // On SQLite IMMEDIATE, so that what it writes is not refused for what it has read before.
    const QByteArray begin = andon::test::isOnPostgres() ? "BEGIN" : "BEGIN IMMEDIATE";
    // On a server the event is written once the gate is passed: others write into the log meanwhile, and the log's
    // order is looked at.
    const QByteArray changed = andon::test::isOnPostgres()
        ? "WITH started AS (UPDATE action_proposals SET status = 'executing' WHERE id = (SELECT id FROM "
          "action_proposals WHERE status = 'validated' ORDER BY id DESC LIMIT 1) RETURNING id) "
          "INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp) "
          "SELECT id, 'executing', 'agent', '%1' FROM started; COMMIT"
        : "INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp) "
          "SELECT id, 'executing', 'agent', '%1' FROM action_proposals WHERE status = 'validated' ORDER BY id DESC "
          "LIMIT 1;"
          "UPDATE action_proposals SET status = 'executing' WHERE id = (SELECT id FROM "
          "action_proposals WHERE status = 'validated' ORDER BY id DESC LIMIT 1);"
          "COMMIT";
    const InputEnd end;
    long let = 0;
    long refused = 0;
    std::cout << "ready" << std::endl;
    while (!end.isOver()) {
        const QByteArray now = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).chopped(1).toLatin1();
        QString said = database.run(begin);
        if (said.isEmpty())
            said = database.run(QByteArray(changed).replace("%1", now + "+00:00"));
        if (said.isEmpty())
            ++let;
        else
            ++refused;
        if (!database.isAutocommit())
            static_cast<void>(database.run("ROLLBACK"));
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    std::cout << "let " << let << " refused " << refused << std::endl;
    return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc < 3)
        return 2;
    constexpr int kLockPatienceMs = 20'000;
    ForeignClient database(QString::fromLocal8Bit(argv[1]), kLockPatienceMs);
    return std::string(argv[2]) == "once" && argc == 4 ? once(database, argv[3]) : loop(database);
}
