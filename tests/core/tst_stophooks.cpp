// SPDX-License-Identifier: Apache-2.0
// The operator's programs at a stop, with real processes: whatever a hook does, the receipt says it, and nobody waits
// longer than was said.

#include "core/safety/StopHooks.h"
#include "tests/SourceFolder.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include <thread>

#ifdef Q_OS_UNIX
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace andon;
using namespace std::chrono_literals;

namespace {

using Result = HookOutcome::Result;

const QFile::Permissions kOwn = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;

/// A folder for hooks, and one for what they leave behind.
struct Place
{
    QTemporaryDir folder;
    QTemporaryDir work;

    Place() { QFile::setPermissions(folder.path(), kOwn); }

    [[nodiscard]] QString path(const QString &name) const { return folder.filePath(name); }
    [[nodiscard]] QString left(const QString &name) const { return work.filePath(name); }

    void write(const QString &name, const QByteArray &text, QFile::Permissions permissions = kOwn) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        QVERIFY(file.setPermissions(permissions));
    }
    void script(const QString &name, const QString &body) const { write(name, "#!/bin/sh\n" + body.toUtf8() + '\n'); }

    [[nodiscard]] QList<HookOutcome> run(std::chrono::milliseconds timeout = 20s,
                                         const QJsonObject &receipt = {{"stop_id", 7}}) const
    {
        HookSettings settings;
        settings.folder = folder.path();
        settings.timeout = timeout;
        return StopHooks(settings, "/data/andon.db").run(receipt);
    }
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Whether the process whose number a hook wrote to a file still runs. A dead one may wait for a moment to be reaped.
bool isAlive(const QString &pidFile)
{
    const pid_t pid = static_cast<pid_t>(contentOf(pidFile).trimmed().toInt());
    if (pid <= 0 || ::kill(pid, 0) != 0)
        return false;
    const QByteArray status = contentOf(QString("/proc/%1/stat").arg(pid));
    return !status.contains(") Z ");
}

} // namespace

class TestStopHooks : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void nothingWhereNothingIsConfigured();
    void emptyFolderHasNoHooks();
    void foldersThatCannotServe();
    void hookIsTold();
    void failureIsReported();
    void signalIsReported();
    void hookThatHangsIsEnded();
    void hookHasItsWholeTime();
    void hookThatIgnoresTheTermIsKilled();
    void hookThatObeysTheTermIsLate();
    void floodIsDrained();
    void endlessFloodTimesOut();
    void outputIsRawAndItsTail();
    void notExecutableIsSaid();
    void scriptWithoutInterpreterIsSaid();
    void writableByOthersIsRefused();
    void writableFolderIsRefused();
    void foreignOwnerIsRefused();
    void linksAreFollowed();
    void manyRunSideBySide();
    void sixtyFourAreTheMost();
    void backgroundChildHoldsNobodyUp();
    void hookThatNeverReadsHoldsNobodyUp();
    void worksInAnyThread();
    void threadMayEndMeanwhile();
    void outcomeKeepsItsJson();
    void settingsAreTheUsersOwn();
    void exampleStopsContainers();
};

void TestStopHooks::initTestCase()
{
#ifndef Q_OS_UNIX
    QSKIP("the hooks of this test are shell scripts");
#endif
}

void TestStopHooks::nothingWhereNothingIsConfigured()
{
    const StopHooks hooks{HookSettings()};
    QVERIFY(!hooks.isConfigured());
    QVERIFY(hooks.run({}).isEmpty());
}

void TestStopHooks::emptyFolderHasNoHooks()
{
    const Place place;
    QDir(place.folder.path()).mkdir("folder");
    place.script(".hidden", "touch " + place.left("ran"));
    QVERIFY(place.run().isEmpty());
    QVERIFY(!QFile::exists(place.left("ran")));
}

