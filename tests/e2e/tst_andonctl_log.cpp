// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryDatabase.h"

#include <QDir>
#include <QJsonDocument>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#ifdef Q_OS_UNIX
#include <csignal>
#endif

using namespace andon::test;

/// The audit log in a shell: what is shown, how, and how it goes on.
class TestAndonctlLog : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void theNewestAreShownOldestFirst();
    void aFilterMayStandInSeveralWords();
    void aTermOfTheFilterMayBeNegated();
    void jsonLinesHaveTheseFields();
    void csvHasAHeading();
    void aWordThatIsACommandIsText();
    void aMistakeInTheFilterIsMarkedWhereItIs();
    void followShowsWhatIsAppended();
    void followKeepsToItsFilter();
    void followEndsWhereNobodyReads();
    void anExportHoldsAllThatTheFilterShows();
    void anExportIsCompressedWhereItsNameSaysSo();
    void anExportThatIsKilledHalfwayLeavesNoFile();
    void anExportToAFullDiskLeavesNoFile();
    void anExportToAnUnknownFormatIsRefused();
    void anEmptyLogIsEmpty();

private:
    [[nodiscard]] QList<qint64> ids(const QStringList &arguments) const;

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

namespace {

constexpr int kPatienceMs = 20'000;

/// Reads until there are so many lines, or patience ends.
QList<QByteArray> readLines(QProcess &process, qsizetype wanted)
{
    QList<QByteArray> lines;
    QElapsedTimer timer;
    timer.start();
    while (lines.size() < wanted && timer.elapsed() < kPatienceMs) {
        process.waitForReadyRead(100);
        while (process.canReadLine())
            lines << process.readLine().trimmed();
    }
    return lines;
}

} // namespace

void TestAndonctlLog::init()
{
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    QCOMPARE(m_ctl->run({"status"}).status, 0);
    ForeignClient(m_place->path())
        .must("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) "
              "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
              "SELECT (i + 1) / 2, CASE i % 2 WHEN 1 THEN 'proposed' ELSE 'validated' END, "
              "'{\"number\":' || i || '}', 'agent', '2026-01-31T09:00:00.000+00:00' FROM n");
}

QList<qint64> TestAndonctlLog::ids(const QStringList &arguments) const
{
    QList<qint64> found;
    for (const QString &line : m_ctl->run(QStringList{"log", "--json"} + arguments).lines())
        found << QJsonDocument::fromJson(line.toUtf8()).object().value("id").toInteger(-1);
    return found;
}

void TestAndonctlLog::theNewestAreShownOldestFirst()
{
    QCOMPARE(ids({"--limit", "3"}), QList<qint64>({1498, 1499, 1500}));
    QCOMPARE(ids({}).size(), 100);
    QCOMPARE(ids({}).constFirst(), 1401);
    QCOMPARE(ids({"--limit", "1200"}).constFirst(), 301);
    const QList<qint64> all = ids({"--limit", "0"});
    QCOMPARE(all.size(), 1500);
    QVERIFY(std::is_sorted(all.begin(), all.end()));
    QCOMPARE(ids({"--limit", "9999"}), all);
    QCOMPARE(m_ctl->run({"log"}).lines().size(), 101); // and a heading
}

void TestAndonctlLog::aFilterMayStandInSeveralWords()
{
    QCOMPARE(ids({"type:validated", "proposal:7"}), QList<qint64>({14}));
    QCOMPARE(ids({"type:validated proposal:7"}), QList<qint64>({14}));
    QCOMPARE(ids({"type:validated", "--limit", "2"}), QList<qint64>({1498, 1500}));
}

void TestAndonctlLog::aTermOfTheFilterMayBeNegated()
{
    QCOMPARE(ids({"-type:validated", "proposal:7"}), QList<qint64>({13}));
    QCOMPARE(ids({"proposal:7", "-type:validated,proposed"}), QList<qint64>());
}

void TestAndonctlLog::jsonLinesHaveTheseFields()
{
    const Andonctl::Result result = m_ctl->run({"log", "--format", "jsonl", "--limit", "1"});
    QCOMPARE(result.status, 0);
    const QJsonObject event = QJsonDocument::fromJson(result.out).object();
    QCOMPARE(event.keys(), QStringList({"actor", "event_data", "event_type", "id", "proposal_id", "timestamp"}));
    QCOMPARE(event.value("event_data"), QJsonValue(QJsonObject{{"number", 1500}}));
}

void TestAndonctlLog::csvHasAHeading()
{
    const QStringList lines = m_ctl->run({"log", "--format", "csv", "--limit", "2"}).lines();
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines.first().startsWith("id,"), qPrintable(lines.first()));
    QVERIFY2(lines.last().startsWith("1500,"), qPrintable(lines.last()));
}

