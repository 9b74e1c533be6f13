// SPDX-License-Identifier: Apache-2.0
// An export holds exactly what the filter shows, oldest first, in a form that other programs read back, and a file
// appears whole or not at all.

#include "core/audit/JsonText.h"
#include "core/audit/export/AuditExport.h"
#include "core/audit/read/AuditRowVisitor.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/CountMatches.h"
#include "tests/support/Privileges.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QBuffer>
#include <QDir>
#include <QJsonDocument>
#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include <limits>

using namespace andon;
using andon::test::AuditLogFixture;
using andon::test::countMatches;
using andon::test::RawEvent;

namespace {

const QDateTime kNow(QDate(2026, 1, 31), QTime(12, 0), Qt::UTC);

/// RFC 4180, read by the letter. Empty where the text is not CSV.
QList<QStringList> readCsv(const QString &text)
{
    QList<QStringList> rows;
    QStringList row;
    qsizetype at = 0;
    while (at < text.size()) {
        QString cell;
        if (text.at(at) == '"') {
            for (++at;; ++at) {
                if (at >= text.size())
                    return {};
                if (text.at(at) != '"') {
                    cell += text.at(at);
                } else if (at + 1 < text.size() && text.at(at + 1) == '"') {
                    cell += text.at(at++);
                } else {
                    break;
                }
            }
            ++at;
        } else {
            while (at < text.size() && !QString(",\r\n\"").contains(text.at(at)))
                cell += text.at(at++);
        }
        row << cell;
        if (text.mid(at, 2) == "\r\n") {
            rows << row;
            row.clear();
            at += 2;
        } else if (at < text.size() && text.at(at) == ',') {
            ++at;
            if (text.mid(at, 2) == "\r\n")
                continue;
        } else {
            return {};
        }
    }
    return row.isEmpty() ? rows : QList<QStringList>();
}

QByteArray exported(AuditLogFixture &log, const QString &text, ExportFormat format)
{
    AuditReader reader(log.database());
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    AuditExport(reader).write(AuditFilter::parse(text, kNow), format, buffer);
    return buffer.data();
}

/// Takes all and keeps nothing, so that what takes time is the export.
class Sink : public QIODevice
{
public:
    Sink() { open(QIODevice::WriteOnly | QIODevice::Unbuffered); }

protected:
    qint64 readData(char * /*data*/, qint64 /*most*/) override { return -1; }
    qint64 writeData(const char * /*data*/, qint64 size) override { return size; }
};

QStringList filesIn(const QTemporaryDir &folder)
{
    return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden | QDir::NoDotAndDotDot);
}