void TestStopHooks::foldersThatCannotServe()
{
    for (const QString &path :
         {QString("/no/such/folder"), QString("hooks"), QCoreApplication::applicationFilePath()}) {
        HookSettings settings;
        settings.folder = path;
        const QList<HookOutcome> outcomes = StopHooks(settings).run({});
        QCOMPARE(outcomes.size(), 1);
        QCOMPARE(outcomes.first().result, Result::Refused);
        QCOMPARE(outcomes.first().name, path);
        QVERIFY(outcomes.first().problem.contains(path));
    }
}

void TestStopHooks::hookIsTold()
{
    const Place place;
    place.script("tell", "cat >" + place.left("receipt") + "; echo $ANDON_STOP_ID $ANDON_DATABASE; pwd; exit 0");
    const QJsonObject receipt{{"stop_id", 7}, {"reason", "a \"b\"\n\u00e9"}, {"epoch", 12}};
    const QList<HookOutcome> outcomes = place.run(20s, receipt);
    QCOMPARE(outcomes.size(), 1);
    QCOMPARE(outcomes.first().result, Result::Succeeded);
    QVERIFY(outcomes.first().hasSucceeded());
    QCOMPARE(outcomes.first().name, "tell");
    QCOMPARE(outcomes.first().exitStatus, 0);
    QCOMPARE(outcomes.first().output, "7 /data/andon.db\n" + QDir(place.folder.path()).canonicalPath() + '\n');
    QVERIFY(outcomes.first().problem.isEmpty());
    const QByteArray told = contentOf(place.left("receipt"));
    QVERIFY(told.endsWith("}\n"));
    QCOMPARE(told.count('\n'), 1);
    QCOMPARE(QJsonDocument::fromJson(told).object(), receipt);
}

void TestStopHooks::failureIsReported()
{
    const Place place;
    place.script("fails", "echo out; echo err >&2; exit 7");
    const HookOutcome outcome = place.run().value(0);
    QCOMPARE(outcome.result, Result::Failed);
    QCOMPARE(outcome.exitStatus, 7);
    QCOMPARE(outcome.output, "out\nerr\n");
    QVERIFY(outcome.problem.contains("7"));
}

void TestStopHooks::signalIsReported()
{
    const Place place;
    place.script("dies", "kill -SEGV $$");
    const HookOutcome outcome = place.run().value(0);
    QCOMPARE(outcome.result, Result::Failed);
    QCOMPARE(outcome.exitStatus, HookOutcome::kNoStatus);
    QVERIFY2(outcome.problem.contains("11"), qPrintable(outcome.problem));
}

void TestStopHooks::hookThatHangsIsEnded()
{
    const Place place;
    place.script("hangs", "echo started; sleep 300 & echo $! >" + place.left("child") + "; wait");
    place.script("quick", "echo done");
    QElapsedTimer timer;
    timer.start();
    const QList<HookOutcome> outcomes = place.run(300ms);
    QVERIFY(timer.elapsed() < 5000);
    QCOMPARE(outcomes.value(0).result, Result::TimedOut);
    QCOMPARE(outcomes.value(0).output, "started\n");
    QVERIFY(outcomes.value(0).durationMs >= 300);
    QVERIFY(outcomes.value(0).problem.contains("0.3 s"));
    QCOMPARE(outcomes.value(1).result, Result::Succeeded);
    QTRY_VERIFY(!isAlive(place.left("child")));
}

void TestStopHooks::hookHasItsWholeTime()
{
    const Place place;
    place.script("hangs", "exec sleep 300");
    for (const auto timeout : {210ms, 330ms, 470ms, 590ms, 710ms}) {
        const HookOutcome outcome = place.run(timeout).value(0);
        QCOMPARE(outcome.result, Result::TimedOut);
        QVERIFY2(outcome.durationMs >= timeout.count(), qPrintable(QString::number(outcome.durationMs)));
    }
}

