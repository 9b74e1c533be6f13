// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Privileges.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QtTest>

using namespace andon::test;

/// Checkpoints and keys from a shell.
class TestAndonctlCheckpoint : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void nothingMakesAKeyUnlessItSigns();
    void aCheckpointGoesToStandardOutput();
    void aCheckpointGoesToAFile();
    void aFileThatCannotBeIsRefusedBeforeAnythingIsSigned_data();
    void aFileThatCannotBeIsRefusedBeforeAnythingIsSigned();
    void theJsonSaysAll();
    void theKeyIsMadeOnceAndShown();
    void keysAreRotatedImportedAndTrusted();
    void aSecretNeverComesThroughTheArguments();
    void keysThatAreNoneAreRefused_data();
    void keysThatAreNoneAreRefused();
    void s8_anOlderCopyIsNotSigned();
    void aBackupGoesOnOnPurpose();
    void theFoldersOfTheSettingsGetACopy();
    void aFolderThatIsMissingIsAFailure();
    void ownSettingsAreNotInTheDatabase();
    void ownSettingsThatMakeNoSense_data();
    void ownSettingsThatMakeNoSense();
    void aDatabaseThatCanOnlyBeRead();

private:
    void propose(int count)
    {
        for (int i = 0; i < count; ++i)
            QCOMPARE(m_ctl->run({"propose", "--action", "a", "--reason", "r"}).status, 0);
    }
    [[nodiscard]] QString log() const
    {
        return "andon/log/" + ForeignClient(m_place->path(), 5000).value("SELECT log_id FROM andon_log_identity");
    }
    [[nodiscard]] QString keysOfLog() const
    {
        const QByteArray hash = QCryptographicHash::hash(log().toUtf8(), QCryptographicHash::Sha256).toHex();
        return m_place->file("keys/" + hash.left(16));
    }
    [[nodiscard]] QStringList words(const QByteArray &out) const
    {
        return QString::fromUtf8(out).simplified().split(u' ');
    }

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

void TestAndonctlCheckpoint::init()
{
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    qputenv("ANDON_KEYS", m_place->file("keys").toLocal8Bit());
    qputenv("XDG_CONFIG_HOME", m_place->file("config").toLocal8Bit());
}

void TestAndonctlCheckpoint::nothingMakesAKeyUnlessItSigns()
{
    const QList<QStringList> all{{"propose", "--action", "a", "--reason", "r"},
                                 {"status"},
                                 {"mode", "execute", "--reason", "r"},
                                 {"log"},
                                 {"config"},
                                 {"key", "list"},
                                 {"kill"}};
    for (const QStringList &words : all)
        QCOMPARE(m_ctl->run(words).status, 0);
    QVERIFY(!QFile::exists(m_place->file("keys")));
    QVERIFY(!QFile::exists(m_place->file("config")));
}

void TestAndonctlCheckpoint::aCheckpointGoesToStandardOutput()
{
    propose(3);
    const Andonctl::Result made = m_ctl->run({"checkpoint"});
    QCOMPARE(made.status, 0);
    const QList<QByteArray> lines = made.out.split('\n');
    QCOMPARE(lines.size(), 6);
    QCOMPARE(lines.at(0), log().toUtf8());
    QCOMPARE(lines.at(1), "3");
    QCOMPARE(QByteArray::fromBase64(lines.at(2)).size(), 32);
    QCOMPARE(lines.at(3), "");
    QVERIFY(lines.at(4).startsWith("\u2014 " + log().toUtf8() + ' '));
    QVERIFY(made.err.contains("3 entries"));
    const Andonctl::Result again = m_ctl->run({"checkpoint", "--output", "-"});
    QCOMPARE(again.out, made.out);
    QVERIFY(again.err.contains("has not grown"));
    QCOMPARE(ForeignClient(m_place->path(), 5000).value("SELECT note FROM andon_checkpoint").toUtf8(), made.out);
    QVERIFY(!QFile::exists(m_place->file("config")));
}

void TestAndonctlCheckpoint::aCheckpointGoesToAFile()
{
    propose(1);
    const QString file = m_place->file("kept.checkpoint");
    write(file, "the one before\n");
    const Andonctl::Result made = m_ctl->run({"checkpoint", "--output", file});
    QCOMPARE(made.status, 0);
    QVERIFY(made.out.isEmpty());
    QVERIFY(made.err.contains(file.toUtf8()));
    QCOMPARE(bytesOf(file), m_ctl->run({"checkpoint"}).out);
}

void TestAndonctlCheckpoint::aFileThatCannotBeIsRefusedBeforeAnythingIsSigned_data()
{
    QTest::addColumn<QString>("name");
    if (!isOnPostgres()) {
        QTest::newRow("the database") << "andon.db";
        QTest::newRow("its journal") << "andon.db-wal";
    }
    QTest::newRow("a folder") << ".";
    QTest::newRow("nothing") << "";
}