QString readFile(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class TestAuditExport : public QObject
{
    Q_OBJECT

private slots:
    void formatsByNameAndFileName();
    void csvReadsBackExactly();
    void csvDefusesFormulas_data();
    void csvDefusesFormulas();
    void jsonLinesReadBackExactly();
    void jsonObjectsKeepTheirDigitsAndOrder_data();
    void jsonObjectsKeepTheirDigitsAndOrder();
    void exportsWhatTheFilterShowsOldestFirst();
    void leavesOutWhatCameAfterTheStart();
    void writesAFileWhole();
    void compressesAsTheFormatSays();
    void tellsTheShareEvenWhereNothingMatches();
    void cancelIsHeardSoon_data();
    void cancelIsHeardSoon();
    void cancelIsHeardSoonWhereEachRowTakesLong();
    void cancellingLeavesNoFileAndTheOldOneAlone();
    void saysWhatIsWrongWithATarget();
    void aFolderWithoutRightsIsAnErrorAndKeepsItsFiles();
    void neverOverwritesTheDatabase();
    void aFullDiskIsAnError();
};

void TestAuditExport::formatsByNameAndFileName()
{
    QCOMPARE(exportFormatFromName("csv"), ExportFormat::Csv);
    QCOMPARE(exportFormatFromName("jsonl"), ExportFormat::JsonLines);
    for (const QString name : {"", "CSV", "json", "xml", "csv "})
        QVERIFY(!exportFormatFromName(name));
    QCOMPARE(exportFormatFromFileName("/a.b/log.CSV"), ExportFormat::Csv);
    for (const QString name : {"log.jsonl", "log.ndjson", "log.json", "x.csv.JSONL"})
        QCOMPARE(exportFormatFromFileName(name), ExportFormat::JsonLines);
    for (const QString name : {"", "log", "log.txt", "csv", "/a.csv/log", "log.gz", "log.csv.zip", "log.txt.gz", ".gz"})
        QVERIFY(!exportFormatFromFileName(name));
    QCOMPARE(exportFormatFromFileName("log.csv.gz"), ExportFormat(ExportFormat::Csv, true));
    QCOMPARE(exportFormatFromFileName("/a.b/log.2.JSONL.GZ"), ExportFormat(ExportFormat::JsonLines, true));
}

void TestAuditExport::csvReadsBackExactly()
{
    AuditLogFixture log;
    const QStringList texts = {"plain", "a,b",      "say \"no\"", "\"", "two\r\nlines",
                               "a\nb",  "größe 火", " spaces ",   "a;b"};
    QList<RawEvent> rows;
    for (const QString &text : texts)
        rows << RawEvent{7, text, text, text, text};
    rows << RawEvent{} << RawEvent{-3, "x", "", "agent"};
    log.insert(rows);

    const QByteArray csv = exported(log, "", ExportFormat::Csv);
    QVERIFY(csv.startsWith("id,proposal_id,event_type,actor,timestamp,event_data\r\n"));
    const QList<QStringList> cells = readCsv(QString::fromUtf8(csv));
    QCOMPARE(cells.size(), texts.size() + 3);
    for (int i = 0; i < texts.size(); ++i) {
        const QString &text = texts.at(i);
        QCOMPARE(cells.at(i + 1), (QStringList{QString::number(i + 1), "7", text, text, text, text}));
    }
    QCOMPARE(cells.at(texts.size() + 1).at(1), QString());
    QCOMPARE(cells.at(texts.size() + 1).at(5), QString());
    QCOMPARE(cells.at(texts.size() + 2).at(1), QString("-3")); // a number, not a formula
}

void TestAuditExport::csvDefusesFormulas_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\",\"y\")", "-2+3+cmd|' /C calc'!A0"})
        QTest::newRow(text) << QString(text);
}

void TestAuditExport::csvDefusesFormulas()
{
    QFETCH(QString, text);
    AuditEvent event;
    event.id = EventId(1);
    event.eventType = event.actor = event.timestampText = event.eventData = text;
    const QList<QStringList> cells = readCsv(QString::fromUtf8(AuditExport::line(event, ExportFormat::Csv)));
    QCOMPARE(cells.size(), 1);
    QCOMPARE(cells.constFirst(), (QStringList{"1", "", '\'' + text, '\'' + text, '\'' + text, '\'' + text}));
}