void TestStopHooks::hookThatIgnoresTheTermIsKilled()
{
    const Place place;
    // Its child ignores the signal as well, and outlives it.
    place.script("stubborn", "trap '' TERM; sleep 300 & echo $! >" + place.left("child") + "; sleep 300");
    place.script("survived", "(trap '' TERM; exec sleep 300) & echo $! >" + place.left("other") + "; sleep 300");
    QElapsedTimer timer;
    timer.start();
    const QList<HookOutcome> outcomes = place.run(300ms);
    QVERIFY(timer.elapsed() >= 800);
    QVERIFY(timer.elapsed() < 5000);
    QCOMPARE(outcomes.value(0).result, Result::TimedOut);
    QCOMPARE(outcomes.value(0).exitStatus, HookOutcome::kNoStatus);
    QCOMPARE(outcomes.value(1).result, Result::TimedOut);
    QTRY_VERIFY(!isAlive(place.left("child")));
    QTRY_VERIFY(!isAlive(place.left("other")));
}

void TestStopHooks::hookThatObeysTheTermIsLate()
{
    const Place place;
    place.script("obeys", "trap 'echo cleaned; exit 0' TERM; sleep 300 & wait");
    const HookOutcome outcome = place.run(300ms).value(0);
    QCOMPARE(outcome.result, Result::TimedOut);
    QCOMPARE(outcome.exitStatus, 0);
    QCOMPARE(outcome.output, "cleaned\n");
}

void TestStopHooks::floodIsDrained()
{
    const Place place;
    place.script("floods", "head -c 200000000 /dev/zero; echo; echo the end");
    struct rusage before = {};
    ::getrusage(RUSAGE_SELF, &before);
    const HookOutcome outcome = place.run(60s).value(0);
    struct rusage after = {};
    ::getrusage(RUSAGE_SELF, &after);
    QCOMPARE(outcome.result, Result::Succeeded);
    QCOMPARE(outcome.output.size(), 4096);
    QVERIFY(outcome.output.endsWith("\nthe end\n"));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // these keep what was freed
    QVERIFY2(after.ru_maxrss - before.ru_maxrss < 32 * 1024, qPrintable(QString::number(after.ru_maxrss)));
#endif
}

void TestStopHooks::endlessFloodTimesOut()
{
    const Place place;
    place.script("floods", "exec yes");
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(place.run(300ms).value(0).result, Result::TimedOut);
    QVERIFY(timer.elapsed() < 5000);
}

void TestStopHooks::outputIsRawAndItsTail()
{
    const Place place;
    place.script("shouts", "printf '\\033[31mred\\007'");
    // 4 KiB begin in the middle of a character.
    place.script("writes", "i=0; while [ $i -lt 3000 ]; do printf '\\303\\251'; i=$((i+1)); done; printf x");
    const QList<HookOutcome> outcomes = place.run();
    QCOMPARE(outcomes.value(0).output, QString("\033[31mred\007"));
    QCOMPARE(outcomes.value(1).output, QString(2047, QChar(0xe9)) + 'x');
}

void TestStopHooks::notExecutableIsSaid()
{
    const Place place;
    place.write("notes.txt", "hello", QFile::ReadOwner | QFile::WriteOwner);
    const HookOutcome outcome = place.run().value(0);
    QCOMPARE(outcome.result, Result::NotExecutable);
    QCOMPARE(outcome.name, "notes.txt");
    QVERIFY(outcome.problem.contains("chmod +x"));
}

void TestStopHooks::scriptWithoutInterpreterIsSaid()
{
    const Place place;
    place.write("bare", "echo hello\n");
    place.write("lost", "#!/no/such/interpreter\n");
    const QList<HookOutcome> outcomes = place.run();
    QCOMPARE(outcomes.size(), 2);
    for (const HookOutcome &outcome : outcomes) {
        QCOMPARE(outcome.result, Result::NotExecutable);
        QVERIFY2(outcome.problem.contains("#!"), qPrintable(outcome.problem));
        QCOMPARE(outcome.exitStatus, HookOutcome::kNoStatus);
    }
}

