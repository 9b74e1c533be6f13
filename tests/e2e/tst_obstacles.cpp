// SPDX-License-Identifier: Apache-2.0
// What others may put in the way of a stop: a lock that they do not let go, something else where the requests or the
// permit belong. In each nothing starts, and what is said is true.

#include "core/gate/GateErrors.h"
#include "tests/e2e/support/MonotonicTime.h"
#include "tests/e2e/support/PrivateDisk.h"
#include "tests/e2e/support/Trouble.h"

#include <sys/stat.h>

using namespace andon;
using namespace andon::test;

class TestObstacles : public QObject
{
    Q_OBJECT

private slots:
    void s2_lockHeldByAnother_data();
    void s2_lockHeldByAnother();
    void s2_lockHeldLongerThanTheWait();
    void s2_hostileStopPath_data();
    void s2_hostileStopPath();
    void s2_hostilePermitPath_data();
    void s2_hostilePermitPath();
    void s3_aPermitThatCannotBeRemovedDoesNotKeepTheGateOpen();
};

void TestObstacles::s2_lockHeldByAnother_data()
{
    QTest::addColumn<QByteArray>("journal");
    QTest::addColumn<QString>("lock");
    for (const char *lock : {"immediate", "exclusive"}) {
        QTest::addRow("%s, rollback journal", lock) << QByteArray("DELETE") << QString::fromLatin1(lock);
        if (SqliteDialect::isWalSafe())
            QTest::addRow("%s, write-ahead log", lock) << QByteArray("WAL") << QString::fromLatin1(lock);
    }
}

void TestObstacles::s2_lockHeldByAnother()
{
    QFETCH(QByteArray, journal);
    QFETCH(QString, lock);
    const TemporaryDatabase place;
    makeArmed(place.path(), journal);
    Program holder(testProgram(QStringLiteral("lock_holder")), {place.path(), lock});
    QVERIFY2(holder.says(QStringLiteral("locked")), qPrintable(holder.output()));

    Program stop(andonctlPath(),
                 {QStringLiteral("--database"), place.path(), QStringLiteral("kill"), QStringLiteral("--reason"),
                  QStringLiteral("trouble")});
    QVERIFY2(stop.says(QStringLiteral("Not yet recorded")), qPrintable(stop.output()));
    QVERIFY(stop.output().contains(QStringLiteral("nothing may start any more")));
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QVERIFY(stop.isRunning());
    const CtlResult asked = andonctl(place.path(), {QStringLiteral("gate")});
    QCOMPARE(asked.exitCode, 4);
    QTest::qWait(2000);
    QVERIFY2(stop.isRunning(), qPrintable(stop.output()));
    QVERIFY(!QFileInfo::exists(place.permitPath()));

    holder.tell("release");
    QVERIFY(holder.says(QStringLiteral("released")));
    const qint64 releasedNs = holder.standardOutput().section(u' ', -1).trimmed().toLongLong();
    QVERIFY2(stop.waitForEnd(), qPrintable(stop.output()));
    const qint64 tookMs = (monotonicNs() - releasedNs) / 1'000'000;
    QVERIFY2(stop.exitCode() == 0, qPrintable(stop.output()));
    QVERIFY2(tookMs < 1000, qPrintable(QStringLiteral("recorded %1 ms after the lock was free").arg(tookMs)));
    checkRecordedOnce(place.path());
}

