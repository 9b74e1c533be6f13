// SPDX-License-Identifier: Apache-2.0
// Exports that carry proofs: made by andonctl log, checked by andonctl verify-proof.
#include "tests/e2e/support/ProvenLog.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace andon;
using namespace andon::test;

class TestAndonctlProofExport : public QObject
{
    Q_OBJECT

private slots:
    void anExportCarriesProofs();
    void anExportThatWasEditedIsFound_data();
    void anExportThatWasEditedIsFound();
    void anExportSaysWhatIsNewer();
    void anExportOfAnEditedLogFails();
    void anExportNeedsACheckpointAndJson();

private:
    const ProvenLog m_log;
};

void TestAndonctlProofExport::anExportCarriesProofs()
{
    const QString path = m_log.file("log.jsonl");
    const Andonctl::Result made = m_log.ctl().run({"log", "--output", path, "--proofs", "--json"});
    QCOMPARE(made.status, 0);
    QCOMPARE(made.json().value("events").toInteger(), m_log.events());
    QCOMPARE(made.json().value("proofs").toInteger(), m_log.events());

    const QJsonObject result = m_log.verify({"--export", path}).json();
    QCOMPARE(result.value("proven"), QJsonValue(true));
    QCOMPARE(result.value("lines").toInteger(), m_log.events());
    QCOMPARE(result.value("proven_lines").toInteger(), m_log.events());
    QCOMPARE(result.value("checkpoints").toArray().size(), 1);

    // The same without the two fields, and each line by itself.
    QCOMPARE(m_log.ctl().run({"log", "--output", m_log.file("plain.jsonl")}).status, 0);
    const QByteArrayList plain = bytesOf(m_log.file("plain.jsonl")).trimmed().split('\n');
    const QByteArrayList proven = bytesOf(path).trimmed().split('\n');
    QCOMPARE(proven.size(), plain.size());
    for (qsizetype i = 0; i < plain.size(); ++i)
        QVERIFY(proven.at(i).startsWith(plain.at(i).chopped(1) + ",\"entry\":{"));
    const QJsonObject line = QJsonDocument::fromJson(proven.last()).object();
    write(m_log.file("line"), proven.last());
    write(m_log.file("line.tlog-proof"), line.value("proof").toString().toUtf8());
    QCOMPARE(m_log.verify({m_log.file("line.tlog-proof"), "--event", '@' + m_log.file("line")}).status, 0);

    QCOMPARE(m_log.ctl().run({"log", "type:odd", "--output", path, "--proofs"}).status, 0);
    QCOMPARE(m_log.verify({"--export", path}).json().value("proven_lines").toInteger(), 6);
    const Andonctl::Result words = m_log.ctl().run({"verify-proof", "--export", path, "--key", m_log.trusted()});
    QCOMPARE(words.status, 0);
    QVERIFY2(words.out.contains("Proven: each of 6 events."), words.out.constData());
    QCOMPARE(m_log.ctl().run({"log", "type:none", "--output", path, "--proofs"}).status, 0);
    QCOMPARE(m_log.verify({"--export", path}).status, 1); // nothing proves nothing
}

void TestAndonctlProofExport::anExportThatWasEditedIsFound_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const char *before, const char *after, const char *problem) {
        QTest::newRow(name) << QByteArray(before) << QByteArray(after) << QString(problem);
    };
    row("id", "{\"id\":10,\"proposal_id\":null", "{\"id\":9,\"proposal_id\":null", "shown_otherwise");
    row("proposal", "{\"id\":10,\"proposal_id\":null", "{\"id\":10,\"proposal_id\":7", "shown_otherwise");
    row("type", "null,\"event_type\":\"odd\"", "null,\"event_type\":\"even\"", "shown_otherwise");
    row("data", "\"event_data\":{\"a\":1.50,", "\"event_data\":{\"a\":1.51,", "shown_otherwise");
    row("data left out", "\"event_data\":{\"a\":1.50,\"b\":\"\\u0007\"}", "\"event_data\":null", "shown_otherwise");
    row("entry", "\"id\":10,\"timestamp\"", "\"id\":10,\"more\":1,\"timestamp\"", "not_included");
    row("proof", "\"proof\":\"c2sp.org/tlog-proof@v1\\nindex 1", "\"proof\":\"c2sp.org/tlog-proof@v1\\nindex 2",
        "not_included");
    row("no proof", "\"proof\":\"c2sp.org/tlog-proof@v1\\n", "\"proof\":null,\"else\":\"", "no_proof");
    row("no field", "\"proof\":\"c2sp.org/tlog-proof@v1\\n", "\"else\":\"", "no_proof");
    row("no JSON", "{\"id\":10,", "{id:10,", "malformed");
}