void TestAuditExport::jsonLinesReadBackExactly()
{
    AuditLogFixture log;
    const QStringList datas = {"{}",
                               "{\"a\":[1,2,{\"b\":null}],\"c\":\"x\\ny\"}",
                               "{ \"pretty\" :\n  true\r\n}",
                               "not JSON",
                               "[1,2]",
                               "\"text\"",
                               "{broken",
                               "{\"a\":01}",
                               "{\"a\":1,}",
                               "",
                               "line\nbreak \"q\" \\ \x01\x1f\t"};
    QList<RawEvent> rows{{{}, "none", {}, "agent"}, {5, "bytes", QByteArray("\xff{\"x\":1}"), "agent"}};
    for (const QString &data : datas)
        rows << RawEvent{42, "a \"type\"\n", data, "=agent", "2026-01-31"};
    log.insert(rows);

    const QByteArray text = exported(log, "", ExportFormat::JsonLines);
    QVERIFY(text.endsWith("}\n"));
    const QList<QByteArray> lines = text.chopped(1).split('\n');
    QCOMPARE(lines.size(), rows.size());
    QVERIFY(lines.at(0).startsWith(
        "{\"id\":1,\"proposal_id\":null,\"event_type\":\"none\",\"actor\":\"agent\",\"timestamp\":"));
    for (int i = 0; i < lines.size(); ++i) {
        const QJsonDocument document = QJsonDocument::fromJson(lines.at(i));
        QVERIFY2(document.isObject(), lines.at(i));
        const QJsonObject object = document.object();
        QCOMPARE(object.keys(), (QStringList{"actor", "event_data", "event_type", "id", "proposal_id", "timestamp"}));
        QCOMPARE(object.value("id").toInt(), i + 1);
        const QJsonValue data = object.value("event_data");
        if (i == 0) {
            QVERIFY(data.isNull());
        } else if (i == 1) {
            QVERIFY(data.isString());
        } else {
            QCOMPARE(object.value("event_type").toString(), QString("a \"type\"\n"));
            QCOMPARE(object.value("actor").toString(), QString("=agent"));
            const QString stored = datas.at(i - 2);
            if (i - 2 < 3)
                QCOMPARE(data.toObject(), QJsonDocument::fromJson(stored.toUtf8()).object());
            else
                QCOMPARE(data, QJsonValue(stored));
        }
    }
}

void TestAuditExport::jsonObjectsKeepTheirDigitsAndOrder_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("compact"); // empty: not an object of RFC 8259
    const auto is = [](const char *name, const QString &text, const QString &compact) {
        QTest::newRow(name) << text << compact;
    };
    is("order and digits", "{\"z\": 12345678901234567890.10e+2, \"a\":-0.5E-3 }",
       "{\"z\":12345678901234567890.10e+2,\"a\":-0.5E-3}");
    is("spaces in strings", " {\"a b\" : \" c \"}\t", "{\"a b\":\" c \"}");
    is("escapes", R"({"a":"\"\\\/\b\f\n\r\t\u00e4\uD83D"})", R"({"a":"\"\\\/\b\f\n\r\t\u00e4\uD83D"})");
    is("nested", "{\"a\":[ ],\"b\":{ },\"c\":[true,false,null,[{}]]}",
       "{\"a\":[],\"b\":{},\"c\":[true,false,null,[{}]]}");
    is("twice the same key", "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}");
    is("deep", "{\"a\":" + QString(511, '[') + QString(511, ']') + '}',
       "{\"a\":" + QString(511, '[') + QString(511, ']') + '}');
    is("too deep", "{\"a\":" + QString(512, '[') + QString(512, ']') + '}', "");
    is("very deep", QString(1'000'000, '[').prepend("{\"a\":"), "");
    is("byte order mark", QChar(0xfeff) + QString("{}"), "");
    for (const char *wrong : {"",
                              " ",
                              "[]",
                              "1",
                              "null",
                              "\"a\"",
                              "{",
                              "}",
                              "{}x",
                              "{}{}",
                              "{\"a\"}",
                              "{\"a\":}",
                              "{\"a\":1,}",
                              "{,}",
                              "{a:1}",
                              "{'a':1}",
                              "{\"a\":01}",
                              "{\"a\":1.}",
                              "{\"a\":.5}",
                              "{\"a\":+1}",
                              "{\"a\":1e}",
                              "{\"a\":-}",
                              "{\"a\":\"\\q\"}",
                              "{\"a\":\"\\u12g4\"}",
                              "{\"a\":\"x\ny\"}",
                              "{\"a\":\"x",
                              "{\"a\":tru}",
                              "{\"a\":[1,]}",
                              "{\"a\":[1}",
                              "{\"a\":NaN}",
                              "{\"a\":\"\\"})
        is(qPrintable(QString("not: ") + wrong), QString(wrong), "");
}

