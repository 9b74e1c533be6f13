// SPDX-License-Identifier: Apache-2.0
// Proofs of single events, made and checked by andonctl.
#include "tests/e2e/support/ProvenLog.h"
#include "tests/support/NoteSamples.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace andon;
using namespace andon::test;

class TestAndonctlProof : public QObject
{
    Q_OBJECT

private slots:
    void fromTheCheckpointToTheProof();
    void everyEventIsProven();
    void anEventIsTakenInEveryForm();
    void whoChecksNeedsNoDatabase();
    void aProofIsAboutTheCheckpointThatIsChosen();
    void whatIsNewerIsNotProven();
    void whatWasEditedIsNotProven();
    void aDatabaseThatCanOnlyBeReadWillDo();
    void otherEventsAndKeysAreRefused_data();
    void otherEventsAndKeysAreRefused();
    void mistypedCommandsAreRefused_data();
    void mistypedCommandsAreRefused();
    void theDatabaseIsNotWrittenOver();

private:
    const ProvenLog m_log;
};

void TestAndonctlProof::fromTheCheckpointToTheProof()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"propose", "--action", "drain_store", "--reason", "because"}).status, 0);
    QCOMPARE(ctl.run({"proof", "1", "--output", place.file("1.tlog-proof")}).status, 1);
    const QJsonObject checkpoint = ctl.run({"checkpoint", "--json"}).json();
    const QString key = QString::fromUtf8(ctl.run({"key", "show"}).out).trimmed();
    const Andonctl::Result made = ctl.run({"proof", "1", "--output", place.file("1.tlog-proof")});
    QVERIFY2(made.status == 0, made.err.constData());
    QVERIFY(bytesOf(place.file("1.tlog-proof")).endsWith(checkpoint.value("note").toString().toUtf8()));
    const Andonctl::Result proven = ctl.run({"verify-proof", place.file("1.tlog-proof"), "--event",
                                             QString::fromUtf8(made.out), "--key", key, "--origin",
                                             checkpoint.value("origin").toString()});
    QVERIFY2(proven.status == 0, proven.err.constData());
}

void TestAndonctlProof::everyEventIsProven()
{
    const QStringList ids = ForeignClient(m_log.path()).rows("SELECT id FROM action_audit_log ORDER BY id");
    for (qsizetype index = 0; index < ids.size(); ++index) {
        if (index > 11 && index < ids.size() - 2) // all the odd ones, and a few of the others
            continue;
        const QString proof = m_log.file("every.tlog-proof");
        const QJsonObject made = m_log.ctl().run({"proof", ids.at(index), "--output", proof, "--json"}).json();
        QCOMPARE(made.value("event").toInteger(), ids.at(index).toLongLong());
        QCOMPARE(made.value("index").toInteger(-1), index);
        QCOMPARE(made.value("size").toInteger(), m_log.events());
        QCOMPARE(made.value("output").toString(), proof);
        const QString entry = QString::fromUtf8(
            QJsonDocument(made.value("entry").toObject()).toJson(QJsonDocument::Compact));
        const Andonctl::Result result = m_log.verify({proof, "--event", entry});
        QVERIFY2(result.status == 0, result.err.constData());
        const QJsonObject proven = result.json();
        QCOMPARE(proven.value("proven"), QJsonValue(true));
        QCOMPARE(proven.value("event").toInteger(), ids.at(index).toLongLong());
        QCOMPARE(proven.value("index").toInteger(-1), index);
        QCOMPARE(proven.value("size").toInteger(), m_log.events());
        QCOMPARE(proven.value("origin").toString(), QString("test.example/log"));
        QCOMPARE(proven.value("keys").toArray(), QJsonArray{m_log.trusted()});
    }
}

