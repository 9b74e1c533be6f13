// SPDX-License-Identifier: Apache-2.0
#include "core/Error.h"
#include "core/storage/DatabaseLocation.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QStandardPaths>
#include <QTest>

using namespace andon;
using namespace andon::test;

class TestDatabaseLocation : public QObject
{
    Q_OBJECT

private slots:
    void init() { qunsetenv("ANDON_DATABASE"); }
    void takesAPathWithAndWithoutTheEngine();
    void takesARelativePathFromTheWorkingFolder();
    void refusesWhatNamesNoDatabase_data();
    void refusesWhatNamesNoDatabase();
    void takesAServer();
    void aTitleIsShort_data();
    void aTitleIsShort();
    void refusesAPasswordThatOthersCouldRead_data();
    void refusesAPasswordThatOthersCouldRead();
    void everyNameOfOneFileLeadsToOnePath_data();
    void everyNameOfOneFileLeadsToOnePath();
    void aLinkToAFileThatIsNotThereYetLeadsToIt();
    void refusesALoopOfLinks();
    void s3_aStopThroughALinkHoldsForEveryOtherName();
    void theEnvironmentNamesTheStandardDatabase();
    void theStandardDatabaseStandsInTheDataFolder();
};

void TestDatabaseLocation::takesAPathWithAndWithoutTheEngine()
{
    const TemporaryDatabase temporary;
    QCOMPARE(DatabaseLocation::parse(temporary.path()).path, temporary.path());
    QCOMPARE(DatabaseLocation::parse("sqlite:" + temporary.path()).path, temporary.path());
    QCOMPARE(temporary.location().display(), "sqlite:" + temporary.path());
    QCOMPARE(DatabaseLocation::parse(temporary.location().display()), temporary.location());
}

void TestDatabaseLocation::takesARelativePathFromTheWorkingFolder()
{
    const TemporaryDatabase temporary;
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(temporary.folder()));
    const QString path = DatabaseLocation::parse("andon.db").path;
    QVERIFY(QDir::setCurrent(before));
    QCOMPARE(path, temporary.path());
}

void TestDatabaseLocation::refusesWhatNamesNoDatabase_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("an engine only") << "sqlite:";
    QTest::newRow("a zero byte") << QString::fromUtf8("/tmp/a\0b.db", 11);
}

void TestDatabaseLocation::refusesWhatNamesNoDatabase()
{
    QFETCH(QString, text);
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, static_cast<void>(DatabaseLocation::parse(text)));
}

void TestDatabaseLocation::takesAServer()
{
    for (const QString &text : {QStringLiteral("postgresql://ops@db/andon"),
                                QStringLiteral("postgres://db1:5432,db2/andon?sslmode=verify-full")}) {
        const DatabaseLocation location = DatabaseLocation::parse(text);
        QCOMPARE(location.engine, SqlEngine::PostgreSql);
        QCOMPARE(location.uri, text);
        QCOMPARE(location.display(), text);
        QVERIFY(location.path.isEmpty());
    }
}

void TestDatabaseLocation::aTitleIsShort_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("title");
    QTest::newRow("a file") << "/var/lib/fleet/andon.db"
                            << "andon.db";
    QTest::newRow("a server") << "postgresql://alice@db.example/andon?sslmode=verify-full"
                              << "andon on db.example";
    QTest::newRow("hosts") << "postgresql://alice@one,two:5433/andon"
                           << "andon on one,two:5433";
    QTest::newRow("a database alone") << "postgresql:///and%6Fn"
                                      << "andon";
    QTest::newRow("a host alone") << "postgresql://db.example"
                                  << "db.example";
    QTest::newRow("a service") << "postgresql://?service=fleet"
                               << "postgresql://?service=fleet";
}

void TestDatabaseLocation::aTitleIsShort()
{
    QFETCH(QString, text);
    QTEST(DatabaseLocation::parse(text).title(), "title");
}

void TestDatabaseLocation::refusesAPasswordThatOthersCouldRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("before the host") << "postgresql://ops:hunter2@db/andon";
    QTest::newRow("with a question mark") << "postgresql://ops:hunter2?x@db/andon";
    QTest::newRow("as a parameter") << "postgresql://ops@db/andon?password=hunter2";
    QTest::newRow("as an encoded parameter") << "postgresql://ops@db/andon?%70assword=hunter2";
    QTest::newRow("of the key file") << "postgresql://ops@db/andon?sslkey=/k&sslpassword=hunter2";
}