void TestAndonctlProofExport::anExportThatWasEditedIsFound()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QString, problem);
    const QString path = m_log.file("edited.jsonl");
    QCOMPARE(m_log.ctl().run({"log", "--output", path, "--proofs"}).status, 0);
    QByteArrayList lines = bytesOf(path).split('\n');
    const auto line = std::find_if(lines.begin(), lines.end(),
                                   [](const QByteArray &one) { return one.startsWith("{\"id\":10,"); });
    QVERIFY(line != lines.end());
    const qsizetype place = line->indexOf(before);
    QVERIFY2(place >= 0, line->constData());
    line->replace(place, before.size(), after);
    write(path, lines.join('\n'));

    const Andonctl::Result result = m_log.verify({"--export", path});
    QCOMPARE(result.status, 1);
    QCOMPARE(result.json().value("proven_lines").toInteger(), m_log.events() - 1);
    const QJsonArray refusals = result.json().value("refusals").toArray();
    QCOMPARE(refusals.size(), 1);
    QCOMPARE(refusals.first().toObject().value("line").toInteger(), std::distance(lines.begin(), line) + 1);
    QCOMPARE(refusals.first().toObject().value("problem").toString(), problem);
}

void TestAndonctlProofExport::anExportSaysWhatIsNewer()
{
    const QString path = m_log.copy("newerexport.db");
    const Andonctl ctl(path);
    QCOMPARE(ctl.run({"propose", "--action", "late", "--reason", "late"}).status, 0);
    const Andonctl::Result made = ctl.run({"log", "--output", m_log.file("newer.jsonl"), "--proofs", "--json"});
    QCOMPARE(made.status, 0);
    QCOMPARE(made.json().value("events").toInteger(), m_log.events() + 1);
    QCOMPARE(made.json().value("proofs").toInteger(), m_log.events());
    QVERIFY2(made.err.contains("1 events have no proof"), made.err.constData());
    const QByteArray last = bytesOf(m_log.file("newer.jsonl")).trimmed().split('\n').last();
    QVERIFY(last.endsWith(",\"proof\":null}"));
    const Andonctl::Result result = m_log.verify({"--export", m_log.file("newer.jsonl")});
    QCOMPARE(result.status, 1);
    QCOMPARE(result.json().value("refusals").toArray().first().toObject().value("problem").toString(),
             QString("no_proof"));
}

void TestAndonctlProofExport::anExportOfAnEditedLogFails()
{
    const QString path = m_log.copy("editedexport.db");
    ProvenLog::tamper(path, "UPDATE action_audit_log SET event_data = '{}' WHERE id = 12");
    const Andonctl::Result result = Andonctl(path).run({"log", "--output", m_log.file("none.jsonl"), "--proofs"});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("Event 12 "), result.err.constData());
    QVERIFY(!QFile::exists(m_log.file("none.jsonl")));
}

void TestAndonctlProofExport::anExportNeedsACheckpointAndJson()
{
    const Andonctl::Result csv = m_log.ctl().run({"log", "--output", m_log.file("none.csv"), "--proofs"});
    QCOMPARE(csv.status, 2);
    QVERIFY2(csv.err.contains("CSV"), csv.err.constData());
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"propose", "--action", "a", "--reason", "b"}).status, 0);
    const Andonctl::Result result = ctl.run({"log", "--output", m_log.file("none.jsonl"), "--proofs"});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("andonctl checkpoint"), result.err.constData());
    QVERIFY(!QFile::exists(m_log.file("none.jsonl")));
    QCOMPARE(m_log.ctl().run({"log", "--output", m_log.file("log.jsonl.gz"), "--proofs"}).status, 0);
}

QTEST_GUILESS_MAIN(TestAndonctlProofExport)
#include "tst_andonctl_proofexport.moc"
