// SPDX-License-Identifier: Apache-2.0
// The panel as a program: its command line, and one window for each database.

#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QFile>
#include <QProcess>
#include <QtTest>

#include <csignal>

using namespace andon::test;

namespace {

QProcessEnvironment environmentIn(const QString &folder)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), folder);
    environment.insert(QStringLiteral("XDG_DATA_HOME"), folder);
    environment.insert(QStringLiteral("HOME"), folder); // sockets of its own
    environment.remove(QStringLiteral("ANDON_DATABASE"));
    return environment;
}

/// A panel that runs; killed at the end.
struct Panel
{
    QProcess process;

    Panel(const TemporaryDatabase &place, const QStringList &arguments)
    {
        process.setProcessEnvironment(environmentIn(place.folder()));
        process.start(qEnvironmentVariable("ANDON_PANEL"), arguments);
    }
    ~Panel()
    {
        process.kill();
        process.waitForFinished();
    }
    [[nodiscard]] bool ends(int milliseconds) { return process.waitForFinished(milliseconds); }
};

/// True once a panel has laid the database out.
bool isLaidOut(const QString &database)
{
    if (!isOnPostgres())
        return QFile::exists(database);
    return ForeignClient(database).number("SELECT count(*) FROM pg_tables WHERE tablename = 'andon_safety_state'") == 1;
}

/// Long enough for a panel that would give way to have done so.
constexpr int kSettled = 1500;

} // namespace

class TestPanel : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void commandLine_data();
    void commandLine();
    void opensAnyDatabaseThatHasAName();
    void opensAServerOfAnotherProgram();
    void opensADatabaseThatIsNotThere();
    void secondStartRaisesTheFirst();
    void otherDatabaseOrReviewerIsAnotherWindow();
    void leftoverOfAKilledPanelIsNoPanel();
    void frozenPanelDoesNotKeepASecondAway();
};

void TestPanel::initTestCase()
{
    QVERIFY2(QFile::exists(qEnvironmentVariable("ANDON_PANEL")), "ANDON_PANEL must name the program");
}

void TestPanel::commandLine_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("output");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, const QStringList &arguments, int status, const char *output,
                        const char *error) {
        QTest::newRow(name) << arguments << status << QString::fromLatin1(output) << QString::fromLatin1(error);
    };
    row("version", {"--version"}, 0, "andon 0.", "");
    row("help", {"--help"}, 0, "--read-only", "");
    row("unknown option", {"--full-screen"}, 2, "", "Unknown option");
    row("stray argument", {"stray.db"}, 2, "", "Unexpected argument: stray.db");
    row("database without a name", {"--database"}, 2, "", "Missing value");
    row("database with an empty name", {"--database="}, 2, "", "needs a path");
    row("password in the name", {"--database", "postgresql://a:secret@host/db"}, 2, "", ".pgpass");
    row("no server in the name", {"--database", "postgresql:db"}, 2, "", "postgresql://USER@HOST");
}