void TestAuditExport::jsonObjectsKeepTheirDigitsAndOrder()
{
    QFETCH(QString, text);
    QTEST(JsonText::compactObject(text).value_or(QString()), "compact");
}

void TestAuditExport::exportsWhatTheFilterShowsOldestFirst()
{
    AuditLogFixture log;
    log.fill(3000);
    AuditReader reader(log.database());
    for (const QString text :
         {"", "type:failed", "actor:system \"store 7\"", "since:2026-01-01T00:30:00Z", "nosuchtext"}) {
        const QList<QStringList> rows = readCsv(QString::fromUtf8(exported(log, text, ExportFormat::Csv)));
        const AuditFilter filter = AuditFilter::parse(text, kNow);
        QCOMPARE(rows.size() - 1, countMatches(reader, filter));
        const QList<AuditEvent> shown = reader.page({filter, AuditPageRequest::Direction::Older, {}, 100'000}).events;
        for (int i = 0; i < shown.size(); ++i)
            QCOMPARE(rows.at(rows.size() - 1 - i).constFirst(), shown.at(i).id->toString());
    }
}

void TestAuditExport::leavesOutWhatCameAfterTheStart()
{
    AuditLogFixture log;
    log.fill(1500);
    AuditReader reader(log.database());
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    int calls = 0;
    const qint64 written = AuditExport(reader).write({}, ExportFormat::JsonLines, buffer, [&](qint64) {
        log.insert({{}, {}});
        return ++calls < 1000;
    });
    QVERIFY(calls > 1);
    QCOMPARE(written, 1500);
    QCOMPARE(buffer.data().count('\n'), 1500);
}

void TestAuditExport::writesAFileWhole()
{
    AuditLogFixture log;
    log.fill(1200);
    AuditReader reader(log.database());
    QTemporaryDir folder;
    const QString name = folder.filePath("log.csv");
    QList<qint64> heard;
    const auto written = AuditExport(reader).writeFile({}, ExportFormat::Csv, name, [&](qint64 number) {
        if (QFile::exists(name))
            heard << -1;
        heard << number;
        return true;
    });
    QCOMPARE(written, 1200);
    QVERIFY(std::is_sorted(heard.cbegin(), heard.cend()) && !heard.contains(-1));
    QCOMPARE(heard.constLast(), 1200);
    QCOMPARE(readCsv(readFile(name)).size(), 1201);

    // Again, over it.
    QCOMPARE(AuditExport(reader).writeFile(AuditFilter::parse("proposal:1", kNow), ExportFormat::Csv, name), 3);
    QCOMPARE(readCsv(readFile(name)).size(), 4);
    QCOMPARE(filesIn(folder), QStringList("log.csv"));
}

void TestAuditExport::compressesAsTheFormatSays()
{
    if (QStandardPaths::findExecutable("gzip").isEmpty())
        QSKIP("There is no gzip here.");
    AuditLogFixture log;
    log.fill(20'000);
    AuditReader reader(log.database());
    QTemporaryDir folder;
    const QString name = folder.filePath("log.csv.gz");
    QCOMPARE(AuditExport(reader).writeFile({}, *exportFormatFromFileName(name), name), 20'000);
    QProcess gzip;
    gzip.start("gzip", {"-dc", name});
    QVERIFY(gzip.waitForFinished());
    QVERIFY(gzip.readAllStandardOutput() == exported(log, {}, ExportFormat::Csv));
    QVERIFY(!AuditExport(reader).writeFile({}, ExportFormat(ExportFormat::Csv, true), folder.filePath("cancelled.gz"),
                                           [](qint64) { return false; }));
    QCOMPARE(filesIn(folder), QStringList("log.csv.gz"));
#ifdef Q_OS_LINUX
    QFile full("/dev/full");
    QVERIFY(full.open(QIODevice::WriteOnly));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError,
                             AuditExport(reader).write({}, ExportFormat(ExportFormat::JsonLines, true), full));
#endif
}

void TestAuditExport::tellsTheShareEvenWhereNothingMatches()
{
    AuditLogFixture log;
    log.fill(100'000);
    AuditReader reader(log.database());
    for (const QString text : {"", "nosuchtext", "actor:system nosuchtext"}) {
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        QList<double> shares;
        qint64 rows = 0;
        const qint64 written = AuditExport(reader).write(AuditFilter::parse(text, kNow), ExportFormat::Csv, buffer,
                                                         [&](const ExportProgress &progress) {
                                                             shares << progress.share();
                                                             rows = progress.written;
                                                             return true;
                                                         });
        QVERIFY2(shares.size() > 1, qPrintable(text));
        QVERIFY(std::is_sorted(shares.cbegin(), shares.cend()));
        QVERIFY(shares.constFirst() < 1);
        QCOMPARE(shares.constLast(), 1.0);
        QCOMPARE(rows, written);
    }
}

void TestAuditExport::cancelIsHeardSoon_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("isCompressed");
    QTest::newRow("all") << "" << false;
    QTest::newRow("all, compressed") << "" << true;
    QTest::newRow("nothing matches") << "nosuchtext" << false;
}

/// Between two questions whether to go on nothing takes long, whatever is exported.
void TestAuditExport::cancelIsHeardSoon()
{
    QFETCH(QString, filter);
    QFETCH(bool, isCompressed);
    AuditLogFixture log;
    log.fill(300'000);
    AuditReader reader(log.database());
    Sink sink;
    QElapsedTimer timer;
    timer.start();
    QList<qint64> pauses;
    const qint64 written = AuditExport(reader).write(
        AuditFilter::parse(filter, kNow), ExportFormat(ExportFormat::JsonLines, isCompressed), sink, [&](qint64) {
            pauses << timer.restart();
            return true;
        });
    QCOMPARE(written, filter.isEmpty() ? 300'000 : 0);
    std::sort(pauses.begin(), pauses.end());
    QVERIFY(pauses.size() > 5);
    // One pause may be the machine's.
    const qint64 longest = pauses.at(pauses.size() - 3);
    QVERIFY2(longest <= 50, qPrintable(QString::number(longest)));
}

/// The same on a machine that is a thousand times slower: what counts is the time, not how many rows there are.
void TestAuditExport::cancelIsHeardSoonWhereEachRowTakesLong()
{
    constexpr int kRows = 1000;
    AuditLogFixture log;
    log.fill(kRows);
    AuditReader reader(log.database());
    const AuditQuery query = reader.compile({});
    AuditRowVisitor visitor(log.database(), query);
    int rows = 0;
    int asked = 0;
    const auto hear = [&rows](const StoredRow &) {
        QThread::usleep(500);
        ++rows;
        return true;
    };
    QVERIFY(visitor.visit({1, kRows}, {hear, [&asked](qint64, qint64) { return ++asked > 0; }}));
    QCOMPARE(rows, kRows);
    QVERIFY2(asked >= kRows / 16, qPrintable(QString::number(asked))); // each time that the clock is looked at
}

void TestAuditExport::cancellingLeavesNoFileAndTheOldOneAlone()
{
    AuditLogFixture log;
    log.fill(30'000);
    AuditReader reader(log.database());
    QTemporaryDir folder;
    const QString name = folder.filePath("log.csv");
    const auto afterCalls = [](int calls) { return [calls](qint64) mutable { return --calls > 0; }; };
    for (const int calls : {1, 2, 10}) {
        QVERIFY(!AuditExport(reader).writeFile({}, ExportFormat::Csv, name, afterCalls(calls)));
        QCOMPARE(filesIn(folder), QStringList());
        // Also in a search that finds nothing to write.
        QVERIFY(!AuditExport(reader).writeFile(AuditFilter::parse("nosuchtext", kNow), ExportFormat::Csv, name,
                                               afterCalls(1)));
        QCOMPARE(filesIn(folder), QStringList());
    }

    QFile old(name);
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    QVERIFY(!AuditExport(reader).writeFile({}, ExportFormat::Csv, name, afterCalls(3)));
    QCOMPARE(readFile(name), QString("old"));
    QCOMPARE(filesIn(folder), QStringList("log.csv"));
}

void TestAuditExport::saysWhatIsWrongWithATarget()
{
    AuditLogFixture log;
    log.fill(10);
    AuditReader reader(log.database());
    QTemporaryDir folder;
    for (const QString &name :
         {QString(), folder.path(), folder.filePath("no/such/folder/log.csv"), QString("/dev/null")}) {
#ifdef Q_OS_WIN
        if (name == "/dev/null")
            continue;
#endif
        try {
            AuditExport(reader).writeFile({}, ExportFormat::Csv, name);
            QFAIL("was written");
        } catch (const InvalidInputError &error) {
            QVERIFY2(error.message().endsWith('.') && error.message().contains(name), error.what());
        }
    }
    QVERIFY(QFileInfo(folder.path()).isDir());
    QBuffer closed;
    closed.open(QIODevice::ReadOnly);
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, AuditExport(reader).write({}, ExportFormat::Csv, closed));
}

void TestAuditExport::aFolderWithoutRightsIsAnErrorAndKeepsItsFiles()
{
    AuditLogFixture log;
    log.fill(1000);
    AuditReader reader(log.database());
    QTemporaryDir folder;
    const QString old = folder.filePath("old.csv");
    {
        QFile file(old);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("old") == 3);
    }
    test::openToEverybody(folder.path());
    QVERIFY(QFile::setPermissions(old, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
    const test::Unprivileged unprivileged;
    if (!unprivileged.isEffective())
        QSKIP("Rights cannot be taken away here.");
    for (const QString &name : {folder.filePath("new.csv"), folder.filePath("new.jsonl.gz"), old})
        QVERIFY_THROWS_EXCEPTION(InvalidInputError,
                                 AuditExport(reader).writeFile({}, *exportFormatFromFileName(name), name));
    QCOMPARE(filesIn(folder), QStringList("old.csv"));
    QCOMPARE(readFile(old), QString("old"));
}

void TestAuditExport::neverOverwritesTheDatabase()
{
    ANDON_SQLITE_ONLY("a server's database is no file that could be named");
    AuditLogFixture log;
    log.fill(10);
    AuditReader reader(log.database());
    QStringList names = {log.path(), log.path() + "-journal", log.path() + "-wal", andon::test::permitOf(log.path()),
                         QFileInfo(log.path()).path() + "/./log.db"};
#ifndef Q_OS_WIN
    QTemporaryDir folder;
    QVERIFY(QFile::link(log.path(), folder.filePath("link.csv")));
    names << folder.filePath("link.csv");
#endif
    for (const QString &name : names)
        QVERIFY_THROWS_EXCEPTION(InvalidInputError, AuditExport(reader).writeFile({}, ExportFormat::Csv, name));
    QCOMPARE(countMatches(reader, {}), 10);
    QVERIFY(!QFile::exists(andon::test::permitOf(log.path())));
}

void TestAuditExport::aFullDiskIsAnError()
{
#ifndef Q_OS_LINUX
    QSKIP("There is no /dev/full here.");
#endif
    AuditLogFixture log;
    log.fill(5000);
    AuditReader reader(log.database());
    for (const QString text : {"", "proposal:1", "nosuchtext"}) { // in the middle, and in what was still buffered
        QFile full("/dev/full");
        QVERIFY(full.open(QIODevice::WriteOnly));
        QVERIFY_THROWS_EXCEPTION(InvalidInputError,
                                 AuditExport(reader).write(AuditFilter::parse(text, kNow), ExportFormat::Csv, full));
    }
}

QTEST_GUILESS_MAIN(TestAuditExport)
#include "tst_auditexport.moc"
