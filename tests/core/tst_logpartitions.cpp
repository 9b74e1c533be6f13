// SPDX-License-Identifier: Apache-2.0
// A server's log has a partition for each month to come, made by whoever may; and an event whose month has none is
// never refused, moved nor lost.
#include "core/audit/seal/Sealer.h"
#include "core/audit/verify/Verifier.h"
#include "core/station/SealLane.h"
#include "core/storage/LogPartitions.h"
#include "core/storage/ServerRoles.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

/// The month so many months from now, as the log's partitions are called.
QByteArray monthIn(int months, const char *format = "yyyy_MM")
{
    const QDate today = QDateTime::currentDateTimeUtc().date();
    return QDate(today.year(), today.month(), 1).addMonths(months).toString(QLatin1String(format)).toUtf8();
}

QByteArray partitionIn(int months)
{
    return "action_audit_log_" + monthIn(months);
}

QStringList partitionsOf(const TemporaryDatabase &place)
{
    return ForeignClient(place.path())
        .rows("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'action_audit_log'::regclass "
              "ORDER BY 1");
}

QStringList allMonths()
{
    QStringList all;
    for (int months = 0; months <= 3; ++months)
        all << QString::fromUtf8(partitionIn(months));
    return all << QStringLiteral("action_audit_log_default");
}

/// As the owner does it.
void drop(const TemporaryDatabase &place, const QList<int> &months)
{
    for (const int month : months)
        ForeignClient(place.path(), 5000).must("DROP TABLE " + partitionIn(month));
}

/// The same database, for somebody who has this role alone.
DatabaseLocation as(const TemporaryDatabase &place, ServerRoles::Role role)
{
    return DatabaseLocation::parse(place.path() + QStringLiteral("?options=-c%20role%3D") + ServerRoles::nameOf(role));
}

void appendIn(const TemporaryDatabase &place, int months)
{
    ForeignClient(place.path())
        .must("INSERT INTO action_audit_log(event_type, actor, timestamp, created_at) VALUES('note', 'agent', 'then', '"
              + monthIn(months, "yyyy-MM") + "-15 12:00:00')");
}

QStringList placesOfEvents(const TemporaryDatabase &place)
{
    return ForeignClient(place.path()).rows("SELECT id, tableoid::regclass FROM action_audit_log ORDER BY id");
}

} // namespace

class TestLogPartitions : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aNewLogHasTheMonthsToCome();
    void whoeverMayMakesThemWhenItOpens_data();
    void whoeverMayMakesThemWhenItOpens();
    void whatIsMadeIsProtected();
    void nobodyWaitsForThem();
    void anEventOfAMonthWithoutOneStaysWhereItIs();
    void aPanelThatRunsMakesThemAsTimeGoesBy();
};

void TestLogPartitions::initTestCase()
{
    ANDON_POSTGRESQL_ONLY("a file is not partitioned");
}

void TestLogPartitions::aNewLogHasTheMonthsToCome()
{
    const TemporaryDatabase place;
    const Workbench bench(place.path());
    QCOMPARE(partitionsOf(place), allMonths());
}

void TestLogPartitions::whoeverMayMakesThemWhenItOpens_data()
{
    QTest::addColumn<int>("role"); // of ServerRoles; -1: the owner
    QTest::addColumn<bool>("mayMake");
    QTest::newRow("owner") << -1 << true;
    QTest::newRow("operator") << static_cast<int>(ServerRoles::Role::Operator) << true;
    QTest::newRow("agent") << static_cast<int>(ServerRoles::Role::Agent) << false;
    QTest::newRow("reviewer") << static_cast<int>(ServerRoles::Role::Reviewer) << false;
}

void TestLogPartitions::whoeverMayMakesThemWhenItOpens()
{
    QFETCH(const int, role);
    QFETCH(const bool, mayMake);
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        ServerRoles(bench.database).init();
    }
    drop(place, {2, 3});
    const QStringList before = partitionsOf(place);
    QCOMPARE(before.size(), 3);
    {
        Database database(role < 0 ? place.location() : as(place, static_cast<ServerRoles::Role>(role)), existing());
        QCOMPARE(Schema::ensure(database), Schema::Kind::Current);
        QVERIFY(!database.isInTransaction());
    }
    QCOMPARE(partitionsOf(place), mayMake ? allMonths() : before);

    drop(place, mayMake ? QList<int>{3} : QList<int>());
    const QStringList unchanged = partitionsOf(place);
    Database::Options readOnly;
    readOnly.access = Database::Access::ReadOnly;
    Database reader(place.location(), readOnly);
    LogPartitions::makeAhead(reader);
    QCOMPARE(partitionsOf(place), unchanged);
}