void TestPanel::commandLine()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QString, output);
    QFETCH(QString, error);
    const TemporaryDatabase place;
    Panel panel(place, arguments);
    QVERIFY(panel.ends(20'000));
    QCOMPARE(panel.process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(panel.process.exitCode(), status);
    const QByteArray out = panel.process.readAllStandardOutput();
    const QByteArray err = panel.process.readAllStandardError();
    QVERIFY2(QString::fromUtf8(out).contains(output), out.constData());
    QVERIFY2(QString::fromUtf8(err).contains(error), err.constData());
}

void TestPanel::opensAnyDatabaseThatHasAName()
{
    ANDON_SQLITE_ONLY("a file that is no database; a server's are below");
    const TemporaryDatabase place;
    write(place.path(), "this is no database, and the window says so");
    Panel panel(place, {QStringLiteral("--database"), place.path()});
    QVERIFY(!panel.ends(kSettled));
    QCOMPARE(bytesOf(place.path()), QByteArray("this is no database, and the window says so"));
}

void TestPanel::opensAServerOfAnotherProgram()
{
    ANDON_POSTGRESQL_ONLY("tables of another program in a file are in tst_schema");
    const TemporaryDatabase place;
    ForeignClient other(place.path());
    other.must("CREATE TABLE customers(name text)");
    Panel panel(place, {QStringLiteral("--database"), place.path()});
    QVERIFY(!panel.ends(kSettled)); // the window is there, and says so
    QCOMPARE(other.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"),
             QStringList{QStringLiteral("customers")});
}

void TestPanel::opensADatabaseThatIsNotThere()
{
    ANDON_POSTGRESQL_ONLY("a file that is not there is made");
    const TemporaryDatabase place;
    Panel panel(place, {QStringLiteral("--database"), place.path() + QStringLiteral("_none")});
    QVERIFY(!panel.ends(kSettled));
    QCOMPARE(ForeignClient(place.path())
                 .number("SELECT count(*) FROM pg_database WHERE datname = current_database() "
                         "|| '_none'"),
             qint64(0));
}

void TestPanel::secondStartRaisesTheFirst()
{
    const TemporaryDatabase place;
    Panel first(place, {QStringLiteral("--database"), place.path()});
    QTRY_VERIFY_WITH_TIMEOUT(isLaidOut(place.path()), 20'000);
    QVERIFY(!first.ends(kSettled));
    // The same file by another name; a server has the name that it was given.
    const QString again = isOnPostgres() ? place.path() : place.folder() + QStringLiteral("/./andon.db");
    Panel second(place, {QStringLiteral("--database"), again});
    QVERIFY(second.ends(20'000));
    QCOMPARE(second.process.exitCode(), 0);
    QCOMPARE(first.process.state(), QProcess::Running);
}

void TestPanel::otherDatabaseOrReviewerIsAnotherWindow()
{
    const TemporaryDatabase place;
    Panel first(place, {QStringLiteral("--database"), place.path()});
    QTRY_VERIFY_WITH_TIMEOUT(isLaidOut(place.path()), 20'000);
    const TemporaryDatabase elsewhere;
    Panel other(place, {QStringLiteral("--database"), elsewhere.path()});
    Panel reviewer(place, {QStringLiteral("--database"), place.path(), QStringLiteral("--read-only")});
    QVERIFY(!other.ends(kSettled));
    QVERIFY(!reviewer.ends(kSettled));
    QCOMPARE(first.process.state(), QProcess::Running);
}

void TestPanel::leftoverOfAKilledPanelIsNoPanel()
{
    const TemporaryDatabase place;
    {
        Panel first(place, {QStringLiteral("--database"), place.path()});
        QTRY_VERIFY_WITH_TIMEOUT(isLaidOut(place.path()), 20'000);
        QVERIFY(!first.ends(kSettled));
    }
    Panel second(place, {QStringLiteral("--database"), place.path()});
    QVERIFY(!second.ends(kSettled));
    Panel third(place, {QStringLiteral("--database"), place.path()});
    QVERIFY(third.ends(20'000)); // the second one answers where the first one did
    QCOMPARE(third.process.exitCode(), 0);
}

void TestPanel::frozenPanelDoesNotKeepASecondAway()
{
#ifdef Q_OS_UNIX
    const TemporaryDatabase place;
    Panel first(place, {QStringLiteral("--database"), place.path()});
    QTRY_VERIFY_WITH_TIMEOUT(isLaidOut(place.path()), 20'000);
    QVERIFY(!first.ends(kSettled));
    QCOMPARE(::kill(static_cast<pid_t>(first.process.processId()), SIGSTOP), 0);
    Panel second(place, {QStringLiteral("--database"), place.path()});
    QVERIFY(!second.ends(4'000)); // longer than it waits for an answer
    QCOMPARE(::kill(static_cast<pid_t>(first.process.processId()), SIGCONT), 0);
#else
    QSKIP("no SIGSTOP here");
#endif
}

QTEST_GUILESS_MAIN(TestPanel)
#include "tst_panel.moc"