void TestStopHooks::writableByOthersIsRefused()
{
    const Place place;
    place.script("a-world", "touch " + place.left("ran"));
    place.script("b-group", "touch " + place.left("ran"));
    place.script("c-own", "exit 0");
    QVERIFY(::chmod(qPrintable(place.path("a-world")), 0702) == 0);
    QVERIFY(::chmod(qPrintable(place.path("b-group")), 0720) == 0);
    const bool hasOtherGroup = ::chown(qPrintable(place.path("b-group")), ::geteuid(), ::getgid() + 1) == 0;
    QVERIFY(::chmod(qPrintable(place.path("c-own")), 0770) == 0);
    const QList<HookOutcome> outcomes = place.run();
    QCOMPARE(outcomes.value(0).result, Result::Refused);
    QVERIFY(outcomes.value(0).problem.contains("everybody"));
    if (hasOtherGroup) {
        QCOMPARE(outcomes.value(1).result, Result::Refused);
        QVERIFY(outcomes.value(1).problem.contains("group"));
        QVERIFY(!QFile::exists(place.left("ran")));
    }
    QCOMPARE(outcomes.value(2).result, Result::Succeeded); // the user's own group may
}

void TestStopHooks::writableFolderIsRefused()
{
    const Place place;
    place.script("hook", "touch " + place.left("ran"));
    for (const mode_t mode : {0707U, 01707U}) { // the sticky bit does not help: others may add hooks
        QVERIFY(::chmod(qPrintable(place.folder.path()), mode) == 0);
        const QList<HookOutcome> outcomes = place.run();
        QCOMPARE(outcomes.size(), 1);
        QCOMPARE(outcomes.first().result, Result::Refused);
        QVERIFY(outcomes.first().problem.contains("everybody"));
    }
    // A folder above that others may write to lets them put another folder in its place.
    const Place above;
    QDir(above.folder.path()).mkdir("hooks");
    above.script("hooks/hook", "touch " + place.left("ran"));
    QVERIFY(::chmod(qPrintable(above.folder.path()), 0707) == 0);
    HookSettings settings;
    settings.folder = above.path("hooks");
    QCOMPARE(StopHooks(settings).run({}).value(0).result, Result::Refused);
    QVERIFY(!QFile::exists(place.left("ran")));
}

void TestStopHooks::foreignOwnerIsRefused()
{
    const Place place;
    place.script("hook", "exit 0");
    if (::chown(qPrintable(place.path("hook")), ::geteuid() + 1, ::getgid()) != 0)
        QSKIP("giving a file away takes root's rights");
    const HookOutcome outcome = place.run().value(0);
    QCOMPARE(outcome.result, Result::Refused);
    QVERIFY(outcome.problem.contains("somebody else"));
}

void TestStopHooks::linksAreFollowed()
{
    const Place place;
    const Place elsewhere;
    elsewhere.script("program", "echo called as $(basename \"$0\")");
    elsewhere.script("open", "exit 0");
    QVERIFY(::chmod(qPrintable(elsewhere.path("open")), 0777) == 0);
    QVERIFY(QFile::link(elsewhere.path("program"), place.path("a-link")));
    QVERIFY(QFile::link(place.path("nothing"), place.path("b-dangling")));
    QVERIFY(QFile::link(elsewhere.path("open"), place.path("c-open")));
    QVERIFY(QFile::link(elsewhere.folder.path(), place.path("d-folder")));
    QList<HookOutcome> outcomes = place.run();
    QCOMPARE(outcomes.size(), 3);
    QCOMPARE(outcomes.at(0).result, Result::Succeeded);
    QCOMPARE(outcomes.at(0).output, "called as a-link\n");
    QCOMPARE(outcomes.at(1).result, Result::Refused);
    QVERIFY(outcomes.at(1).problem.contains("nowhere"));
    QCOMPARE(outcomes.at(2).result, Result::Refused);
    // Where others may replace what the link leads to, it is refused too.
    QVERIFY(::chmod(qPrintable(elsewhere.folder.path()), 0707) == 0);
    QCOMPARE(place.run().at(0).result, Result::Refused);
}