void TestLogPartitions::whatIsMadeIsProtected()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    drop(place, {0, 1, 2, 3});
    LogPartitions::makeAhead(bench.database);
    QCOMPARE(partitionsOf(place), allMonths());
    bench.propose();
    QCOMPARE(placesOfEvents(place), QStringList(QStringLiteral("1|") + partitionIn(0)));
    for (const QByteArray &sql : {"TRUNCATE " + partitionIn(0), "DELETE FROM " + partitionIn(0),
                                  "UPDATE " + partitionIn(0) + " SET actor = 'x'", "TRUNCATE " + partitionIn(3)})
        QVERIFY2(ForeignClient(place.path()).run(sql).startsWith("Audit log is append-only"), sql.constData());
    Sealer(bench.database, bench.auditor.tables().auditColumns).sealAll();
    const VerifyReport report = Verifier(place.location(), {}).verify().value();
    QVERIFY2(report.isWhole(), qPrintable(report.toText()));
}

/// Somebody who keeps the log open for writing keeps nobody from opening the database.
void TestLogPartitions::nobodyWaitsForThem()
{
    const TemporaryDatabase place;
    const Workbench bench(place.path());
    drop(place, {3});
    ForeignClient writer(place.path());
    writer.must("BEGIN; LOCK TABLE action_audit_log IN SHARE ROW EXCLUSIVE MODE");
    QElapsedTimer taken;
    taken.start();
    const Workbench other(place.path());
    QVERIFY2(taken.elapsed() < 2000, qPrintable(QString::number(taken.elapsed())));
    QCOMPARE(partitionsOf(place).size(), 4);
    writer.must("COMMIT");
    const Workbench next(place.path());
    QCOMPARE(partitionsOf(place), allMonths());
}

void TestLogPartitions::anEventOfAMonthWithoutOneStaysWhereItIs()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    drop(place, {2, 3});
    appendIn(place, 2);
    appendIn(place, -100);
    appendIn(place, 0);
    const QStringList places{QStringLiteral("1|action_audit_log_default"), QStringLiteral("2|action_audit_log_default"),
                             QStringLiteral("3|") + partitionIn(0)};
    QCOMPARE(placesOfEvents(place), places);
    Sealer(bench.database, bench.auditor.tables().auditColumns).sealAll();

    LogPartitions::makeAhead(bench.database);
    QStringList made = allMonths();
    made.removeOne(QString::fromUtf8(partitionIn(2))); // it has begun elsewhere
    QCOMPARE(partitionsOf(place), made);
    QCOMPARE(placesOfEvents(place), places);
    appendIn(place, 2);
    appendIn(place, 3);
    QCOMPARE(placesOfEvents(place),
             places
                 + QStringList({QStringLiteral("4|action_audit_log_default"), QStringLiteral("5|") + partitionIn(3)}));
    QVERIFY(ForeignClient(place.path())
                .run("DELETE FROM action_audit_log WHERE id = 1")
                .startsWith("Audit log is append-only"));
    Sealer(bench.database, bench.auditor.tables().auditColumns).sealAll();
    const VerifyReport report = Verifier(place.location(), {}).verify().value();
    QVERIFY2(report.isWhole(), qPrintable(report.toText()));
    QCOMPARE(report.entries, 5);
    QCOMPARE(bench.auditor.events().size(), 5);
}

void TestLogPartitions::aPanelThatRunsMakesThemAsTimeGoesBy()
{
    const TemporaryDatabase place;
    const Workbench bench(place.path());
    std::atomic_bool isStopBusy{true};
    std::atomic_bool isOpen{false};
    SealLane lane(
        place.location(), existing(), QStringLiteral("tester@bench"), std::make_shared<FirstOpening>(true), {},
        [&isStopBusy] { return isStopBusy.load(); }, [&isOpen](const SealStatus &) { isOpen = true; },
        std::chrono::milliseconds(1));
    lane.start();
    QTRY_VERIFY(isOpen);
    drop(place, {3});
    QTest::qWait(600);                       // longer than between two of its looks
    QCOMPARE(partitionsOf(place).size(), 4); // a stop goes first
    isStopBusy = false;
    QTRY_COMPARE(partitionsOf(place), allMonths());
    drop(place, {1, 3});
    QTRY_COMPARE(partitionsOf(place), allMonths());
}

QTEST_GUILESS_MAIN(TestLogPartitions)
#include "tst_logpartitions.moc"
