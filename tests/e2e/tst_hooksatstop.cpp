// SPDX-License-Identifier: Apache-2.0
// Stop hooks through the programs: what they do never holds up the stop, and the receipt says what became of them.

#include "tests/e2e/support/Program.h"
#include "tests/support/HeldDatabase.h"
#include "tests/support/StationSupport.h"
#include "tests/support/Workbench.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSettings>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

/// A folder of hooks in the user's own settings, for this process and for those that it starts.
class Hooks
{
public:
    Hooks()
    {
        qputenv("XDG_CONFIG_HOME", m_folder.path().toLocal8Bit());
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        QDir().mkdir(path(QString()));
        QSettings settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("Andon"),
                           QStringLiteral("andon"));
        settings.setValue(QStringLiteral("hooks/folder"), path(QString()));
        settings.setValue(QStringLiteral("hooks/timeout_s"), 1);
    }

    void add(const QString &name, const QByteArray &script, bool isExecutable = true)
    {
        write(path(name), "#!/bin/sh\n" + script);
        QFile::setPermissions(path(name),
                              isExecutable ? QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner
                                           : QFile::ReadOwner | QFile::WriteOwner);
    }

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(QStringLiteral("hooks/") + name); }
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;
};

void addAllKinds(Hooks &hooks)
{
    hooks.add("a-hangs", "sleep 600\n");
    hooks.add("b-fails", "echo no such cluster >&2\nexit 7\n");
    hooks.add("c-floods", "head -c 30000000 /dev/zero | tr '\\0' x\n");
    hooks.add("d-is-no-program", "exit 0\n", false);
    hooks.add("e-keeps-the-receipt", ("cat > " + hooks.file("receipt") + "\n").toUtf8());
}

void checkOutcomes(const QList<HookOutcome> &outcomes)
{
    using Result = HookOutcome::Result;
    QCOMPARE(outcomes.size(), 5);
    QVERIFY(outcomes.at(0).result == Result::TimedOut);
    QVERIFY(outcomes.at(1).result == Result::Failed);
    QCOMPARE(outcomes.at(1).exitStatus, 7);
    QVERIFY(outcomes.at(1).output.contains("no such cluster"));
    QVERIFY(outcomes.at(2).result == Result::Succeeded || outcomes.at(2).result == Result::TimedOut);
    QVERIFY(outcomes.at(2).output.size() <= 4096);
    QVERIFY(outcomes.at(3).result == Result::NotExecutable);
    QVERIFY(outcomes.at(4).result == Result::Succeeded);
}

} // namespace

class TestHooksAtStop : public QObject
{
    Q_OBJECT

private slots:
    void s1_aStopFromAShellIsNotHeldUpByItsHooks();
    void s1_aStopInThePanelIsNotHeldUpByItsHooks();
    void hooksRunAlsoWhileTheDatabaseIsLocked();
};

void TestHooksAtStop::s1_aStopFromAShellIsNotHeldUpByItsHooks()
{
    Hooks hooks;
    addAllKinds(hooks);
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.arm();
    const CtlResult kill = andonctl(place.path(), {"kill", "--reason", "test", "--json"});
    QCOMPARE(kill.exitCode, 0);
    const QJsonObject receipt = QJsonDocument::fromJson(kill.out.toUtf8()).object();
    checkOutcomes(HookOutcome::listFromJson(receipt.value("hooks").toArray()));
    // The program waited for its hooks, the stop did not: the one that hangs had a whole second.
    QVERIFY(kill.elapsedMs >= 1000);
    QVERIFY2(receipt.value("completed_us").toInteger() < 900'000, qPrintable(kill.out));
    // They begin once the gate is committed: its number is in what they are told.
    const QJsonObject told = QJsonDocument::fromJson(bytesOf(hooks.file("receipt"))).object();
    QCOMPARE(told.value("stop_id").toInt(), 1);
    QCOMPARE(told.value("reason").toString(), "test");
    checkOutcomes(bench.controller.receipt()->hooks);
}

void TestHooksAtStop::s1_aStopInThePanelIsNotHeldUpByItsHooks()
{
    Hooks hooks;
    addAllKinds(hooks);
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.arm();
    Station station(stationOptions(place.path()));
    station.open();
    waitUntilOpened(station);
    const StopReceipt receipt = resultOf(station.stop("test"));
    QVERIFY(receipt.hooks.isEmpty()); // completed before any of them could be
    QVERIFY(*receipt.completedUs < 900'000);
    QVERIFY(QTest::qWaitFor([&] { return station.receipt() && !station.receipt()->hooks.isEmpty(); }, 10'000));
    checkOutcomes(station.receipt()->hooks);
}

void TestHooksAtStop::hooksRunAlsoWhileTheDatabaseIsLocked()
{
    Hooks hooks;
    hooks.add("marks", ("touch " + hooks.file("ran") + "\n").toUtf8());
    const TemporaryDatabase place;
    Workbench(place.path()).arm();
    HeldDatabase held(place.path());
    Station station(stationOptions(place.path()));
    station.open();
    const QFuture<StopReceipt> stop = station.stop("test");
    QVERIFY(QTest::qWaitFor([&] { return QFile::exists(hooks.file("ran")); }, 10'000));
    QVERIFY(!stop.isFinished());
    held.release();
    resultOf(stop);
    Workbench bench(place.path());
    QVERIFY(QTest::qWaitFor([&] { return bench.controller.receipt()->hooks.size() == 1; }, 10'000));
}

QTEST_GUILESS_MAIN(TestHooksAtStop)
#include "tst_hooksatstop.moc"