void TestStopHooks::manyRunSideBySide()
{
    const Place place;
    for (int i = 0; i < 20; ++i)
        place.script(QString("hook-%1").arg(i, 2, 10, QChar('0')), "sleep 0.3");
    QElapsedTimer timer;
    timer.start();
    const QList<HookOutcome> outcomes = place.run();
    QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed()))); // one after the other: 6 s
    QCOMPARE(outcomes.size(), 20);
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(outcomes.at(i).name, QString("hook-%1").arg(i, 2, 10, QChar('0')));
        QCOMPARE(outcomes.at(i).result, Result::Succeeded);
    }
}

void TestStopHooks::sixtyFourAreTheMost()
{
    const Place place;
    for (int i = 0; i < 67; ++i)
        QVERIFY(QFile::link("/bin/true", place.path(QString::number(100 + i))));
    const QList<HookOutcome> outcomes = place.run();
    QCOMPARE(outcomes.size(), 65);
    QCOMPARE(outcomes.first().result, Result::Refused);
    QVERIFY(outcomes.first().problem.startsWith("3 more hooks"));
    QVERIFY(
        std::all_of(outcomes.begin() + 1, outcomes.end(), [](const HookOutcome &one) { return one.hasSucceeded(); }));
}

void TestStopHooks::backgroundChildHoldsNobodyUp()
{
    const Place place;
    place.script("forks", "sleep 20 & echo $! >" + place.left("child") + "; echo done");
    QElapsedTimer timer;
    timer.start();
    const HookOutcome outcome = place.run().value(0);
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(outcome.result, Result::Succeeded);
    QCOMPARE(outcome.output, "done\n");
    QVERIFY(isAlive(place.left("child"))); // it was meant to stay
    ::kill(static_cast<pid_t>(contentOf(place.left("child")).trimmed().toInt()), SIGKILL);
}

void TestStopHooks::hookThatNeverReadsHoldsNobodyUp()
{
    const Place place;
    place.script("deaf", "echo deaf");
    place.script("reads", "wc -c");
    const QJsonObject receipt{{"stop_id", 7}, {"reason", QString(1'000'000, 'x')}};
    const QList<HookOutcome> outcomes = place.run(20s, receipt);
    QCOMPARE(outcomes.value(0).result, Result::Succeeded);
    QCOMPARE(outcomes.value(0).output, "deaf\n");
    QCOMPARE(outcomes.value(1).output.trimmed().toLongLong(),
             QJsonDocument(receipt).toJson(QJsonDocument::Compact).size() + 1);
    place.script("deaf", "sleep 300");
    QCOMPARE(place.run(300ms, receipt).value(0).result, Result::TimedOut);
}

void TestStopHooks::worksInAnyThread()
{
    const Place place;
    place.script("hook", "echo $ANDON_STOP_ID");
    std::atomic_int succeeded = 0;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&place, &succeeded, i] {
            const HookOutcome outcome = place.run(20s, {{"stop_id", i + 1}}).value(0);
            if (outcome.hasSucceeded() && outcome.output == QString("%1\n").arg(i + 1))
                ++succeeded;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(succeeded, 4);
}

void TestStopHooks::threadMayEndMeanwhile()
{
    const Place place;
    place.script("hook", "echo $$ >" + place.left("self") + "; exec sleep 300");
    QList<HookOutcome> outcomes;
    const std::unique_ptr<QThread> thread(QThread::create([&] { outcomes = place.run(); }));
    thread->start();
    QTRY_VERIFY(contentOf(place.left("self")).endsWith('\n'));
    thread->quit();
    QVERIFY(thread->wait(5000));
    QCOMPARE(outcomes.size(), 1);
    QCOMPARE(outcomes.first().result, Result::Failed);
    QVERIFY(outcomes.first().problem.contains("not known"));
    ::kill(static_cast<pid_t>(contentOf(place.left("self")).trimmed().toInt()), SIGKILL);
}

