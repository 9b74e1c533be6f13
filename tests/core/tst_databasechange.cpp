// SPDX-License-Identifier: Apache-2.0
// Database::change does what Database::run does, only faster: the same values, the same errors, the same refusal to go
// on in a transaction that is no more. And the text that goes into events is what a JSON document would have written.

#include "core/audit/JsonObjectText.h"
#include "core/storage/Database.h"
#include "tests/support/ForeignClient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <limits>

using namespace andon;

namespace {

const QString kInsert = QStringLiteral("INSERT INTO t(v) VALUES(?)");
const QString kDescribe = QStringLiteral("SELECT typeof(v) || ' ' || hex(v) FROM t ORDER BY id DESC LIMIT 1");

struct Fixture
{
    Fixture()
        : database(DatabaseLocation::parse(folder.filePath("x.db")), options())
    {
        database.runScript("CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB, CHECK (v IS NOT 13));"
                           "CREATE TRIGGER no BEFORE INSERT ON t WHEN NEW.v = 'no' "
                           "BEGIN SELECT RAISE(ROLLBACK, 'it is not allowed'); END;");
    }

    static Database::Options options()
    {
        Database::Options options;
        options.create = true;
        options.lockTimeout = std::chrono::milliseconds(50);
        return options;
    }

    QTemporaryDir folder;
    Database database;
};

/// What a statement fails with.
template<typename Act>
std::pair<StorageProblem, QString> failureOf(Act act)
{
    try {
        act();
    } catch (const StorageError &error) {
        return {error.problem(), error.message() + '|' + error.cause()};
    }
    return {StorageProblem::Other, "no failure"};
}

} // namespace

class TestDatabaseChange : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreStoredAsRunStoresThem_data();
    void valuesAreStoredAsRunStoresThem();
    void tellsWhatItChanged();
    void failsAsRunFails_data();
    void failsAsRunFails();
    void aDeadTransactionIsNotContinued();
    void aLockThatSomebodyHoldsIsBusy();
    void eventTextIsWhatADocumentWrites();
};

void TestDatabaseChange::valuesAreStoredAsRunStoresThem_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::newRow("nothing") << QVariant();
    QTest::newRow("null text") << QVariant(QString());
    QTest::newRow("empty text") << QVariant(QStringLiteral(""));
    QTest::newRow("text") << QVariant("'); DROP TABLE t; --");
    QTest::newRow("umlauts and an octagonal sign") << QVariant("größe 火 \xf0\x9f\x9b\x91");
    QTest::newRow("nul inside") << QVariant(QString("a%1b").arg(QChar(0)));
    QTest::newRow("large text") << QVariant(QString(3'000'000, QChar(0x706b)));
    QTest::newRow("number") << QVariant(42);
    QTest::newRow("large number") << QVariant(std::numeric_limits<qint64>::min());
    QTest::newRow("null number") << QVariant(QMetaType::fromType<qint64>());
    QTest::newRow("fraction") << QVariant(0.1);
    QTest::newRow("truth") << QVariant(true);
    QTest::newRow("bytes") << QVariant(QByteArray("\0\xff", 2));
}

void TestDatabaseChange::valuesAreStoredAsRunStoresThem()
{
    QFETCH(QVariant, value);
    Fixture fixture;
    fixture.database.run(kInsert, {value});
    const QString wanted = fixture.database.scalar(kDescribe).toString();
    for (int i = 0; i < 2; ++i) { // prepared, and prepared already
        fixture.database.change(kInsert, {value});
        QCOMPARE(fixture.database.scalar(kDescribe).toString(), wanted);
    }
    QCOMPARE(fixture.database.scalar("SELECT count(*) FROM t").toInt(), 3);
}

void TestDatabaseChange::tellsWhatItChanged()
{
    Fixture fixture;
    QCOMPARE(fixture.database.insert(kInsert, {1}), 1);
    QCOMPARE(fixture.database.insert(kInsert, {1}), 2);
    QCOMPARE(fixture.database.change("UPDATE t SET v = ? WHERE v = ?", {2, 1}), 2);
    QCOMPARE(fixture.database.change("UPDATE t SET v = ? WHERE v = ?", {2, 1}), 0);
}

void TestDatabaseChange::failsAsRunFails_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariant>("value");
    QTest::newRow("a trigger") << kInsert << QVariant("no");
    QTest::newRow("a constraint") << kInsert << QVariant(13);
    QTest::newRow("no such table") << "INSERT INTO nowhere VALUES(?)" << QVariant(1);
    QTest::newRow("no SQL") << "INSERT OF COURSE" << QVariant();
}

void TestDatabaseChange::failsAsRunFails()
{
    QFETCH(QString, sql);
    QFETCH(QVariant, value);
    Fixture fixture;
    const auto wanted = failureOf([&] { fixture.database.run(sql, {value}); });
    for (int i = 0; i < 2; ++i) {
        const auto failure = failureOf([&] { fixture.database.change(sql, {value}); });
        QVERIFY(failure.first == wanted.first);
        QVERIFY(failure.second != "no failure");
        // QtSql says of a statement that it cannot prepare which one that was.
        QVERIFY2(wanted.second.startsWith(failure.second), qPrintable(wanted.second + "\n" + failure.second));
    }
    fixture.database.change(kInsert, {1}); // and is none the worse for it
    QCOMPARE(fixture.database.scalar("SELECT count(*) FROM t").toInt(), 1);
}

void TestDatabaseChange::aDeadTransactionIsNotContinued()
{
    Fixture fixture;
    {
        Transaction transaction(fixture.database);
        fixture.database.change(kInsert, {1});
        QVERIFY_THROWS_EXCEPTION(StorageError, fixture.database.change(kInsert, {"no"})); // rolls all back
        const auto failure = failureOf([&] { fixture.database.change(kInsert, {2}); });
        QVERIFY(failure.first == StorageProblem::Refused);
    }
    QCOMPARE(fixture.database.scalar("SELECT count(*) FROM t").toInt(), 0);
}

void TestDatabaseChange::aLockThatSomebodyHoldsIsBusy()
{
    Fixture fixture;
    test::ForeignClient other(fixture.folder.filePath("x.db"));
    other.must("BEGIN IMMEDIATE");
    QElapsedTimer timer;
    timer.start();
    const auto failure = failureOf([&] { fixture.database.change(kInsert, {1}); });
    QVERIFY(failure.first == StorageProblem::Busy);
    QVERIFY(timer.elapsed() >= 45);
    other.must("ROLLBACK");
    fixture.database.change(kInsert, {1});
}

void TestDatabaseChange::eventTextIsWhatADocumentWrites()
{
    for (const QString text : {"", "plain", "say \"no\" \\ to \n\r\t", "größe 火", "\x01\x1f\x7f", "</script>"}) {
        const QString made =
            JsonObjectText().add(u"a", text).add(u"b", -42).addJson(u"c", "{\"x\":[1,2]}").addJson(u"d", {}).takeText();
        const QJsonObject wanted{
            {"a", text}, {"b", -42}, {"c", QJsonObject{{"x", QJsonArray{1, 2}}}}, {"d", QJsonValue()}};
        QCOMPARE(made, QString::fromUtf8(QJsonDocument(wanted).toJson(QJsonDocument::Compact)));
    }
    QCOMPARE(JsonObjectText().takeText(), QString("{}"));
}

QTEST_GUILESS_MAIN(TestDatabaseChange)
#include "tst_databasechange.moc"
