// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AgentDatabase.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QDir>
#include <QJsonArray>
#include <QtTest>

using namespace andon::test;

/// Verifying a log from a shell.
class TestAndonctlVerify : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void s8_aWholeStoryIsWhole();
    void s8_anEditIsNamed();
    void s8_whatIsNotSealedIsNotWhole();
    void s8_aKeptCheckpointTellsAnOlderCopy();
    void s8_aKeyOfSomebodyElse();
    void s8_whatCannotBeVerified_data();
    void s8_whatCannotBeVerified();
    void s8_onAMediumThatCannotBeWritten_data();
    void s8_onAMediumThatCannotBeWritten();
    void s8_whileAnotherProgramHasItOpen();

private:
    void propose() { QCOMPARE(m_ctl->run({"propose", "--action", "a", "--reason", "r"}).status, 0); }
    /// What is at a server is sealed by the next program of an operator, whatever it does.
    void letItBeSealed()
    {
        if (isOnPostgres())
            QCOMPARE(m_ctl->run({"status"}).status, 0);
    }
    void attack(const QByteArray &sql) const
    {
        ForeignClient raw(m_place->path());
        raw.dropTriggers();
        raw.must(sql);
    }
    [[nodiscard]] QStringList files() const
    {
        return QDir(m_place->folder()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden);
    }

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

void TestAndonctlVerify::init()
{
    m_ctl.reset();
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    qputenv("ANDON_KEYS", m_place->file("keys").toUtf8()); // where another account may look, too
}

/// What only our own programs have written is complete, whatever they did.
void TestAndonctlVerify::s8_aWholeStoryIsWhole()
{
    const auto run = [this](const QStringList &arguments) { return m_ctl->run(arguments).status; };
    QCOMPARE(run({"mode", "execute", "--reason", "work"}), 0);
    QCOMPARE(run({"simulate", "--count", "300"}), 0);
    QCOMPARE(run({"run", "--action", "a", "--reason", "r", "--", "true"}), 0);
    QCOMPARE(run({"run", "--action", "a", "--reason", "r", "--", "false"}), 1);
    QCOMPARE(run({"run", "--action", "a", "--reason", "r", "--timeout", "0.1", "--", "sleep", "5"}), 124);
    const auto proposed = [this](const QStringList &more) {
        const QStringList arguments{"propose", "--action", "b", "--reason", "r", "--json"};
        return QString::number(m_ctl->run(arguments + more).json().value("id").toInteger());
    };
    QCOMPARE(run({"reject", proposed({"--require-approval"}), "--reason", "no"}), 0);
    QCOMPARE(run({"approve", proposed({"--require-approval"}), "--reason", "yes"}), 0);
    const QString failing = proposed({});
    QCOMPARE(run({"validate", failing}), 0);
    QCOMPARE(run({"claim", failing}), 0);
    QCOMPARE(run({"complete", failing, "--error", "it failed"}), 0);
    QCOMPARE(run({"cancel", proposed({})}), 0);
    QCOMPARE(run({"kill", "--action", "b", "--reason", "hold"}), 0);
    QCOMPARE(run({"kill", "--reason", "it burns"}), 0);
    QCOMPARE(run({"reset", "--reason", "over"}), 0);
    letItBeSealed();

    const Andonctl::Result unsignedYet = m_ctl->run({"verify"});
    QCOMPARE(unsignedYet.status, 0);
    QVERIFY2(unsignedYet.out.contains("No checkpoint of a known key vouches for them."), unsignedYet.out.constData());
    QCOMPARE(run({"checkpoint"}), 0);
    const Andonctl::Result verified = m_ctl->run({"verify", "--json"});
    QVERIFY2(verified.status == 0, verified.out.constData());
    const QJsonObject report = verified.json();
    QCOMPARE(report.value("conclusion"), QJsonValue("whole"));
    QCOMPARE(report.value("complete"), QJsonValue(true));
    QCOMPARE(report.value("findings").toArray().size(), 0);
    QCOMPARE(report.value("vouched_for").toObject().value("size"), report.value("sealed"));
    QVERIFY(verified.err.isEmpty()); // no progress where nobody looks
    QCOMPARE(m_ctl->run({"verify", "--json", "--no-completeness", "--threads", "3"}).json().value("complete"),
             QJsonValue());
}