void TestAndonctlLog::aWordThatIsACommandIsText()
{
    const Andonctl::Result result = m_ctl->run({"log", "status", "--json"});
    QCOMPARE(result.status, 0);
    QVERIFY2(result.out.isEmpty(), result.out.constData()); // no event says so
}

void TestAndonctlLog::aMistakeInTheFilterIsMarkedWhereItIs()
{
    const Andonctl::Result result = m_ctl->run({"log", "type:proposed", "since:yesteryear"});
    QCOMPARE(result.status, 2);
    QVERIFY(result.out.isEmpty());
    const QStringList lines = QString::fromUtf8(result.err).split(u'\n');
    QVERIFY2(lines.size() >= 4, result.err.constData());
    QCOMPARE(lines.at(1), "  type:proposed since:yesteryear");
    const qsizetype mark = lines.at(2).indexOf(u'^');
    QVERIFY2(mark >= 0, result.err.constData());
    QVERIFY2(lines.at(1).mid(mark).startsWith("yesteryear") || lines.at(1).mid(mark).startsWith("since:yesteryear"),
             result.err.constData());
}

void TestAndonctlLog::followShowsWhatIsAppended()
{
#ifndef Q_OS_UNIX
    QSKIP("signals are of Unix");
#else
    const std::unique_ptr<QProcess> follower = m_ctl->start({"log", "--json", "--follow", "--limit", "1"});
    QVERIFY(readLines(*follower, 1).value(0).contains(R"("id":1500)"));
    QCOMPARE(m_ctl->run({"propose", "--action", "a", "--reason", "first"}).status, 0);
    QVERIFY(readLines(*follower, 1).value(0).contains("first"));
    QCOMPARE(m_ctl->run({"propose", "--action", "a", "--reason", "second"}).status, 0);
    QVERIFY(readLines(*follower, 1).value(0).contains("second"));
    ::kill(static_cast<pid_t>(follower->processId()), SIGINT);
    const Andonctl::Result ended = Andonctl::finish(*follower);
    QCOMPARE(ended.status, 0);
    QCOMPARE(ended.err, QByteArray());
#endif
}

void TestAndonctlLog::followKeepsToItsFilter()
{
    const std::unique_ptr<QProcess> follower = m_ctl->start({"log", "--json", "--follow", "type:cancelled"});
    QVERIFY(follower->waitForStarted());
    QCOMPARE(m_ctl->run({"propose", "--action", "a", "--reason", "x"}).status, 0);
    QCOMPARE(m_ctl->run({"cancel", "1"}).status, 0);
    const QList<QByteArray> lines = readLines(*follower, 1);
    QCOMPARE(lines.size(), 1);
    QVERIFY(lines.first().contains(R"("event_type":"cancelled")"));
    follower->terminate();
    QCOMPARE(Andonctl::finish(*follower).status, 0);
}

void TestAndonctlLog::followEndsWhereNobodyReads()
{
#ifndef Q_OS_UNIX
    QSKIP("pipes are of Unix");
#else
    QProcess shell;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("ANDON_DATABASE", m_place->path());
    shell.setProcessEnvironment(environment);
    shell.start("sh", {"-c", "{ \"$ANDONCTL\" log --follow --limit 0; echo $? >&2; } | head -n 2"});
    QVERIFY(shell.waitForFinished(kPatienceMs));
    QCOMPARE(shell.readAllStandardError(), QByteArray("0\n"));
    QCOMPARE(shell.readAllStandardOutput().count('\n'), 2);
#endif
}

void TestAndonctlLog::anExportHoldsAllThatTheFilterShows()
{
    const QString csv = m_place->file("out.csv");
    const Andonctl::Result result = m_ctl->run({"log", "type:proposed", "--output", csv, "--json"});
    QVERIFY2(result.status == 0, result.err.constData());
    QCOMPARE(result.json().value("events").toInteger(), 750);
    QCOMPARE(bytesOf(csv).count('\n'), 751);

    const QString lines = m_place->file("out.jsonl");
    QCOMPARE(m_ctl->run({"log", "--output", lines}).status, 0);
    QCOMPARE(bytesOf(lines).count('\n'), 1500);
    QCOMPARE(m_ctl->run({"log", "--output", m_place->file("out.txt"), "--format", "jsonl"}).status, 0);
    QCOMPARE(bytesOf(m_place->file("out.txt")), bytesOf(lines));
}