void TestAndonctlProof::anEventIsTakenInEveryForm()
{
    const Andonctl::Result made = m_log.ctl().run(
        {"proof", "15", "--output", m_log.proofOf(15), "--entry-output", m_log.entryOf(15)});
    QCOMPARE(made.status, 0);
    // Printed so that no terminal is driven by it, and still the same entry.
    QVERIFY(!made.out.contains("\u202e"));
    const QJsonObject printed = made.json();
    QCOMPARE(printed, QJsonDocument::fromJson(bytesOf(m_log.entryOf(15))).object());
    QCOMPARE(m_log.verify({m_log.proofOf(15), "--event", QString::fromUtf8(made.out)}).status, 0);
    QCOMPARE(m_log.verify({m_log.proofOf(15), "--event", '@' + m_log.entryOf(15)}).status, 0);

    const auto fromInput = [this](const QStringList &arguments, const QByteArray &input) {
        const auto process = m_log.ctl().start(QStringList{"verify-proof", "--key", m_log.trusted()} + arguments);
        process->write(input);
        process->closeWriteChannel();
        return Andonctl::finish(*process);
    };
    const Andonctl::Result proven = fromInput({m_log.proofOf(15), "--event", "-"}, made.out);
    QCOMPARE(proven.status, 0);
    QVERIFY2(proven.out.startsWith("Proven: event 15 is entry "), proven.out.constData());
    QCOMPARE(fromInput({"-", "--event", '@' + m_log.entryOf(15)}, bytesOf(m_log.proofOf(15))).status, 0);
    QCOMPARE(m_log.ctl().run({"proof", "15", "--output", "-"}).out, bytesOf(m_log.proofOf(15)));
}

void TestAndonctlProof::whoChecksNeedsNoDatabase()
{
    QCOMPARE(m_log.prove(12).status, 0);
    const TemporaryDatabase nowhere;
    const Andonctl::Result result = Andonctl(nowhere.path())
                                        .run({"verify-proof", m_log.proofOf(12), "--event", '@' + m_log.entryOf(12),
                                              "--key", SigningKey::make("other").verifier().toString(), "--key",
                                              m_log.trusted(), "--origin", "test.example/log"});
    QVERIFY2(result.status == 0, result.err.constData());
    QCOMPARE(QDir(nowhere.folder()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden), QStringList());
}

void TestAndonctlProof::aProofIsAboutTheCheckpointThatIsChosen()
{
    write(m_log.file("earlier"), m_log.earlier());
    const qint64 size = Checkpoint::parse(SignedNote::parse(m_log.earlier()).text()).size;
    QVERIFY(size < m_log.events());
    const QJsonObject made = m_log.ctl()
                                 .run({"proof", "1", "--output", m_log.proofOf(1), "--checkpoint",
                                       m_log.file("earlier"), "--json"})
                                 .json();
    QCOMPARE(made.value("size").toInteger(), size);
    QVERIFY(bytesOf(m_log.proofOf(1)).endsWith("\n\n" + m_log.earlier()));
    const QString entry = QString::fromUtf8(QJsonDocument(made.value("entry").toObject()).toJson());
    QCOMPARE(m_log.verify({m_log.proofOf(1), "--event", entry}).json().value("size").toInteger(), size);

    const Andonctl::Result newer = m_log.ctl().run(
        {"proof", "10", "--output", m_log.file("none"), "--checkpoint", m_log.file("earlier")});
    QCOMPARE(newer.status, 1);
    QVERIFY2(newer.err.contains("newer than the checkpoint"), newer.err.constData());
    write(m_log.file("stranger"), samples::kCheckpointNote);
    const Andonctl::Result stranger = m_log.ctl().run(
        {"proof", "10", "--output", m_log.file("none"), "--checkpoint", m_log.file("stranger")});
    QCOMPARE(stranger.status, 1);
    QVERIFY2(stranger.err.contains("another log"), stranger.err.constData());
    write(m_log.file("nonote"), "nothing\n");
    QCOMPARE(
        m_log.ctl().run({"proof", "10", "--output", m_log.file("none"), "--checkpoint", m_log.file("nonote")}).status,
        1);
    QVERIFY(!QFile::exists(m_log.file("none")));
}