void TestStopHooks::outcomeKeepsItsJson()
{
    for (const Result result :
         {Result::Succeeded, Result::Failed, Result::TimedOut, Result::NotExecutable, Result::Refused}) {
        HookOutcome outcome;
        outcome.name = "a \"b\"";
        outcome.result = result;
        outcome.exitStatus = result == Result::Failed ? 7 : HookOutcome::kNoStatus;
        outcome.durationMs = 5'000'000'000;
        outcome.output = QString("\033[31m") + QChar(0) + "x";
        outcome.problem = "No.";
        QCOMPARE(HookOutcome::fromJson(outcome.toJson()), outcome);
        QCOMPARE(HookOutcome::listFromJson(HookOutcome::listToJson({outcome, outcome})), (QList{outcome, outcome}));
    }
    QCOMPARE(HookOutcome::fromJson({{"result", "exploded"}}).result, Result::Failed);
    QVERIFY(HookOutcome().toJson().value("exit_status").isNull());
}

void TestStopHooks::settingsAreTheUsersOwn()
{
    const QTemporaryDir user;
    const QTemporaryDir system;
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, user.path());
    QSettings::setPath(QSettings::IniFormat, QSettings::SystemScope, system.path());
    QCOMPARE(HookSettings::read(), HookSettings());
    {
        QSettings stored(QSettings::IniFormat, QSettings::SystemScope, "Andon", "andon");
        stored.setValue("hooks/folder", "/etc/andon/hooks");
        stored.setValue("hooks/timeout_s", "2.5");
    }
    QCOMPARE(HookSettings::read().folder, "/etc/andon/hooks");
    QCOMPARE(HookSettings::read().timeout, 2500ms);
    QSettings stored(QSettings::IniFormat, QSettings::UserScope, "Andon", "andon");
    stored.setValue("hooks/folder", "/home/me/hooks");
    const QList<QPair<QString, std::chrono::milliseconds>> times{{"5", 5s},     {"0", 1s},     {"-3", 1s},
                                                                 {"1e9", 600s}, {"soon", 10s}, {"nan", 10s}};
    for (const auto &[text, time] : times) {
        stored.setValue("hooks/timeout_s", text);
        stored.sync();
        QCOMPARE(HookSettings::read().timeout, time);
    }
    QCOMPARE(HookSettings::read().folder, "/home/me/hooks");
}

void TestStopHooks::exampleStopsContainers()
{
    const Place place;
    const Place programs;
    const QString example = QStringLiteral(ANDON_SOURCE_DIR "/docs/examples/hooks/stop-containers");
    place.write("stop-containers", contentOf(example));
    QVERIFY(QFileInfo(example).isExecutable());
    const QString calls = place.left("calls");
    programs.script("docker", "echo \"$@\" >>" + calls + R"(
case $1 in
    ps) echo abc; echo def ;;
    kill) [ "$2" = abc ] || { echo no such container >&2; exit 1; } ;;
esac)");
    const QByteArray path = qgetenv("PATH");
    for (const char *tool : {"cat", "env"})
        QVERIFY(QFile::link(QStandardPaths::findExecutable(tool), programs.path(tool)));
    qputenv("PATH", programs.folder.path().toLocal8Bit());
    const HookOutcome outcome = place.run().value(0);
    QFile::remove(programs.path("docker"));
    const HookOutcome without = place.run().value(0);
    qputenv("PATH", path);

    QCOMPARE(contentOf(calls), "ps --quiet --no-trunc --filter label=andon.stop=yes\nkill abc\nkill def\n");
    QCOMPARE(outcome.result, Result::Failed);
    QCOMPARE(outcome.exitStatus, 1);
    QCOMPARE(outcome.output, "docker: killed abc\nno such container\ndocker: def could not be killed\n");
    QCOMPARE(without.result, Result::Failed);
    QCOMPARE(without.output, "neither docker nor podman is there\n");
}

QTEST_GUILESS_MAIN(TestStopHooks)

#include "tst_stophooks.moc"