void TestAndonctlLog::anExportIsCompressedWhereItsNameSaysSo()
{
    if (QStandardPaths::findExecutable("gzip").isEmpty())
        QSKIP("There is no gzip here.");
    for (const QString ending : {"csv", "jsonl"}) {
        const QString plain = m_place->file("out." + ending);
        const QString packed = plain + ".gz";
        QCOMPARE(m_ctl->run({"log", "--output", plain}).status, 0);
        const Andonctl::Result result = m_ctl->run({"log", "--output", packed, "--json"});
        QVERIFY2(result.status == 0, result.err.constData());
        QCOMPARE(result.json().value("events").toInteger(), 1500);
        QVERIFY(QFileInfo(packed).size() < QFileInfo(plain).size() / 3);
        QCOMPARE(QProcess::execute("gzip", {"-t", packed}), 0);
        QProcess zcat;
        zcat.start("gzip", {"-dc", packed});
        QVERIFY(zcat.waitForFinished(kPatienceMs));
        QVERIFY(zcat.readAllStandardOutput() == bytesOf(plain));
    }
    // Named for no format, so an option names it.
    const QString other = m_place->file("dump.gz");
    QCOMPARE(m_ctl->run({"log", "--output", other}).status, 2);
    QCOMPARE(m_ctl->run({"log", "--output", other, "--format", "csv"}).status, 0);
    QCOMPARE(bytesOf(other), bytesOf(m_place->file("out.csv.gz"))); // the same bytes, whenever they are written
}

void TestAndonctlLog::anExportThatIsKilledHalfwayLeavesNoFile()
{
#ifndef Q_OS_UNIX
    QSKIP("signals are of Unix");
#else
    {
        ForeignClient raw(m_place->path(), kPatienceMs);
        raw.must("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) "
                 "INSERT INTO action_audit_log(event_type, actor, timestamp, event_data) "
                 "SELECT 'proposed', 'agent', '2026-01-31T12:00:00.000+00:00', i || '"
                 + QByteArray(200, 'x') + "' FROM n");
    }
    const QTemporaryDir folder;
    const QDir dir(folder.path());
    const auto files = [&dir] { return QDir(dir).entryList(QDir::Files | QDir::Hidden); };
    for (const QString name : {"out.csv", "out.csv.gz", "out.jsonl"}) {
        for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
            const std::unique_ptr<QProcess> exporter = m_ctl->start({"log", "--output", dir.filePath(name)});
            QVERIFY(exporter->waitForStarted());
            const auto process = static_cast<pid_t>(exporter->processId());
            QVERIFY(process > 0);
            QThread::msleep(60); // the whole takes several hundred
            ::kill(process, signal);
            QVERIFY(exporter->waitForFinished(kPatienceMs));
            QVERIFY2(exporter->exitStatus() == QProcess::CrashExit || exporter->exitCode() != 0, "was too fast");
            QVERIFY2(!QFileInfo::exists(dir.filePath(name)), qPrintable(name));
#ifdef Q_OS_LINUX // where a file has no name before it is whole; elsewhere nobody tidies up after a SIGKILL
            QCOMPARE(files(), QStringList());
#endif
        }
    }
#endif
}

void TestAndonctlLog::anExportToAFullDiskLeavesNoFile()
{
    const std::unique_ptr<SmallDisk> disk = SmallDisk::make(m_place->file("small"), 128 * 1024);
    if (!disk)
        QSKIP("This account cannot mount a small disk.");
    disk->fill();
    for (const QString name : {"out.csv", "out.csv.gz", "out.jsonl", "out.jsonl.gz"}) {
        const Andonctl::Result result = m_ctl->run({"log", "--output", disk->path() + '/' + name});
        QVERIFY2(result.status != 0, qPrintable(name));
        QVERIFY2(result.err.contains("could not be written"), result.err.constData());
        QVERIFY(!QFileInfo::exists(disk->path() + '/' + name));
        QVERIFY(QDir(disk->path()).entryList({"out*"}, QDir::Files | QDir::Hidden).isEmpty());
    }
}

void TestAndonctlLog::anExportToAnUnknownFormatIsRefused()
{
    const QString file = m_place->file("out.xls");
    QCOMPARE(m_ctl->run({"log", "--output", file}).status, 2);
    QCOMPARE(m_ctl->run({"log", "--output", m_place->file("out.csv"), "--format", "table"}).status, 2);
    QCOMPARE(m_ctl->run({"log", "--output", m_place->file("out.csv"), "--follow"}).status, 2);
    QCOMPARE(m_ctl->run({"log", "--output", m_place->file("out.csv"), "--limit", "5"}).status, 2);
    QVERIFY(!QFileInfo::exists(file));
    QVERIFY(!QFileInfo::exists(m_place->file("out.csv")));
}

void TestAndonctlLog::anEmptyLogIsEmpty()
{
    const Andonctl empty(m_place->file("empty.db"));
    QCOMPARE(empty.run({"log", "--json"}).out, QByteArray());
    QCOMPARE(empty.run({"log", "--limit", "0"}).lines().size(), 1);
    QCOMPARE(empty.run({"actions", "--json"}).out, QByteArray("{\"actions\":[]}\n"));
}

QTEST_GUILESS_MAIN(TestAndonctlLog)
#include "tst_andonctl_log.moc"
