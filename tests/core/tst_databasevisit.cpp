// SPDX-License-Identifier: Apache-2.0
// Database::visit: rows in place, with the same errors and the same patience as every other statement.

#include "core/storage/Database.h"
#include "tests/support/AuditLogFixture.h"

#include <QtTest>

#include <thread>

using namespace andon;
using namespace andon::test;

class TestDatabaseVisit : public QObject
{
    Q_OBJECT

private slots:
    void rowsAreReadAsStored();
    void anEndedVisitHoldsNoReadTransaction();
    void visitsNest();
    void failuresAreStorageErrors();
    void canBeInterrupted();
};

void TestDatabaseVisit::rowsAreReadAsStored()
{
    AuditLogFixture log;
    QStringList texts;
    QVariantList values;
    const QString sql = QStringLiteral("SELECT ?, 'a' || char(0) || 'b', NULL, x'FF00', 3000000000, 1.5, ?");
    for (int round = 0; round < 2; ++round) { // prepared once, bound anew
        log.database().visit(sql, {QStringLiteral("\u00fc"), QVariant()}, [&](const StoredRow &row) {
            const std::string_view text = row.text(0);
            texts << QString::fromUtf8(text.data(), qsizetype(text.size()));
            if (row.text(1).size() != 3 || !row.isNull(2) || !row.text(2).empty() || row.text(3).size() != 2)
                texts << QStringLiteral("wrong");
            if (row.integer(4) != 3'000'000'000 || row.value(5).toDouble() != 1.5 || !row.isNull(6))
                texts << QStringLiteral("wrong");
            values << row.value(2) << row.value(4);
            return true;
        });
    }
    QCOMPARE(texts, QStringList(2, QStringLiteral("\u00fc")));
    QVERIFY(values.at(0).isNull());
    QCOMPARE(values.at(1).toLongLong(), 3'000'000'000);
}

void TestDatabaseVisit::anEndedVisitHoldsNoReadTransaction()
{
    AuditLogFixture log;
    log.fill(1000);
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    Database reader(log.database().location(), options);
    int seen = 0;
    reader.visit(QStringLiteral("SELECT id FROM action_audit_log"), {},
                 [&seen](const StoredRow &) { return ++seen < 3; });
    QCOMPARE(seen, 3);
    log.insert({RawEvent()});
    // A read transaction that was still open would see the old end.
    QCOMPARE(reader.scalar(QStringLiteral("SELECT max(id) FROM action_audit_log")).toLongLong(), 1001);
}

void TestDatabaseVisit::visitsNest()
{
    AuditLogFixture log;
    log.fill(3);
    const QString sql = QStringLiteral("SELECT id FROM action_audit_log WHERE id > ? ORDER BY id");
    QList<qint64> pairs;
    log.database().visit(sql, {0}, [&](const StoredRow &outer) {
        const qint64 id = outer.integer(0);
        log.database().visit(sql, {id}, [&](const StoredRow &inner) {
            pairs << id * 10 + inner.integer(0);
            return true;
        });
        return true;
    });
    QCOMPARE(pairs, (QList<qint64>{12, 13, 23}));
}

void TestDatabaseVisit::failuresAreStorageErrors()
{
    AuditLogFixture log;
    const auto nothing = [](const StoredRow &) { return true; };
    QVERIFY_THROWS_EXCEPTION(StorageError,
                             log.database().visit(QStringLiteral("SELECT nothing FROM nowhere"), {}, nothing));
    QVERIFY_THROWS_EXCEPTION(StorageError,
                             log.database().visit(QStringLiteral("SELECT json_extract('{', '$')"), {}, nothing));
    // And the connection is none the worse for it.
    QCOMPARE(log.database().scalar(QStringLiteral("SELECT 7")).toInt(), 7);
}

void TestDatabaseVisit::canBeInterrupted()
{
    AuditLogFixture log;
    std::thread other([&log] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        log.database().interrupt();
    });
    QElapsedTimer timer;
    timer.start();
    QVERIFY_THROWS_EXCEPTION(
        StorageError,
        log.database().visit(
            QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"), {},
            [](const StoredRow &) { return true; }));
    other.join();
    QVERIFY(timer.elapsed() < 10'000);
}

QTEST_GUILESS_MAIN(TestDatabaseVisit)
#include "tst_databasevisit.moc"