void TestAndonctlCheckpoint::aFileThatCannotBeIsRefusedBeforeAnythingIsSigned()
{
    QFETCH(QString, name);
    propose(1);
    const QString file = name.isEmpty() ? QString() : m_place->file(name);
    QCOMPARE(m_ctl->run({"checkpoint", "--output", file}).status, 2);
    QVERIFY(!QFile::exists(m_place->file("keys")));
    QCOMPARE(ForeignClient(m_place->path(), 5000).number("SELECT count(*) FROM andon_checkpoint"), 0);
}

void TestAndonctlCheckpoint::theJsonSaysAll()
{
    propose(2);
    const QString file = m_place->file("kept.checkpoint");
    const QJsonObject made = m_ctl->run({"checkpoint", "--json", "--output", file}).json();
    QCOMPARE(made.value("origin").toString(), log());
    QCOMPARE(made.value("size").toInt(), 2);
    QCOMPARE(made.value("new").toBool(), true);
    QCOMPARE(made.value("note").toString().toUtf8(), bytesOf(file));
    QCOMPARE(made.value("root").toString(), made.value("note").toString().section('\n', 2, 2));
    QCOMPARE(made.value("key").toString(), words(m_ctl->run({"key", "show"}).out).constFirst());
    QCOMPARE(made.value("file").toString(), file);
    QVERIFY(made.value("files").isArray() && made.value("troubles").isArray());
    QVERIFY(QDateTime::fromString(made.value("signed_at").toString(), Qt::ISODateWithMs).isValid());
    const QJsonObject again = m_ctl->run({"checkpoint", "--json"}).json();
    QCOMPARE(again.value("new").toBool(), false);
    QCOMPARE(again.value("signed_at"), made.value("signed_at"));
    QVERIFY(again.value("file").isNull());
    QCOMPARE(again.size(), made.size());
    QCOMPARE(m_ctl->run({"checkpoint", "--json", "--anew"}).json().value("new").toBool(), true);
    QCOMPARE(m_ctl->run({"checkpoint", "--json", "--output", "-"}).status, 2);
}