void TestObstacles::s2_lockHeldLongerThanTheWait()
{
    const TemporaryDatabase place;
    makeArmed(place.path());
    Program holder(testProgram(QStringLiteral("lock_holder")), {place.path(), QStringLiteral("exclusive")});
    QVERIFY(holder.says(QStringLiteral("locked")));
    const CtlResult stop = kill(place.path(), {QStringLiteral("--wait"), QStringLiteral("1")});
    QCOMPARE(stop.exitCode, 1);
    QVERIFY2(stop.err.contains(kNotRecorded), qPrintable(stop.err));
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QVERIFY(QFileInfo::exists(place.stopPath()));
    QVERIFY(stop.elapsedMs < 10'000);
    QVERIFY(holder.finish());
    checkRecordedOnce(place.path());
}

void TestObstacles::s2_hostileStopPath_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind :
         {"a file", "a dangling link", "a link to a folder", "a pipe", "noise inside", "a folder inside"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestObstacles::s2_hostileStopPath()
{
    QFETCH(QString, kind);
    const TemporaryDatabase place;
    makeArmed(place.path());
    const QString path = place.stopPath();
    const QByteArray name = QFile::encodeName(path);
    if (kind == u"a file") {
        andon::test::write(path, "not a folder");
    } else if (kind == u"a dangling link") {
        QVERIFY(QFile::link(place.file(QStringLiteral("nowhere")), path));
    } else if (kind == u"a link to a folder") {
        QVERIFY(QDir().mkdir(place.file(QStringLiteral("elsewhere"))));
        QVERIFY(QFile::link(place.file(QStringLiteral("elsewhere")), path));
    } else if (kind == u"a pipe") {
        QCOMPARE(::mkfifo(name.constData(), 0644), 0);
    } else {
        QVERIFY(QDir().mkdir(path));
        if (kind == u"noise inside")
            andon::test::write(path + QStringLiteral("/noise"), QByteArray(200'000, '\xff'));
        else
            QVERIFY(QDir().mkdir(path + QStringLiteral("/folder")));
    }

    // Whatever stands there is a stop.
    QCOMPARE(gate(place.path()), 4);
    const CtlResult claim = andonctl(place.path(), {QStringLiteral("claim"), QStringLiteral("1")});
    QVERIFY2(claim.exitCode == 4, qPrintable(claim.err));

    const CtlResult stop = kill(place.path());
    QVERIFY(stop.elapsedMs < 20'000);
    QVERIFY2(stop.exitCode == 0, qPrintable(stop.err));
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QCOMPARE(gate(place.path()), 4);
    ForeignClient raw(place.path(), 5000);
    QCOMPARE(raw.value("SELECT mode || tripped FROM andon_safety_state"), QStringLiteral("observe1"));
    QCOMPARE(raw.number("SELECT count(*) FROM action_proposals WHERE status = 'cancelled'"), qint64(kPending));

    // Nothing can be enabled while it stands; what can be cleared away was.
    const bool stillStands = QFileInfo(path).isSymLink() || QFileInfo::exists(path);
    const int reset = andonctl(place.path(),
                               {QStringLiteral("reset"), QStringLiteral("--reason"), QStringLiteral("looked")})
                          .exitCode;
    const int armed = andonctl(place.path(),
                               {QStringLiteral("mode"), QStringLiteral("execute"), QStringLiteral("--reason"),
                                QStringLiteral("again")})
                          .exitCode;
    QCOMPARE(reset, stillStands ? 4 : 0);
    QCOMPARE(armed, stillStands ? 4 : 0);
    QCOMPARE(gate(place.path()), stillStands ? 4 : 0);
}

void TestObstacles::s2_hostilePermitPath_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind :
         {"missing", "empty", "another epoch", "a byte too many", "a link to a good one", "a folder", "a pipe", "huge"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestObstacles::s2_hostilePermitPath()
{
    QFETCH(QString, kind);
    const TemporaryDatabase place;
    makeArmed(place.path());
    const QString path = place.permitPath();
    const QByteArray good = bytesOf(path);
    QVERIFY(QFile::remove(path));
    if (kind == u"empty") {
        andon::test::write(path, "");
    } else if (kind == u"another epoch") {
        andon::test::write(path, QByteArray(good).replace("epoch 2", "epoch 3"));
        QVERIFY(bytesOf(path) != good);
    } else if (kind == u"a byte too many") {
        andon::test::write(path, good + '\n');
    } else if (kind == u"a link to a good one") {
        andon::test::write(place.file(QStringLiteral("good")), good);
        QVERIFY(QFile::link(place.file(QStringLiteral("good")), path));
    } else if (kind == u"a folder") {
        QVERIFY(QDir().mkdir(path));
    } else if (kind == u"a pipe") {
        QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0644), 0);
    } else if (kind == u"huge") {
        andon::test::write(path, good + QByteArray(10'000'000, ' '));
    }

    Workbench agent(place.path(), {}, existing());
    QVERIFY(!agent.controller.canExecute());
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, agent.store.claim(ProposalId(1)));
    // Who opens it trips it: it says execute without a permit.
    QCOMPARE(gate(place.path()), 4);
    QCOMPARE(agent.state().tripped, true);
    QCOMPARE(kill(place.path()).exitCode, 0);
    QVERIFY(!agent.controller.canExecute());
}

void TestObstacles::s3_aPermitThatCannotBeRemovedDoesNotKeepTheGateOpen()
{
    if (!PrivateDisk::isPossible())
        QSKIP("Needs the right to mount.");
    // Neither removed nor emptied: a read-only mount over that very file.
    const TemporaryDatabase place;
    makeArmed(place.path());
    ReadOnlyFile permit(place.permitPath());
    QVERIFY(permit.isReadOnly());
    const CtlResult stop = kill(place.path());
    const int gateStatus = gate(place.path());
    const QString state = ForeignClient(place.path(), 5000).value("SELECT mode || tripped FROM andon_safety_state");
    permit.release();

    QCOMPARE(state, QStringLiteral("observe1"));
    QCOMPARE(gateStatus, 4);
    QVERIFY2(stop.exitCode == 0, qPrintable(stop.err));
    QVERIFY2(stop.err.contains(QStringLiteral("cannot be removed")), qPrintable(stop.err));
}

int main(int argc, char *argv[])
{
    static_cast<void>(PrivateDisk::prepare());
    const QCoreApplication application(argc, argv);
    TestObstacles test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}
#include "tst_obstacles.moc"
