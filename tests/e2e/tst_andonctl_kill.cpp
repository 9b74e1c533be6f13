// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/HeldDatabase.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QElapsedTimer>
#include <QtTest>

#ifdef Q_OS_UNIX
#include <csignal>
#endif

using namespace andon::test;

namespace {

/// What is said at the end of a stop that could not be recorded.
QByteArray notRecorded()
{
    return isOnPostgres() ? "requested, not delivered" : "stopped, not yet recorded";
}

} // namespace

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
    void aSessionThatKeepsTheGateLockedIsEnded();
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
    HeldDatabase held(m_place->path());
    QElapsedTimer timer;
    timer.start();
    const Andonctl::Result kill = m_ctl->run({"kill", "--reason", "locked out", "--wait", "1"});
    QCOMPARE(kill.status, 1);
    QVERIFY2(timer.elapsed() >= 1000 && timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(kill.err.contains(isOnPostgres() ? "Requested: what runs on this machine stops now."
                                              : "Stopped: nothing may start any more."),
             kill.err.constData());
    QVERIFY2(kill.err.contains(notRecorded()), kill.err.constData());
    QVERIFY(!QFileInfo::exists(m_place->permitPath()));
    QVERIFY(QFileInfo::exists(m_place->stopPath()));
    QCOMPARE(m_ctl->run({"gate"}).status, 4);
    held.release();

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
    HeldDatabase held(m_place->path());
    const std::unique_ptr<QProcess> kill = m_ctl->start({"kill", "--json"});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(m_place->stopPath()), 20'000); // at once, lock or not
    QTRY_VERIFY_WITH_TIMEOUT(!QFileInfo::exists(m_place->permitPath()), 20'000);
    QVERIFY(!kill->waitForFinished(300));
    QElapsedTimer sinceFree;
    sinceFree.start();
    held.release();
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
    HeldDatabase held(m_place->path());
    const std::unique_ptr<QProcess> kill = m_ctl->start({"kill"});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(m_place->stopPath()), 20'000);
    QVERIFY(Andonctl::waitUntilItSays(*kill, "Waiting"));
    ::kill(static_cast<pid_t>(kill->processId()), SIGINT);
    const Andonctl::Result result = Andonctl::finish(*kill);
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains(notRecorded()), result.err.constData());
    held.release();
    QVERIFY(QFileInfo::exists(m_place->stopPath()));
    QCOMPARE(m_ctl->run({"status", "--json"}).json().value("tripped").toBool(), true);
#endif
}

void TestAndonctlKill::whoLooksWhileTheLockIsHeldSeesTheStop()
{
    HeldDatabase held(m_place->path());
    QCOMPARE(m_ctl->run({"kill", "--wait", "0"}).status, 1);
    const Andonctl::Result status = m_ctl->run({"status"});
    QCOMPARE(status.status, isOnPostgres() ? 5 : 0); // of a server nothing is known then
    QVERIFY2(status.out.startsWith(isOnPostgres() ? "STOP REQUESTED, NOT DELIVERED" : "STOPPED, NOT YET RECORDED"),
             status.out.constData());
    held.release();
    QVERIFY(m_ctl->run({"status"}).out.startsWith("STOPPED\n"));
}

void TestAndonctlKill::aSessionThatKeepsTheGateLockedIsEnded()
{
    ANDON_POSTGRESQL_ONLY("SQLite's lock is nobody's to take away");
    ForeignClient holder(m_place->path());
    holder.must("BEGIN IMMEDIATE");
    const Andonctl::Result kill = m_ctl->run({"kill", "--reason", "in the way", "--json"});
    QCOMPARE(kill.status, 0);
    QCOMPARE(kill.json().value("cancelled_count").toInteger(), 1);
    QVERIFY2(kill.json().value("committed_us").toInteger() < 2'000'000, kill.out.constData());
    const QString said = holder.run("COMMIT");
    QVERIFY2(said.contains("terminating connection"), qPrintable(said));
}

void TestAndonctlKill::aMistypedPathMakesNoDatabase()
{
    ANDON_SQLITE_ONLY("a server makes no database either, and its name is no path");
    const QString mistyped = m_place->file("anodn.db");
    const Andonctl::Result kill = m_ctl->run({"kill", "--database", mistyped});
    QCOMPARE(kill.status, 1);
    QVERIFY2(kill.err.contains("There is no database at"), kill.err.constData());
    QVERIFY(!QFileInfo::exists(mistyped));
    QCOMPARE(m_ctl->run({"gate"}).status, 0); // the other one goes on
}

void TestAndonctlKill::killBeforeTheFirstOpenerIsCarriedOutByIt()
{
    ANDON_SQLITE_ONLY("a stop makes no file, but lays out the empty database of a server and is recorded there");
    const Andonctl fresh(m_place->file("fresh.db"));
    QCOMPARE(fresh.run({"kill", "--reason", "not today"}).status, 1);
    QCOMPARE(fresh.run({"gate"}).status, 4);
    const QJsonObject status = fresh.run({"status", "--json"}).json();
    QCOMPARE(status.value("tripped").toBool(), true);
    QCOMPARE(status.value("reason").toString(), "not today");
}

QTEST_GUILESS_MAIN(TestAndonctlKill)
#include "tst_andonctl_kill.moc"