void TestAndonctlCheckpoint::theKeyIsMadeOnceAndShown()
{
    const Andonctl::Result first = m_ctl->run({"key", "show"});
    QCOMPARE(first.status, 0);
    QVERIFY(first.err.contains(keysOfLog().toUtf8()));
    const QRegularExpression form("^" + log() + "\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}\n$");
    QVERIFY2(form.match(QString::fromUtf8(first.out)).hasMatch(), first.out.constData());
    const Andonctl::Result second = m_ctl->run({"key", "show"});
    QCOMPARE(second.out, first.out);
    QVERIFY(second.err.isEmpty());
    const QJsonObject json = m_ctl->run({"key", "show", "--json"}).json();
    QCOMPARE(json.value("key").toString(), QString::fromUtf8(first.out.trimmed()));
    QCOMPARE(json.value("name").toString(), log());
    QCOMPARE(json.value("id").toString().size(), 8);
    QFile secret(QDir(keysOfLog()).entryInfoList({"*.key"}).first().filePath());
    QCOMPARE(secret.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void TestAndonctlCheckpoint::keysAreRotatedImportedAndTrusted()
{
    const QByteArray first = m_ctl->run({"key", "show"}).out;
    const Andonctl::Result second = m_ctl->run({"key", "new"});
    QCOMPARE(second.status, 0);
    QVERIFY(second.out != first);
    QVERIFY(second.err.contains(first.trimmed()));
    QCOMPARE(m_ctl->run({"key", "show"}).out, second.out);
    QCOMPARE(m_ctl->run({"checkpoint"}).out.count("\u2014 "), 2);

    const QFileInfo secret = QDir(keysOfLog()).entryInfoList({"0001-*.key"}).first();
    QVERIFY(QFile::copy(secret.filePath(), m_place->file("copy.key")));
    QCOMPARE(m_ctl->run({"key", "import", m_place->file("copy.key")}).out, first);
    QCOMPARE(m_ctl->run({"key", "show"}).out, first);

    const QString other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    QCOMPARE(m_ctl->run({"key", "trust", other}).out.trimmed(), other.toUtf8());
    const QJsonObject list = m_ctl->run({"key", "list", "--json"}).json();
    const QJsonArray keys = list.value("keys").toArray();
    QCOMPARE(keys.size(), 3);
    QCOMPARE(keys.first().toObject().value("key").toString().toUtf8() + '\n', first);
    QVERIFY(!keys.first().toObject().value("active").toBool());
    QVERIFY(keys.last().toObject().value("active").toBool());
    QVERIFY(keys.last().toObject().contains("since"));
    QCOMPARE(list.value("trusted").toArray().first().toObject().value("key").toString(), other);
    QCOMPARE(list.value("folder").toString(), keysOfLog());
    const QStringList lines = m_ctl->run({"key", "list"}).lines();
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines.at(2).startsWith("signs"));
    QVERIFY(lines.at(3).startsWith("trusted"));
}

void TestAndonctlCheckpoint::aSecretNeverComesThroughTheArguments()
{
    QCOMPARE(m_ctl->run({"key", "show"}).status, 0);
    const QByteArray secret = bytesOf(QDir(keysOfLog()).entryInfoList({"*.key"}).first().filePath());
    const Andonctl::Result typed = m_ctl->run({"key", "import", secret.trimmed()});
    QVERIFY(typed.status != 0);
    const TemporaryDatabase elsewhere;
    const std::unique_ptr<QProcess> process = Andonctl(elsewhere.path()).start({"key", "import", "-"});
    process->write(secret);
    process->closeWriteChannel();
    const Andonctl::Result read = Andonctl::finish(*process);
    QCOMPARE(read.status, 0);
    QCOMPARE(read.out, m_ctl->run({"key", "show"}).out);
    QVERIFY(!read.err.contains(secret.trimmed()));
    QVERIFY(Andonctl(elsewhere.path()).run({"checkpoint"}).out.contains("\u2014 " + log().toUtf8() + ' '));
}

void TestAndonctlCheckpoint::keysThatAreNoneAreRefused_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("status");
    QTest::newRow("no verifier key") << QStringList{"key", "trust", "hello"} << 2;
    QTest::newRow("a wrong hash") << QStringList{"key", "trust",
                                                 "a+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}
                                  << 2;
    QTest::newRow("no file") << QStringList{"key", "import", "/no/such/file"} << 1;
    QTest::newRow("no key in it") << QStringList{"key", "import", "/etc/hostname"} << 2;
    QTest::newRow("no word") << QStringList{"key"} << 2;
    QTest::newRow("another word") << QStringList{"key", "lose"} << 2;
    QTest::newRow("nobody") << QStringList{"key", "trust"} << 2;
}

void TestAndonctlCheckpoint::keysThatAreNoneAreRefused()
{
    QFETCH(QStringList, words);
    QFETCH(int, status);
    QCOMPARE(m_ctl->run(words).status, status);
    QVERIFY(!QFile::exists(m_place->file("keys")));
}

void TestAndonctlCheckpoint::s8_anOlderCopyIsNotSigned()
{
    propose(2);
    m_place->copyTo("older.db");
    propose(2);
    QCOMPARE(m_ctl->run({"checkpoint"}).status, 0);
    m_place->putBack("older.db");
    const Andonctl::Result refused = m_ctl->run({"checkpoint", "--output", m_place->file("kept")});
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("4 entries") && refused.err.contains("docs/verification.md"),
             refused.err.constData());
    QVERIFY(refused.out.isEmpty());
    QVERIFY(!QFile::exists(m_place->file("kept")));
}

void TestAndonctlCheckpoint::aBackupGoesOnOnPurpose()
{
    s8_anOlderCopyIsNotSigned();
    const QString before = log();
    QCOMPARE(m_ctl->run({"checkpoint", "--start-over"}).status, 2);
    QCOMPARE(m_ctl->run({"checkpoint", "--reason", "x"}).status, 2);
    const Andonctl::Result made = m_ctl->run({"checkpoint", "--start-over", "--reason", "the disk died"});
    QCOMPARE(made.status, 0);
    QVERIFY(!made.out.startsWith(before.toUtf8()));
    QCOMPARE(m_ctl->eventTypes().last(), "log_restarted");
    QCOMPARE(m_ctl->run({"checkpoint"}).out, made.out);
}

void TestAndonctlCheckpoint::theFoldersOfTheSettingsGetACopy()
{
    const QString one = m_place->file("one");
    const QString other = m_place->file("an other");
    QVERIFY(QDir().mkdir(one) && QDir().mkdir(other));
    QCOMPARE(m_ctl->run({"config", "checkpoint.folders", one, other}).status, 0);
    propose(1);
    const Andonctl::Result made = m_ctl->run({"checkpoint"});
    QCOMPARE(made.status, 0);
    const QString name = log().section('/', -1).left(12) + "-000000000001.checkpoint";
    QCOMPARE(QDir(one).entryList(QDir::Files), QStringList{name});
    QCOMPARE(bytesOf(other + '/' + name), made.out);
}

