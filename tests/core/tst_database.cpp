// SPDX-License-Identifier: Apache-2.0
#include "core/storage/ChangeFeed.h"
#include "core/storage/Database.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/PostgresWords.h"
#include "tests/support/Privileges.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <sys/stat.h>

#include <future>
#include <thread>

using namespace andon;
using namespace andon::test;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(andon::StorageProblem)

namespace {

const QString kCount = QStringLiteral("SELECT count(*) FROM t");
const QString kInsert = QStringLiteral("INSERT INTO t(v) VALUES(?)");

/// A database with one table.
class Table
{
public:
    Table()
        : database(temporary.location(), creating())
    {
        database.runScript(inWordsOfEngine("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);"));
    }

    TemporaryDatabase temporary;
    Database database;
};

/// Waits for whoever keeps writers out: at the beginning in a file, at the first row at a server.
void writeARow(Database &database)
{
    Transaction transaction(database);
    database.run(kInsert, {"a"});
    transaction.commit();
}

std::optional<StorageProblem> problemOf(const std::function<void()> &act)
{
    const auto error = thrown<StorageError>(act);
    return error ? std::optional(error->problem()) : std::nullopt;
}

} // namespace

class TestDatabase : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreBoundNotPasted();
    void aTransactionThatIsNotCommittedLeavesNothing();
    void nestedTransactionsCommitWithTheOutermost();
    void anInnerFailureUndoesTheWholeTransaction();
    void anInnerTransactionThatWasGivenUpCannotBeCommittedByTheOuter();
    void aTransactionHoldsTheWriteLockFromItsBegin();
    void aTransactionKeepsWhatItReadWithItsLock();
    void s3_aTriggerThatRollsBackLeavesNoLock();
    void aLockIsWaitedForAsLongAsTold();
    void aLockThatIsLetGoIsTaken_data();
    void aLockThatIsLetGoIsTaken();
    void interruptEndsWaitingForALock();
    void interruptEndsALongQuery();
    void aHalfReadStatementHoldsNothingAfterItsScope();
    void theChangeFeedSeesForeignCommitsOnly();
    void s6_aDeletedFileIsNoticed();
    void s6_aReplacedFileIsNoticed();
    void s6_aVanishedDatabaseIsNotReplacedByAnEmptyOne();
    void aFullDiskIsToldAndNothingIsHalfWritten_data();
    void aFullDiskIsToldAndNothingIsHalfWritten();
    void aReadOnlyConnectionWritesNothing();
    void aFileWithoutTheRightToWriteIsReadOnly();
    void aDamagedFileIsToldAsSuch();
    void whatIsNoDatabaseIsRefusedUnchanged_data();
    void whatIsNoDatabaseIsRefusedUnchanged();
    void aPipeIsRefusedWithoutWaiting();
};

void TestDatabase::valuesAreBoundNotPasted()
{
    Table table;
    const QString hostile = QStringLiteral("'); DROP TABLE t; --");
    QCOMPARE(table.database.run(kInsert, {hostile}).affectedRows(), 1);
    const qint64 again = table.database.insert(kInsert, {hostile});
    QCOMPARE(again, 2);
    QCOMPARE(table.database.scalar("SELECT v FROM t WHERE id = ?", {again}).toString(), hostile);
}

void TestDatabase::aTransactionThatIsNotCommittedLeavesNothing()
{
    Table table;
    {
        const Transaction transaction(table.database);
        table.database.run(kInsert, {"a"});
        QVERIFY(table.database.isInTransaction());
    }
    QVERIFY(!table.database.isInTransaction());
    QCOMPARE(table.database.scalar(kCount).toInt(), 0);
}

void TestDatabase::nestedTransactionsCommitWithTheOutermost()
{
    Table table;
    ForeignClient other(table.temporary.path());
    {
        Transaction outer(table.database);
        {
            Transaction inner(table.database);
            table.database.run(kInsert, {"a"});
            inner.commit();
        }
        QVERIFY(table.database.isInTransaction());
        QCOMPARE(other.number("SELECT count(*) FROM t"), 0);
        outer.commit();
    }
    QVERIFY(!table.database.isInTransaction());
    QCOMPARE(other.number("SELECT count(*) FROM t"), 1);
}