void TestDatabaseLocation::refusesAPasswordThatOthersCouldRead()
{
    QFETCH(QString, text);
    try {
        static_cast<void>(DatabaseLocation::parse(text));
        QFAIL("accepted");
    } catch (const InvalidInputError &error) {
        QVERIFY2(error.message().contains("password file"), error.what());
        QVERIFY2(!error.message().contains("hunter2"), error.what());
    }
}

void TestDatabaseLocation::everyNameOfOneFileLeadsToOnePath_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("itself") << "real/andon.db";
    QTest::newRow("dots") << "real/./../real//andon.db";
    QTest::newRow("link to the file") << "link.db";
    QTest::newRow("link to a link") << "link2.db";
    QTest::newRow("link to the folder") << "folder/andon.db";
    QTest::newRow("relative link") << "relative.db";
}

void TestDatabaseLocation::everyNameOfOneFileLeadsToOnePath()
{
    QFETCH(QString, name);
    const TemporaryDatabase temporary("real/andon.db");
    QVERIFY(QDir().mkpath(temporary.file("real")));
    write(temporary.path(), {});
    QVERIFY(QFile::link(temporary.path(), temporary.file("link.db")));
    QVERIFY(QFile::link(temporary.file("link.db"), temporary.file("link2.db")));
    QVERIFY(QFile::link(temporary.file("real"), temporary.file("folder")));
    QVERIFY(QFile::link("real/andon.db", temporary.file("relative.db")));
    QCOMPARE(DatabaseLocation::parse(temporary.file(name)).path, temporary.path());
}

void TestDatabaseLocation::aLinkToAFileThatIsNotThereYetLeadsToIt()
{
    const TemporaryDatabase temporary("real/andon.db");
    QVERIFY(QDir().mkpath(temporary.file("real")));
    QVERIFY(QFile::link(temporary.path(), temporary.file("link.db")));
    QVERIFY(QFile::link(temporary.file("link.db"), temporary.file("link2.db")));
    QVERIFY(QFile::link(temporary.file("real"), temporary.file("folder")));
    for (const char *name : {"link.db", "link2.db", "folder/andon.db"})
        QCOMPARE(DatabaseLocation::parse(temporary.file(name)).path, temporary.path());
}

void TestDatabaseLocation::refusesALoopOfLinks()
{
    const TemporaryDatabase temporary;
    QVERIFY(QFile::link(temporary.file("a.db"), temporary.file("b.db")));
    QVERIFY(QFile::link(temporary.file("b.db"), temporary.file("a.db")));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, static_cast<void>(DatabaseLocation::parse(temporary.file("a.db"))));
}

void TestDatabaseLocation::s3_aStopThroughALinkHoldsForEveryOtherName()
{
    const TemporaryDatabase temporary("real/andon.db");
    QVERIFY(QDir().mkpath(temporary.file("real")));
    Workbench direct(temporary.path());
    direct.arm();
    QVERIFY(direct.controller.canExecute());

    QVERIFY(QFile::link(temporary.path(), temporary.file("link.db")));
    const TripSwitch byLink(DatabaseLocation::parse(temporary.file("link.db")));
    QVERIFY(byLink.trip(StopRequest::Kind::Stop, "tester@bench", "through the link").isEffective());
    QVERIFY(!QFile::exists(temporary.permitPath()));
    QVERIFY(!direct.controller.canExecute());
}

void TestDatabaseLocation::theEnvironmentNamesTheStandardDatabase()
{
    const TemporaryDatabase temporary;
    qputenv("ANDON_DATABASE", QFile::encodeName(temporary.path()));
    QCOMPARE(DatabaseLocation::standard(), temporary.location());
}

void TestDatabaseLocation::theStandardDatabaseStandsInTheDataFolder()
{
    QStandardPaths::setTestModeEnabled(true);
    const QString path = DatabaseLocation::standard().path;
    QStandardPaths::setTestModeEnabled(false);
    QVERIFY2(path.endsWith("/andon/andon.db"), qPrintable(path));
    QVERIFY(QFileInfo(QFileInfo(path).path()).isDir());
}

QTEST_GUILESS_MAIN(TestDatabaseLocation)
#include "tst_databaselocation.moc"