void TestAndonctlProof::whatIsNewerIsNotProven()
{
    const QString path = m_log.copy("newer.db");
    const Andonctl ctl(path);
    QCOMPARE(ctl.run({"propose", "--action", "late", "--reason", "late"}).status, 0);
    const QString newest = ForeignClient(path).value("SELECT max(id) FROM action_audit_log");
    const Andonctl::Result result = ctl.run({"proof", newest, "--output", m_log.file("none")});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("andonctl checkpoint"), result.err.constData());
    QVERIFY(!QFile::exists(m_log.file("none")));
    (void)sealAndSign(path, m_log.key());
    QCOMPARE(ctl.run({"proof", newest, "--output", m_log.file("some")}).status, 0);
    const Andonctl::Result missing = ctl.run({"proof", "999999", "--output", m_log.file("none")});
    QCOMPARE(missing.status, 1);
    QVERIFY2(missing.err.contains("There is no event 999999"), missing.err.constData());
}

void TestAndonctlProof::whatWasEditedIsNotProven()
{
    const QString path = m_log.copy("edited.db");
    ProvenLog::tamper(path, "UPDATE action_audit_log SET actor = 'nobody' WHERE id = 12");
    const Andonctl::Result result = Andonctl(path).run({"proof", "12", "--output", m_log.file("none")});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("andonctl verify"), result.err.constData());
    QVERIFY(!QFile::exists(m_log.file("none")));
    QCOMPARE(Andonctl(path).run({"proof", "11", "--output", m_log.file("some")}).status, 0);
}

void TestAndonctlProof::aDatabaseThatCanOnlyBeReadWillDo()
{
#ifndef Q_OS_UNIX
    QSKIP("rights are of another kind here");
#endif
    TemporaryDatabase place;
    QCOMPARE(Andonctl(place.path()).run({"propose", "--action", "a", "--reason", "b"}).status, 0);
    (void)sealAndSign(place.path(), m_log.key());
    ForeignClient(place.path()).must("PRAGMA journal_mode = delete"); // which needs no files beside it to be read
    QFile::setPermissions(place.path(), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
    QFile::setPermissions(place.folder(),
                          QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner | QFile::ReadOther | QFile::ExeOther);
    const Andonctl::Result result = Andonctl(place.path()).runUnprivileged({"proof", "1", "--output", "-"});
    QVERIFY2(result.status == 0, result.err.constData());
    write(m_log.proofOf(1), result.out);
    QVERIFY(result.out.startsWith("c2sp.org/tlog-proof@v1\n"));
}

void TestAndonctlProof::otherEventsAndKeysAreRefused_data()
{
    QTest::addColumn<QString>("part");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const char *part, const QByteArray &before, const QByteArray &after,
                        const char *problem) {
        QTest::newRow(name) << QString(part) << before << after << QString(problem);
    };
    row("another value", "entry", "\"agent\"", "\"user\"", "not_included");
    row("another id", "entry", "\"id\":10", "\"id\":11", "not_included");
    row("another type", "entry", "\"id\":10", "\"id\":\"10\"", "not_included");
    row("a column more", "entry", "\"id\":10", "\"id\":10,\"more\":1", "not_included");
    row("a fraction", "entry", "\"id\":10", "\"id\":10.5", "malformed");
    row("a truth", "entry", "\"id\":10", "\"id\":true", "malformed");
    row("another header", "proof", "@v1", "@v2", "malformed");
    row("another index", "proof", "index ", "index 1", "not_included");
    row("a cut checkpoint", "proof", "\n\u2014 ", "\n- ", "malformed");
    row("another size", "proof", "\ntest.example/log\n", "\ntest.example/log\n1", "bad_signature");
    row("another origin", "proof", "\ntest.example/log\n", "\ntest.example/lag\n", "bad_signature");
    row("another signer", "proof", "\u2014 test.example/log", "\u2014 test.example/lag", "not_signed");
}

