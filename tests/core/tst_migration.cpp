// SPDX-License-Identifier: Apache-2.0
// A database of an earlier schema is brought up to date, with all that is in it; who only reads leaves it as it is.

#include "core/Error.h"
#include "core/audit/read/AuditReader.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/support/CountMatches.h"
#include "tests/support/TemporaryDatabase.h"

#include <QFile>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

Database::Options optionsFor(Database::Access access, bool create = false)
{
    Database::Options options;
    options.access = access;
    options.create = create;
    return options;
}

/// A database as the first schema left it, with some events.
void makeFirstSchema(const QString &path)
{
    Database database(DatabaseLocation::parse(path), optionsFor(Database::Access::ReadWrite, true));
    QFile script(QStringLiteral(":/andon/migrations/sqlite/0001_initial.sql"));
    QVERIFY(script.open(QIODevice::ReadOnly));
    database.runScript(script.readAll());
    database.runScript("INSERT INTO andon_meta(key, value) VALUES('schema_version', '1'), ('timestamp_style', 'utc');"
                       "UPDATE andon_safety_state SET tripped = 1, epoch = 7, stop_id = 3, reason = 'kept';"
                       "INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES"
                       "('proposed', 'agent', '2026-01-31T12:00:00.000+00:00'),"
                       "('failed', 'user', '2026-01-31T12:00:01.000+00:00'),"
                       "('failed', 'agent', '2026-01-31T12:00:02.000+00:00');");
}

bool hasActorIndex(Database &database)
{
    return database
        .scalar(QStringLiteral("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = 'andon_idx_audit_actor'"))
        .isValid();
}

} // namespace

class TestMigration : public QObject
{
    Q_OBJECT

private slots:
    void anEarlierSchemaIsBroughtUpToDate();
    void s5_aStopSurvivesTheMigration();
    void whoOnlyReadsLeavesItAsItIs();
};

void TestMigration::anEarlierSchemaIsBroughtUpToDate()
{
    const TemporaryDatabase place;
    makeFirstSchema(place.path());
    Database database(DatabaseLocation::parse(place.path()), optionsFor(Database::Access::ReadWrite));
    QCOMPARE(Schema::ensure(database), Schema::Kind::Older);
    QCOMPARE(Schema::inspect(database), Schema::Kind::Current);
    QCOMPARE(Schema::ensure(database), Schema::Kind::Current); // and once is enough
    QVERIFY(hasActorIndex(database));
    AuditReader reader(database);
    QCOMPARE(countMatches(reader, {}), 3);
    QVERIFY(reader.canSortBy(AuditOrder::By::Actor));
    AuditPageRequest request;
    request.order = {AuditOrder::By::Actor, false};
    const AuditPage page = reader.page(request);
    QCOMPARE(page.events.size(), 3);
    QCOMPARE(page.events.constFirst().actor, QStringLiteral("user"));
}

void TestMigration::s5_aStopSurvivesTheMigration()
{
    const TemporaryDatabase place;
    makeFirstSchema(place.path());
    Database database(DatabaseLocation::parse(place.path()), optionsFor(Database::Access::ReadWrite));
    static_cast<void>(Schema::ensure(database));
    Statement row = database.run(QStringLiteral("SELECT tripped, epoch, stop_id, reason FROM andon_safety_state"));
    QVERIFY(row.next());
    QCOMPARE(row.integer(0), 1);
    QCOMPARE(row.integer(1), 7);
    QCOMPARE(row.integer(2), 3);
    QCOMPARE(row.text(3), QStringLiteral("kept"));
}

void TestMigration::whoOnlyReadsLeavesItAsItIs()
{
    const TemporaryDatabase place;
    makeFirstSchema(place.path());
    Database database(DatabaseLocation::parse(place.path()), optionsFor(Database::Access::ReadOnly));
    QCOMPARE(Schema::inspect(database), Schema::Kind::Older);
    QVERIFY(!hasActorIndex(database));
    AuditReader reader(database);
    // Without the index the filter scans, and the order is refused with a sentence.
    const AuditFilter filter = AuditFilter::parse(QStringLiteral("actor:user"), QDateTime::currentDateTimeUtc());
    QCOMPARE(countMatches(reader, filter), 1);
    QVERIFY(!reader.canSortBy(AuditOrder::By::Actor));
    AuditPageRequest request;
    request.order = {AuditOrder::By::Actor, true};
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, static_cast<void>(reader.page(request)));
}

QTEST_GUILESS_MAIN(TestMigration)
#include "tst_migration.moc"