void TestAndonctlVerify::s8_anEditIsNamed()
{
    propose();
    propose();
    letItBeSealed();
    attack("UPDATE action_audit_log SET actor = char(27) || '[2J' WHERE id = 2");
    const Andonctl::Result text = m_ctl->run({"verify"});
    QCOMPARE(text.status, 1);
    QVERIFY2(text.out.contains("  Entry 2 was edited: actor is not what was sealed.\n"), text.out.constData());
    QVERIFY(!text.out.contains('\x1b'));
    const QJsonObject json = m_ctl->run({"verify", "--json"}).json();
    QCOMPARE(json.value("counts").toObject().value("edited"), QJsonValue(1));
    QVERIFY(json.value("counts").toObject().value("unprotected").toInt() > 0);
    const QJsonObject finding = json.value("findings").toArray().first().toObject();
    QCOMPARE(finding.value("kind"), QJsonValue("edited"));
    QCOMPARE(finding.value("event"), QJsonValue(2));
    QCOMPARE(finding.value("through"), QJsonValue(2));
    QCOMPARE(finding.value("columns").toArray(), QJsonArray{"actor"});
}

void TestAndonctlVerify::s8_whatIsNotSealedIsNotWhole()
{
    propose();
    letItBeSealed();
    ForeignClient(m_place->path())
        .must("INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('note', 'agent', '')");
    const Andonctl::Result found = m_ctl->run({"verify"});
    QCOMPARE(found.status, 1);
    QVERIFY2(found.out.contains("Entry 2 is not sealed yet"), found.out.constData());
    QCOMPARE(m_ctl->run({"verify", "--json"}).json().value("conclusion"), QJsonValue("unsealed")); // it seals nothing
    QCOMPARE(m_ctl->run({"status"}).status, 0);
    QCOMPARE(m_ctl->run({"verify"}).status, 0);
}

void TestAndonctlVerify::s8_aKeptCheckpointTellsAnOlderCopy()
{
    propose();
    letItBeSealed();
    const QString old = m_place->copyTo("old.db");
    propose();
    const QString kept = m_place->file("kept.checkpoint");
    QCOMPARE(m_ctl->run({"checkpoint", "--output", kept}).status, 0);
    QCOMPARE(m_ctl->run({"verify", "--checkpoint", kept}).status, 0);
    const QString key = QString::fromUtf8(m_ctl->run({"key", "show"}).out.trimmed());
    const Andonctl auditor(old);
    QCOMPARE(auditor.run({"verify", "--no-completeness", "--key", key}).status, 0);
    const Andonctl::Result found = auditor.run({"verify", "--key", key, "--checkpoint", kept});
    QCOMPARE(found.status, 1);
    QVERIFY2(found.out.contains("older copy, since it had 2 entries when that was signed and has 1"),
             found.out.constData());
}

void TestAndonctlVerify::s8_aKeyOfSomebodyElse()
{
    propose();
    QCOMPARE(m_ctl->run({"checkpoint"}).status, 0);
    const TemporaryDatabase other;
    const Andonctl stranger(other.path());
    QCOMPARE(stranger.run({"checkpoint"}).status, 0);
    const QString strange = QString::fromUtf8(stranger.run({"key", "show"}).out.trimmed());
    const Andonctl::Result found = m_ctl->run({"verify", "--key", strange});
    QCOMPARE(found.status, 1);
    QVERIFY2(found.out.contains("no key that is trusted has signed it"), found.out.constData());
    QCOMPARE(m_ctl->run({"verify", "--key", "nonsense"}).status, 2);
}

