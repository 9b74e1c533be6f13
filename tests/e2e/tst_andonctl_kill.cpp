// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"

#include <QElapsedTimer>
#include <QtTest>

#ifdef Q_OS_UNIX
#include <csignal>
#endif

using namespace andon::test;

/// The kill switch from a shell while somebody else is in its way.
class TestAndonctlKill : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whileTheLockIsHeldItIsStoppedNotYetRecorded();
    void itIsRecordedAsSoonAsTheLockIsFree();
    void interruptedWhileWaitingTheRequestStays();
    void whoLooksWhileTheLockIsHeldSeesTheStop();
    void aMistypedPathMakesNoDatabase();
    void killBeforeTheFirstOpenerIsCarriedOutByIt();

private:
    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

void TestAndonctlKill::init()
{
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "test"}).status, 0);
    QCOMPARE(m_ctl->run({"propose", "--action", "a", "--reason", "x"}).status, 0);
}

void TestAndonctlKill::whileTheLockIsHeldItIsStoppedNotYetRecorded()
{
    ForeignClient holder(m_place->path());
    holder.must("BEGIN IMMEDIATE");
    QElapsedTimer timer;
    timer.start();
    const Andonctl::Result kill = m_ctl->run({"kill", "--reason", "locked out", "--wait", "1"});
    QCOMPARE(kill.status, 1);
    QVERIFY2(timer.elapsed() >= 1000 && timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(kill.err.contains("Stopped: nothing may start any more."), kill.err.constData());
    QVERIFY2(kill.err.contains("stopped, not yet recorded"), kill.err.constData());
    QVERIFY(!QFileInfo::exists(m_place->permitPath()));
    QVERIFY(QFileInfo::exists(m_place->stopPath()));
    QCOMPARE(m_ctl->run({"gate"}).status, 4);
    holder.must("ROLLBACK");

    const Andonctl::Result status = m_ctl->run({"status", "--json"}); // the next opener records it
    QCOMPARE(status.status, 0);
    QCOMPARE(status.json().value("tripped").toBool(), true);
    QCOMPARE(status.json().value("reason").toString(), "locked out");
    QCOMPARE(status.json().value("pending").toInteger(-1), 0);
    QVERIFY(!QFileInfo::exists(m_place->stopPath()));
    QCOMPARE(m_ctl->eventTypes().count("kill_switch"), 1);
    QCOMPARE(m_ctl->run({"status"}).status, 0);
    QCOMPARE(m_ctl->eventTypes().count("kill_switch"), 1); // once
}

void TestAndonctlKill::itIsRecordedAsSoonAsTheLockIsFree()
{
    ForeignClient holder(m_place->path());
    holder.must("BEGIN IMMEDIATE");
    const std::unique_ptr<QProcess> kill = m_ctl->start({"kill", "--json"});
    QTRY_VERIFY_WITH_TIMEOUT(!QFileInfo::exists(m_place->permitPath()), 20'000); // at once, lock or not
    QVERIFY(!kill->waitForFinished(300));
    QElapsedTimer sinceFree;
    sinceFree.start();
    holder.must("ROLLBACK");
    const Andonctl::Result result = Andonctl::finish(*kill);
    QVERIFY2(sinceFree.elapsed() < 10'000, qPrintable(QString::number(sinceFree.elapsed())));
    QCOMPARE(result.status, 0);
    QCOMPARE(result.json().value("cancelled_count").toInteger(), 1);
    QVERIFY(result.json().value("permit_revoked_us").toInteger() < result.json().value("committed_us").toInteger());
}

void TestAndonctlKill::interruptedWhileWaitingTheRequestStays()
{
#ifndef Q_OS_UNIX
    QSKIP("signals are of Unix");
#else
    ForeignClient holder(m_place->path());
    holder.must("BEGIN IMMEDIATE");
    const std::unique_ptr<QProcess> kill = m_ctl->start({"kill"});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(m_place->stopPath()), 20'000);
    QVERIFY(Andonctl::waitUntilItSays(*kill, "Waiting"));
    ::kill(static_cast<pid_t>(kill->processId()), SIGINT);
    const Andonctl::Result result = Andonctl::finish(*kill);
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("stopped, not yet recorded"), result.err.constData());
    holder.must("ROLLBACK");
    QVERIFY(QFileInfo::exists(m_place->stopPath()));
    QCOMPARE(m_ctl->run({"status", "--json"}).json().value("tripped").toBool(), true);
#endif
}

void TestAndonctlKill::whoLooksWhileTheLockIsHeldSeesTheStop()
{
    ForeignClient holder(m_place->path());
    holder.must("BEGIN IMMEDIATE");
    QCOMPARE(m_ctl->run({"kill", "--wait", "0"}).status, 1);
    const Andonctl::Result status = m_ctl->run({"status"});
    QCOMPARE(status.status, 0);
    QVERIFY2(status.out.startsWith("STOPPED, NOT YET RECORDED"), status.out.constData());
    holder.must("ROLLBACK");
    QVERIFY(m_ctl->run({"status"}).out.startsWith("STOPPED\n"));
}

void TestAndonctlKill::aMistypedPathMakesNoDatabase()
{
    const QString mistyped = m_place->file("anodn.db");
    const Andonctl::Result kill = m_ctl->run({"kill", "--database", mistyped});
    QCOMPARE(kill.status, 1);
    QVERIFY2(kill.err.contains("There is no database at"), kill.err.constData());
    QVERIFY(!QFileInfo::exists(mistyped));
    QCOMPARE(m_ctl->run({"gate"}).status, 0); // the other one goes on
}

void TestAndonctlKill::killBeforeTheFirstOpenerIsCarriedOutByIt()
{
    const Andonctl fresh(m_place->file("fresh.db"));
    QCOMPARE(fresh.run({"kill", "--reason", "not today"}).status, 1);
    QCOMPARE(fresh.run({"gate"}).status, 4);
    const QJsonObject status = fresh.run({"status", "--json"}).json();
    QCOMPARE(status.value("tripped").toBool(), true);
    QCOMPARE(status.value("reason").toString(), "not today");
}

QTEST_GUILESS_MAIN(TestAndonctlKill)
#include "tst_andonctl_kill.moc"