void TestDatabase::anInnerFailureUndoesTheWholeTransaction()
{
    Table table;
    const auto error = thrown<StorageError>([&table] {
        Transaction outer(table.database);
        table.database.run(kInsert, {"a"});
        Transaction inner(table.database);
        table.database.run("INSERT INTO no_such_table VALUES(1)");
        inner.commit();
        outer.commit();
    });
    QVERIFY(error);
    QVERIFY(!table.database.isInTransaction());
    QCOMPARE(table.database.scalar(kCount).toInt(), 0);
}

void TestDatabase::anInnerTransactionThatWasGivenUpCannotBeCommittedByTheOuter()
{
    Table table;
    const auto error = thrown<StorageError>([&table] {
        Transaction outer(table.database);
        table.database.run(kInsert, {"before"});
        {
            const Transaction inner(table.database);
            table.database.run(kInsert, {"inner"});
        }
        table.database.run(kInsert, {"after"}); // must not slip out by itself either
        outer.commit();
    });
    QVERIFY(error);
    QVERIFY(!table.database.isInTransaction());
    QCOMPARE(table.database.scalar(kCount).toInt(), 0);
    Transaction next(table.database);
    table.database.run(kInsert, {"next"});
    next.commit();
    QCOMPARE(table.database.scalar(kCount).toInt(), 1);
}

void TestDatabase::aTransactionHoldsTheWriteLockFromItsBegin()
{
    ANDON_SQLITE_ONLY("a server lets several write side by side");
    Table table;
    ForeignClient other(table.temporary.path());
    Transaction transaction(table.database);
    QVERIFY(other.run("BEGIN IMMEDIATE").contains("locked"));
    // So what it reads now cannot be overtaken before it writes.
    QCOMPARE(table.database.scalar(kCount).toInt(), 0);
    table.database.run(kInsert, {"a"});
    transaction.commit();
    QCOMPARE(other.run("BEGIN IMMEDIATE; COMMIT"), QString());
}

void TestDatabase::aTransactionKeepsWhatItReadWithItsLock()
{
    ANDON_POSTGRESQL_ONLY("a transaction holds the only write lock of a file");
    Table table;
    table.database.run(kInsert, {"a"});
    ForeignClient other(table.temporary.path());
    Transaction transaction(table.database);
    QCOMPARE(table.database.scalar("SELECT v FROM t WHERE id = 1" + table.database.rowLock()).toString(), "a");
    QCOMPARE(other.run("INSERT INTO t(v) VALUES('side by side')"), QString());
    QVERIFY(other.run("UPDATE t SET v = 'b' WHERE id = 1").contains("locked"));
    QVERIFY(other.run("DELETE FROM t WHERE id = 1").contains("locked"));
    transaction.commit();
    QCOMPARE(other.run("UPDATE t SET v = 'b' WHERE id = 1"), QString());
}

void TestDatabase::s3_aTriggerThatRollsBackLeavesNoLock()
{
    Table table;
    table.database.runScript(inWordsOfEngine("CREATE TRIGGER refuse BEFORE INSERT ON t WHEN NEW.v = 'bad' "
                                             "BEGIN SELECT RAISE(ROLLBACK, 'no such thing here'); END;"));
    ForeignClient other(table.temporary.path());
    {
        Transaction outer(table.database);
        table.database.run(kInsert, {"good"});
        const auto error = thrown<StorageError>([&table] {
            Transaction inner(table.database);
            table.database.run(kInsert, {"bad"});
            inner.commit();
        });
        QVERIFY(error);
        QCOMPARE(error->problem(), StorageProblem::Refused);
        QCOMPARE(error->message(), "no such thing here");
        QVERIFY(!table.database.isInTransaction());
        QCOMPARE(other.run("BEGIN IMMEDIATE; COMMIT"), QString());
        QVERIFY_THROWS_EXCEPTION(StorageError, outer.commit());
    }
    QCOMPARE(table.database.scalar(kCount).toInt(), 0);
    Transaction next(table.database);
    table.database.run(kInsert, {"good"});
    next.commit();
    QCOMPARE(other.number("SELECT count(*) FROM t"), 1);
}

