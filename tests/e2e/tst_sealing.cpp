// SPDX-License-Identifier: Apache-2.0
// Several seal at once, a program that has never heard of seals writes a thousand events a second, and sealers are
// killed in the middle: the tree is always that of the rows in order.

#include "tests/e2e/support/Program.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/SealOracle.h"
#include "tests/support/Workbench.h"

#include <QRandomGenerator>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

/// A thousand events a second, ten in a transaction, on the engine's own interface.
class ForeignWriter
{
public:
    explicit ForeignWriter(const QString &path)
        : m_thread([this, path] { run(path); })
    {
    }
    ~ForeignWriter() { finish(); }
    ForeignWriter(const ForeignWriter &) = delete;
    ForeignWriter &operator=(const ForeignWriter &) = delete;

    int finish()
    {
        m_isEnding = true;
        if (m_thread.joinable())
            m_thread.join();
        return m_written;
    }

private:
    void run(const QString &path)
    {
        ForeignClient raw(path, 20'000);
        auto next = std::chrono::steady_clock::now();
        while (!m_isEnding) {
            QByteArray sql("BEGIN IMMEDIATE;");
            for (int i = 0; i < 10; ++i)
                sql += "INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('note', 'agent', 'now');";
            if (raw.run(sql + "COMMIT;").isEmpty())
                m_written += 10;
            next += std::chrono::milliseconds(10);
            std::this_thread::sleep_until(next);
        }
    }

    std::atomic_int m_written{0};
    std::atomic_bool m_isEnding{false};
    std::thread m_thread;
};

} // namespace

class TestSealing : public QObject
{
    Q_OBJECT

private slots:
    void s8_sealersThatAreKilledLeaveTheTreeOfTheRowsInOrder();
};

void TestSealing::s8_sealersThatAreKilledLeaveTheTreeOfTheRowsInOrder()
{
    const int rounds = qEnvironmentVariableIntValue("ANDON_TRIES") > 0 ? qEnvironmentVariableIntValue("ANDON_TRIES")
                                                                       : 25;
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).arm();
    ForeignWriter writer(temporary.path());
    auto *random = QRandomGenerator::global();
    const auto start = [&temporary] {
        return std::make_unique<Program>(testProgram(QStringLiteral("sealing_loop")), QStringList{temporary.path()});
    };
    std::array<std::unique_ptr<Program>, 2> sealers{start(), start()};
    for (const auto &sealer : sealers)
        QVERIFY2(sealer->says(QStringLiteral("sealing")), qPrintable(sealer->output()));
    for (int round = 0; round < rounds; ++round) {
        std::unique_ptr<Program> &victim = sealers.at(static_cast<size_t>(round) % sealers.size());
        QTest::qSleep(random->bounded(10, 80));
        QVERIFY2(victim->isRunning(), qPrintable(victim->output()));
        victim->killHard();
        victim = start();
        QVERIFY2(victim->says(QStringLiteral("sealing")), qPrintable(victim->output()));
    }
    const int written = writer.finish();
    for (const auto &sealer : sealers) {
        QVERIFY(sealer->finish());
        QVERIFY2(sealer->exitCode() == 0, qPrintable(sealer->output()));
    }
    QVERIFY2(written > 500, qPrintable(QString::number(written)));
    ForeignClient raw(temporary.path(), 5000);
    QVERIFY(raw.number("SELECT max(leaf + leaves) FROM andon_audit_seal") > 0);
    QCOMPARE(complaintAboutSeals(temporary.path(), true), QString());
    Workbench next(temporary.path());
    next.controller.recover();
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log"),
             raw.number("SELECT max(leaf + leaves) FROM andon_audit_seal"));
}

QTEST_GUILESS_MAIN(TestSealing)
#include "tst_sealing.moc"