void TestAndonctlVerify::s8_whatCannotBeVerified_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("status");
    QTest::newRow("nothing is there") << "nothing" << 5;
    if (!isOnPostgres())
        QTest::newRow("no database") << "garbage" << 5;
    QTest::newRow("an empty one") << "empty" << 2;
    QTest::newRow("without seals") << "agent" << (isOnPostgres() ? 5 : 2); // where it is not adopted
    QTest::newRow("of a newer Andon") << "newer" << 5;
    QTest::newRow("the checkpoint cannot be read") << "checkpoint" << 1;
}

void TestAndonctlVerify::s8_whatCannotBeVerified()
{
    QFETCH(const QString, what);
    QFETCH(const int, status);
    QStringList arguments{"verify"};
    if (what == "nothing" && isOnPostgres())
        m_ctl = std::make_unique<Andonctl>(m_place->path() + "_gone");
    if (what == "garbage")
        write(m_place->path(), QByteArray("no database ").repeated(1000));
    else if (what == "empty" && !isOnPostgres())
        write(m_place->path(), {});
    else if (what == "agent")
        const AgentDatabase agent(m_place->path(), AgentDatabase::Columns::Full);
    else if (what != "nothing" && what != "empty")
        propose();
    if (what == "newer")
        attack("UPDATE andon_meta SET value = '99' WHERE key = 'schema_version'");
    if (what == "checkpoint")
        arguments << "--checkpoint" << m_place->file("nothing");
    const QStringList before = files();
    const Andonctl::Result result = m_ctl->run(arguments);
    QVERIFY2(result.status == status, result.err.constData());
    QVERIFY(result.out.isEmpty());
    QVERIFY(result.err.startsWith("andonctl: "));
    QCOMPARE(files(), before);
}

void TestAndonctlVerify::s8_onAMediumThatCannotBeWritten_data()
{
    QTest::addColumn<QByteArray>("journal");
    QTest::addColumn<bool>("isFolderWritable");
    for (const char *journal : {"wal", "delete"}) {
        for (const bool isFolderWritable : {false, true})
            QTest::addRow("%s, folder %s", journal, isFolderWritable ? "writable" : "not writable")
                << QByteArray(journal) << isFolderWritable;
    }
}

void TestAndonctlVerify::s8_onAMediumThatCannotBeWritten()
{
    ANDON_SQLITE_ONLY("a file on a medium that cannot be written");
    QFETCH(const QByteArray, journal);
    QFETCH(const bool, isFolderWritable);
    propose();
    ForeignClient(m_place->path()).must("PRAGMA journal_mode=" + journal);
    using File = QFileDevice;
    const QFileDevice::Permissions all = File::ReadOwner | File::ExeOwner | File::ReadOther | File::ExeOther;
    QVERIFY(QFile::setPermissions(m_place->path(), File::ReadOwner | File::ReadOther));
    QVERIFY(
        QFile::setPermissions(m_place->folder(), isFolderWritable ? all | File::WriteOwner | File::WriteOther : all));
    if (m_ctl->runUnprivileged({"--version"}).status != 0)
        QSKIP("the program cannot be run by another account here");
    const QStringList before = files();
    const QByteArray bytes = bytesOf(m_place->path());
    const Andonctl::Result result = m_ctl->runUnprivileged({"verify"});
    QVERIFY2(result.status == 0, (result.err + result.out).constData());
    QCOMPARE(files(), before);
    QVERIFY(bytesOf(m_place->path()) == bytes);
}

void TestAndonctlVerify::s8_whileAnotherProgramHasItOpen()
{
    propose();
    letItBeSealed();
    ForeignClient open(m_place->path());
    open.must("BEGIN; INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('note', 'agent', '')");
    QCOMPARE(m_ctl->run({"verify"}).status, 0); // what is not committed is not there
    open.must("ROLLBACK");
}

QTEST_GUILESS_MAIN(TestAndonctlVerify)
#include "tst_andonctl_verify.moc"
