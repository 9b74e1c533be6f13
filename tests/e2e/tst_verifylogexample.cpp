// SPDX-License-Identifier: Apache-2.0
// docs/examples/verify_log.py checks logs and proofs with nothing of Andon.
#include "tests/e2e/support/ProvenLog.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace andon;
using namespace andon::test;

class TestVerifyLogExample : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aWholeLogHolds();
    void everyKindOfEventHolds();
    void whatWasEditedIsFound();
    void whoHasSignedIsChecked();

private:
    [[nodiscard]] Andonctl::Result python(const QStringList &arguments) const
    {
        return runExample(*prepareExample(m_log.path(), m_python, QStringList{example("verify_log.py")} + arguments));
    }

    QString m_python;
    const ProvenLog m_log;
};

void TestVerifyLogExample::initTestCase()
{
    m_python = QStandardPaths::findExecutable("python3");
    if (m_python.isEmpty() || QStandardPaths::findExecutable("openssl").isEmpty())
        QSKIP("python3 or openssl is not here");
    if (isOnPostgres() && QStandardPaths::findExecutable("psql").isEmpty())
        QSKIP("psql is not here");
}

void TestVerifyLogExample::aWholeLogHolds()
{
    for (const QByteArray &note : {m_log.earlier(), m_log.newest()}) {
        write(m_log.file("checkpoint"), note);
        const Andonctl::Result result = python(
            {"log", m_log.path(), m_log.file("checkpoint"), "--key", m_log.trusted()});
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY2(result.out.startsWith("It holds: the first "), result.out.constData());
    }
    QCOMPARE(python({"log", m_log.path(), m_log.file("checkpoint")}).status, 0);
}

void TestVerifyLogExample::everyKindOfEventHolds()
{
    for (const int event : {1, 11, 12, 14, 17}) {
        QCOMPARE(m_log.prove(event).status, 0);
        const Andonctl::Result result = python(
            {"proof", m_log.proofOf(event), m_log.entryOf(event), "--key", m_log.trusted()});
        QVERIFY2(result.status == 0, result.err.constData());
    }
    QCOMPARE(python({"proof", m_log.proofOf(11), m_log.entryOf(12)}).status, 1);
}

void TestVerifyLogExample::whatWasEditedIsFound()
{
    write(m_log.file("checkpoint"), m_log.newest());
    for (const char *sql : {"UPDATE action_audit_log SET actor = 'Agent' WHERE id = 20",
                            "UPDATE action_audit_log SET event_data = CAST(event_data AS BLOB) WHERE id = 20",
                            "DELETE FROM action_audit_log WHERE id = 1"}) {
        const QString path = m_log.copy("pythonedited.db");
        ProvenLog::tamper(path, sql);
        const Andonctl::Result result = python({"log", path, m_log.file("checkpoint")});
        QVERIFY2(result.status == 1, sql);
        QVERIFY2(result.err.startsWith("It does not hold: "), result.err.constData());
    }
    // What was appended later changes nothing of what was signed.
    const QString path = m_log.copy("pythonlonger.db");
    ProvenLog::tamper(path, "INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('', '', '')");
    QCOMPARE(python({"log", path, m_log.file("checkpoint")}).status, 0);
}

void TestVerifyLogExample::whoHasSignedIsChecked()
{
    write(m_log.file("checkpoint"), m_log.newest());
    const QString stranger = SigningKey::make("test.example/log").verifier().toString();
    QCOMPARE(python({"log", m_log.path(), m_log.file("checkpoint"), "--key", stranger}).status, 1);
    // Signed by the right key, but not this text.
    const QByteArray line = m_log.earlier().sliced(m_log.earlier().lastIndexOf("\n\n") + 2);
    write(m_log.file("checkpoint"), m_log.newest().first(m_log.newest().lastIndexOf("\n\n") + 2) + line);
    const Andonctl::Result result = python({"log", m_log.path(), m_log.file("checkpoint"), "--key", m_log.trusted()});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("signature does not fit"), result.err.constData());
    QCOMPARE(python({"log", m_log.path(), m_log.file("checkpoint")}).status, 0); // nobody was asked who signed
}

QTEST_GUILESS_MAIN(TestVerifyLogExample)
#include "tst_verifylogexample.moc"