void TestAndonctlCheckpoint::aFolderThatIsMissingIsAFailure()
{
    const QString missing = m_place->file("not mounted");
    QCOMPARE(m_ctl->run({"config", "checkpoint.folders", missing}).status, 0);
    propose(1);
    const Andonctl::Result made = m_ctl->run({"checkpoint", "--json"});
    QCOMPARE(made.status, 1);
    QVERIFY(made.err.contains(missing.toUtf8()));
    QCOMPARE(made.json().value("troubles").toArray().first().toObject().value("folder").toString(), missing);
    QVERIFY(!made.json().value("note").toString().isEmpty());
}

void TestAndonctlCheckpoint::ownSettingsAreNotInTheDatabase()
{
    const QJsonObject standard = m_ctl->run({"config", "--json"}).json();
    QCOMPARE(standard.value("checkpoint.minutes").toString(), "10");
    QCOMPARE(standard.value("checkpoint.folders"), QJsonArray());
    QCOMPARE(m_ctl->run({"config", "checkpoint.minutes", "5"}).out, "checkpoint.minutes = 5\n");
    QCOMPARE(m_ctl->run({"config", "checkpoint.minutes", "--json"}).json(), (QJsonObject{{"checkpoint.minutes", "5"}}));
    QVERIFY(m_ctl->run({"config", "checkpoint.folders", "/a", "/b/", "/a"}).out.contains("= /a, /b\n"));
    QVERIFY(m_ctl->run({"config"}).out.contains("approval.required = no\n"));
    QCOMPARE(m_ctl->run({"config", "checkpoint.folders", "", "--json"}).json().value("checkpoint.folders"),
             QJsonArray());
    QVERIFY(!m_ctl->eventTypes().contains("setting_change"));
    QCOMPARE(
        ForeignClient(m_place->path(), 5000).number("SELECT count(*) FROM andon_meta WHERE key LIKE 'checkpoint%'"), 0);
    QVERIFY(QFile::exists(m_place->file("config/Andon/andon.ini")));
}

void TestAndonctlCheckpoint::ownSettingsThatMakeNoSense_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("no number") << QStringList{"checkpoint.minutes", "soon"};
    QTest::newRow("below nothing") << QStringList{"checkpoint.minutes", "-1"};
    QTest::newRow("more than a week") << QStringList{"checkpoint.minutes", "10081"};
    QTest::newRow("two numbers") << QStringList{"checkpoint.minutes", "1", "2"};
    QTest::newRow("not absolute") << QStringList{"checkpoint.folders", "here"};
    QTest::newRow("unknown") << QStringList{"checkpoint.hours", "1"};
}

void TestAndonctlCheckpoint::ownSettingsThatMakeNoSense()
{
    QFETCH(QStringList, words);
    const Andonctl::Result result = m_ctl->run(QStringList{"config"} + words);
    QCOMPARE(result.status, 2);
    QVERIFY(!QFile::exists(m_place->file("config/Andon/andon.ini")));
}

void TestAndonctlCheckpoint::aDatabaseThatCanOnlyBeRead()
{
    propose(1);
    if (isOnPostgres()) {
        QCOMPARE(m_ctl->run({"init-roles"}).status, 0);
        QVERIFY(QDir().mkdir(m_place->file("keys")));
        const Andonctl reviewer(m_place->path() + "?options=-c%20role%3Dandon_reviewer");
        const Andonctl::Result key = reviewer.run({"key", "show"});
        QVERIFY2(key.status == 0, key.err.constData());
        QVERIFY(key.out.startsWith(log().toUtf8()));
        const Andonctl::Result checkpoint = reviewer.run({"checkpoint"});
        QVERIFY2(checkpoint.status == 1, checkpoint.err.constData());
        QVERIFY(checkpoint.out.isEmpty());
        QCOMPARE(ForeignClient(m_place->path()).number("SELECT count(*) FROM andon_checkpoint"), 0);
        return;
    }
    ForeignClient(m_place->path(), 5000).must("PRAGMA journal_mode=DELETE");
    const QString keys = m_place->file("keys");
    QVERIFY(QDir().mkdir(keys));
    openToEverybody(m_place->folder());
    QVERIFY(QFile::setPermissions(keys, QFile::Permissions(0x7777)));
    QVERIFY(QFile::setPermissions(m_place->path(), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
    const Andonctl::Result shown = m_ctl->runUnprivileged({"key", "show"});
    QCOMPARE(shown.status, 0);
    QVERIFY(shown.out.startsWith(log().toUtf8()));
    const Andonctl::Result refused = m_ctl->runUnprivileged({"checkpoint"});
    QVERIFY2(refused.status == 1, refused.err.constData());
    QVERIFY(refused.out.isEmpty());
    QFile::setPermissions(m_place->folder(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

QTEST_GUILESS_MAIN(TestAndonctlCheckpoint)
#include "tst_andonctl_checkpoint.moc"