void TestDatabase::aLockIsWaitedForAsLongAsTold()
{
    Table table;
    ForeignClient other(table.temporary.path());
    other.must("BEGIN IMMEDIATE");
    table.database.setLockTimeout(300ms);
    QElapsedTimer timer;
    timer.start();
    const auto error = thrown<StorageError>([&table] { writeARow(table.database); });
    QVERIFY(error);
    QCOMPARE(error->problem(), StorageProblem::Busy);
    QVERIFY(error->isTransient());
    QVERIFY2(timer.elapsed() >= 300 && timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
}

void TestDatabase::aLockThatIsLetGoIsTaken_data()
{
    QTest::addColumn<bool>("isEager");
    QTest::addColumn<int>("withinMs");
    QTest::newRow("patient") << false << 500;
    QTest::newRow("eager") << true << 250;
}

void TestDatabase::aLockThatIsLetGoIsTaken()
{
    QFETCH(bool, isEager);
    QFETCH(int, withinMs);
    Table table;
    ForeignClient other(table.temporary.path());
    other.must("BEGIN IMMEDIATE");
    QElapsedTimer released;
    std::thread holder([&] {
        std::this_thread::sleep_for(200ms);
        released.start();
        other.must("COMMIT");
    });
    Database::Options options = existing();
    options.waiting = isEager ? Database::Waiting::Eager : Database::Waiting::Patient;
    Database waiter(table.temporary.location(), options);
    writeARow(waiter);
    holder.join();
    QVERIFY2(released.elapsed() < withinMs, qPrintable(QString::number(released.elapsed())));
}

void TestDatabase::interruptEndsWaitingForALock()
{
    Table table;
    ForeignClient other(table.temporary.path());
    other.must("BEGIN IMMEDIATE");
    std::promise<Database *> opened;
    auto waiting = std::async(std::launch::async, [&table, &opened] {
        Database database(table.temporary.location(), existing(20s));
        opened.set_value(&database);
        QElapsedTimer timer;
        timer.start();
        const auto problem = problemOf([&database] { writeARow(database); });
        return std::pair(problem, timer.elapsed());
    });
    Database *database = opened.get_future().get();
    std::this_thread::sleep_for(200ms);
    database->interrupt();
    const auto [problem, elapsed] = waiting.get();
    QVERIFY(problem == StorageProblem::Busy || problem == StorageProblem::Interrupted);
    QVERIFY2(elapsed < 5000, qPrintable(QString::number(elapsed)));
}

void TestDatabase::interruptEndsALongQuery()
{
    Table table;
    std::promise<Database *> opened;
    auto counting = std::async(std::launch::async, [&table, &opened] {
        Database database(table.temporary.location(), existing());
        opened.set_value(&database);
        return problemOf([&database] {
            database.scalar("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
        });
    });
    Database *database = opened.get_future().get();
    std::this_thread::sleep_for(200ms);
    database->interrupt();
    QCOMPARE(counting.get(), StorageProblem::Interrupted);
}

void TestDatabase::aHalfReadStatementHoldsNothingAfterItsScope()
{
    Table table;
    for (const char *value : {"a", "b", "c"})
        table.database.run(kInsert, {value});
    {
        Statement rows = table.database.run("SELECT v FROM t");
        QVERIFY(rows.next());
    }
    // An open read would keep this exclusive lock away.
    ForeignClient other(table.temporary.path());
    QCOMPARE(other.run("PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE; INSERT INTO t(v) VALUES('d'); COMMIT"), QString());
    // The prepared statement is of use again, from the beginning.
    Statement again = table.database.run("SELECT v FROM t");
    QVERIFY(again.next());
    QCOMPARE(again.text(0), "a");
}

void TestDatabase::theChangeFeedSeesForeignCommitsOnly()
{
    Table table;
    ChangeFeed feed(table.database);
    QVERIFY(feed.hasChanged());
    if (isOnPostgres()) { // which may tell of one too many, and never misses one
        ForeignClient other(table.temporary.path());
        for (int i = 0; i < 20; ++i) {
            other.must("INSERT INTO t(v) VALUES('foreign')");
            QVERIFY(feed.hasChanged());
        }
        return;
    }
    QVERIFY(!feed.hasChanged());
    table.database.run(kInsert, {"own"});
    QVERIFY(!feed.hasChanged());
    ForeignClient(table.temporary.path()).must("INSERT INTO t(v) VALUES('foreign')");
    QVERIFY(feed.hasChanged());
    QVERIFY(!feed.hasChanged());
}

void TestDatabase::s6_aDeletedFileIsNoticed()
{
    ANDON_SQLITE_ONLY("a file is removed while it is open; tst_postgreswaits takes a server away");
    Table table;
    table.database.verifyAttached();
    QVERIFY(QFile::remove(table.temporary.path()));
    QCOMPARE(problemOf([&table] { table.database.verifyAttached(); }), StorageProblem::Detached);
    QCOMPARE(problemOf([&table] { Transaction transaction(table.database); }), StorageProblem::Detached);
}

void TestDatabase::s6_aReplacedFileIsNoticed()
{
    ANDON_SQLITE_ONLY("a file is put in the place of another that is open");
    Table table;
    ForeignClient(table.temporary.file("other.db")).must("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    QCOMPARE(::rename(QFile::encodeName(table.temporary.file("other.db")).constData(),
                      QFile::encodeName(table.temporary.path()).constData()),
             0);
    QCOMPARE(problemOf([&table] { table.database.verifyAttached(); }), StorageProblem::Detached);
    QCOMPARE(problemOf([&table] { Transaction transaction(table.database); }), StorageProblem::Detached);
}

void TestDatabase::s6_aVanishedDatabaseIsNotReplacedByAnEmptyOne()
{
    const TemporaryDatabase temporary;
    if (isOnPostgres()) {
        const DatabaseLocation gone = DatabaseLocation::parse(temporary.path() + "_gone");
        for (const Database::Options &options : {existing(), creating()})
            QCOMPARE(problemOf([&] { Database(gone, options); }), StorageProblem::Unreachable);
        return;
    }
    QCOMPARE(problemOf([&temporary] { Database(temporary.location(), existing()); }), StorageProblem::Unreachable);
    QVERIFY(!QFile::exists(temporary.path()));
    const TemporaryDatabase noFolder("missing/andon.db");
    QCOMPARE(problemOf([&noFolder] { Database(noFolder.location(), creating()); }), StorageProblem::Unreachable);
}

void TestDatabase::aFullDiskIsToldAndNothingIsHalfWritten_data()
{
    QTest::addColumn<bool>("isRealDisk");
    QTest::newRow("page limit") << false;
    QTest::newRow("small disk") << true;
}

void TestDatabase::aFullDiskIsToldAndNothingIsHalfWritten()
{
    ANDON_SQLITE_ONLY("a server has its own disk");
    QFETCH(bool, isRealDisk);
    TemporaryDatabase temporary;
    QString path = temporary.path();
    std::unique_ptr<SmallDisk> disk;
    if (isRealDisk) {
        disk = SmallDisk::make(temporary.file("disk"), 512 * 1024);
        if (!disk)
            QSKIP("this account may not mount a small disk");
        path = disk->path() + "/andon.db";
    }
    std::optional<Database> database(std::in_place, DatabaseLocation::parse(path), creating());
    database->runScript("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);");
    if (!isRealDisk)
        database->scalar("PRAGMA max_page_count=100");
    const auto problem = problemOf([&database] {
        Transaction transaction(*database);
        for (int i = 0; i < 1000; ++i)
            database->run(kInsert, {QString(4000, QChar(u'x'))});
        transaction.commit();
    });
    QCOMPARE(problem, StorageProblem::DiskFull);
    QVERIFY(!database->isInTransaction());
    QCOMPARE(database->scalar(kCount).toInt(), 0);
    QCOMPARE(database->scalar("PRAGMA integrity_check").toString(), "ok");
    database.reset(); // before the disk goes
}

void TestDatabase::aReadOnlyConnectionWritesNothing()
{
    Table table;
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    Database reader(table.temporary.location(), options);
    QVERIFY(reader.isReadOnly());
    QCOMPARE(reader.scalar(kCount).toInt(), 0);
    QCOMPARE(problemOf([&reader] { reader.run(kInsert, {"a"}); }), StorageProblem::ReadOnly);
    QCOMPARE(table.database.scalar(kCount).toInt(), 0);
}

void TestDatabase::aFileWithoutTheRightToWriteIsReadOnly()
{
    ANDON_SQLITE_ONLY("rights on a file");
    Table table;
    openToEverybody(table.temporary.folder());
    QVERIFY(QFile::setPermissions(table.temporary.path(), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
    const Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("rights do not bind this account");
    Database database(table.temporary.location(), existing());
    QCOMPARE(database.scalar(kCount).toInt(), 0);
    QCOMPARE(problemOf([&database] { database.run(kInsert, {"a"}); }), StorageProblem::ReadOnly);
}

void TestDatabase::aDamagedFileIsToldAsSuch()
{
    ANDON_SQLITE_ONLY("the bytes of a file");
    const TemporaryDatabase temporary;
    {
        ForeignClient raw(temporary.path());
        raw.must("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);"
                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                 "INSERT INTO t(v) SELECT 'row ' || i FROM n");
    }
    QByteArray bytes = bytesOf(temporary.path());
    constexpr int kHeaderAndSchema = 4096;
    for (qsizetype i = kHeaderAndSchema; i < bytes.size(); ++i)
        bytes[i] = '\xA5';
    write(temporary.path(), bytes);
    Database database(temporary.location(), existing());
    QCOMPARE(problemOf([&database] { database.scalar("SELECT sum(length(v)) FROM t"); }), StorageProblem::Corrupt);
}

void TestDatabase::whatIsNoDatabaseIsRefusedUnchanged_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("a text") << QByteArray("Dear operator, this is no database.\n").repeated(40);
    QTest::newRow("a picture") << "\x89PNG\r\n\x1a\n" + QByteArray(2000, '\x7f');
}

void TestDatabase::whatIsNoDatabaseIsRefusedUnchanged()
{
    ANDON_SQLITE_ONLY("the bytes of a file");
    QFETCH(QByteArray, bytes);
    const TemporaryDatabase temporary;
    write(temporary.path(), bytes);
    QCOMPARE(problemOf([&temporary] { Database(temporary.location(), creating()); }), StorageProblem::Foreign);
    QCOMPARE(bytesOf(temporary.path()), bytes);
    QCOMPARE(QDir(temporary.folder()).entryList(QDir::Files | QDir::Hidden), QStringList("andon.db"));

    QVERIFY(QDir().mkdir(temporary.file("folder")));
    const DatabaseLocation folder = DatabaseLocation::parse(temporary.file("folder"));
    QCOMPARE(problemOf([&folder] { Database(folder, creating()); }), StorageProblem::Foreign);
}

void TestDatabase::aPipeIsRefusedWithoutWaiting()
{
    ANDON_SQLITE_ONLY("what stands in the place of a file");
    const TemporaryDatabase temporary;
    QCOMPARE(::mkfifo(QFile::encodeName(temporary.path()).constData(), 0600), 0);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(problemOf([&temporary] { Database(temporary.location(), creating()); }), StorageProblem::Foreign);
    QVERIFY(timer.elapsed() < 1000);
}

QTEST_GUILESS_MAIN(TestDatabase)
#include "tst_database.moc"