void TestAndonctlProof::otherEventsAndKeysAreRefused()
{
    QFETCH(QString, part);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QString, problem);
    QCOMPARE(m_log.prove(10).status, 0);
    const QString changed = part == "entry" ? m_log.entryOf(10) : m_log.proofOf(10);
    const QByteArray bytes = bytesOf(changed);
    QCOMPARE(bytes.count(before), 1);
    write(changed, QByteArray(bytes).replace(before, after));
    const Andonctl::Result result = m_log.verify({m_log.proofOf(10), "--event", '@' + m_log.entryOf(10)});
    QCOMPARE(result.status, 1);
    QCOMPARE(result.json().value("proven"), QJsonValue(false));
    QCOMPARE(result.json().value("problem").toString(), problem);
    QVERIFY(result.err.contains("Not proven: "));
    write(changed, bytes);
    QCOMPARE(m_log.verify({m_log.proofOf(10), "--event", '@' + m_log.entryOf(10)}).status, 0);
    QCOMPARE(m_log.verify({m_log.proofOf(10), "--event", '@' + m_log.entryOf(10), "--origin", "else"})
                 .json()
                 .value("problem"),
             QJsonValue("other_log"));
}

void TestAndonctlProof::mistypedCommandsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QString key = m_log.trusted();
    QTest::newRow("no event") << QStringList{"proof", "--output", "x"};
    QTest::newRow("no number") << QStringList{"proof", "x", "--output", "x"};
    QTest::newRow("no output") << QStringList{"proof", "1"};
    QTest::newRow("twice standard output") << QStringList{"proof", "1", "--output", "-", "--json"};
    QTest::newRow("no checkpoint file") << QStringList{"proof", "1", "--output", "x", "--checkpoint", "/nowhere/x"};
    QTest::newRow("no key") << QStringList{"verify-proof", m_log.proofOf(10), "--event", "{}"};
    QTest::newRow("a bad key") << QStringList{"verify-proof", m_log.proofOf(10), "--event", "{}", "--key", "x+y+z"};
    QTest::newRow("no proof") << QStringList{"verify-proof", "--event", "{}", "--key", key};
    QTest::newRow("no entry") << QStringList{"verify-proof", m_log.proofOf(10), "--key", key};
    QTest::newRow("no proof file") << QStringList{"verify-proof", "/nowhere/x", "--event", "{}", "--key", key};
    QTest::newRow("no entry file") << QStringList{"verify-proof", m_log.proofOf(10), "--event",
                                                  "@/nowhere/x",  "--key",           key};
    QTest::newRow("no JSON") << QStringList{"verify-proof", m_log.proofOf(10), "--event", "{", "--key", key};
    QTest::newRow("no object") << QStringList{"verify-proof", m_log.proofOf(10), "--event", "5", "--key", key};
    QTest::newRow("both") << QStringList{"verify-proof", m_log.proofOf(10), "--export", "x", "--key", key};
    QTest::newRow("no export") << QStringList{"verify-proof", "--export", "/nowhere/x", "--key", key};
    QTest::newRow("proofs on the screen") << QStringList{"log", "--proofs"};
}

void TestAndonctlProof::mistypedCommandsAreRefused()
{
    QFETCH(QStringList, arguments);
    QCOMPARE(m_log.prove(10).status, 0);
    const Andonctl::Result result = m_log.ctl().run(arguments);
    QVERIFY2(result.status == 2, result.err.constData());
    QVERIFY(result.out.isEmpty());
}

void TestAndonctlProof::theDatabaseIsNotWrittenOver()
{
    ANDON_SQLITE_ONLY("the file of a database");
    const QByteArray before = bytesOf(m_log.path());
    for (const QString &option : {QString("--output"), QString("--entry-output")}) {
        QStringList arguments{"proof", "10", option, m_log.path()};
        if (option != "--output")
            arguments << "--output" << m_log.file("some");
        const Andonctl::Result result = m_log.ctl().run(arguments);
        QCOMPARE(result.status, 2);
        QVERIFY2(result.err.contains("belongs to the database"), result.err.constData());
    }
    QCOMPARE(bytesOf(m_log.path()), before);
}

QTEST_GUILESS_MAIN(TestAndonctlProof)
#include "tst_andonctl_proof.moc"
