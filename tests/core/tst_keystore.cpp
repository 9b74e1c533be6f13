// SPDX-License-Identifier: Apache-2.0
// Keys in files that nobody else may read, and what they have signed.
#include "core/audit/checkpoint/CheckpointErrors.h"
#include "core/audit/checkpoint/KeyStore.h"
#include "core/audit/checkpoint/PrivateFile.h"
#include "tests/support/Privileges.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/Thrown.h"

#include <QDir>
#include <QTest>

#include <thread>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace andon;
using namespace andon::test;

namespace {

const QString kLog = QStringLiteral("andon/log/0123456789abcdef0123456789abcdef");

QStringList filesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
}

QStringList keyFilesIn(const QString &folder)
{
    return filesIn(folder).filter(QStringLiteral(".key"));
}

int modeOf(const QString &path)
{
#ifdef Q_OS_UNIX
    struct stat info = {};
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 ? static_cast<int>(info.st_mode & 07777) : -1;
#else
    Q_UNUSED(path)
    return 0;
#endif
}

QByteArray noteBy(const QList<SigningKey> &keys)
{
    return SignedNote::sign(QByteArrayLiteral("a text\n"), keys).toBytes();
}

} // namespace

class TestKeyStore : public QObject
{
    Q_OBJECT

private slots:
    void lookingMakesNothing();
    void theFirstKeyIsMadeAtFirstUse();
    void nobodyElseMayReadAKey();
    void twoAtOnceMakeOneKey();
    void aKeyThatOthersMayReadIsRefused_data();
    void aKeyThatOthersMayReadIsRefused();
    void whatIsNoKeyFileIsRefused_data();
    void whatIsNoKeyFileIsRefused();
    void aFolderThatOthersMayWriteIsRefused();
    void eachLogHasItsOwn();
    void rotationKeepsTheKeyBeforeUntilItHasVouched();
    void anImportedKeySigns();
    void othersAreTrusted();
    void whatWasSignedIsRemembered();
    void withoutRoomOrRightsItSaysSo_data();
    void withoutRoomOrRightsItSaysSo();
    void theStandardFolderIsNotTheDatabases();
};

void TestKeyStore::lookingMakesNothing()
{
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    QVERIFY(store.keys().isEmpty());
    QVERIFY(store.trusted().isEmpty());
    QVERIFY(!store.existingKey());
    QVERIFY(!store.retiringKey());
    QVERIFY(!store.lastSigned());
    QVERIFY(!QFile::exists(place.file("keys")));
}

void TestKeyStore::theFirstKeyIsMadeAtFirstUse()
{
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    const SigningKey key = store.activeKey();
    QCOMPARE(key.verifier().name(), kLog);
    QCOMPARE(store.activeKey().verifier(), key.verifier());
    QCOMPARE(keyFilesIn(store.folder()), QStringList{"0001-" + key.verifier().idText() + ".key"});
    QCOMPARE(bytesOf(store.folder() + "/0001-" + key.verifier().idText() + ".key"), key.toSecretText() + '\n');
    const QList<KeyStore::Entry> keys = store.keys();
    QCOMPARE(keys.size(), 1);
    QVERIFY(keys.first().isActive);
    QVERIFY(qAbs(keys.first().since.secsTo(QDateTime::currentDateTimeUtc())) < 60);
}

void TestKeyStore::nobodyElseMayReadAKey()
{
#ifdef Q_OS_UNIX
    const TemporaryDatabase place;
    const mode_t before = ::umask(0); // what the account lets others do is not what decides
    const KeyStore store(kLog, place.file("config/keys"));
    const QString id = store.activeKey().verifier().idText();
    store.rememberSigned(noteBy({store.activeKey()}));
    ::umask(before);
    QCOMPARE(modeOf(place.file("config/keys")), 0700);
    QCOMPARE(modeOf(store.folder()), 0700);
    QCOMPARE(modeOf(store.folder() + "/0001-" + id + ".key"), 0600);
    QCOMPARE(modeOf(store.folder() + "/last.checkpoint"), 0600);
    QVERIFY(filesIn(store.folder()).filter(".tmp").isEmpty());
#else
    QSKIP("no POSIX permissions");
#endif
}

void TestKeyStore::twoAtOnceMakeOneKey()
{
    constexpr int kAtOnce = 8;
    const TemporaryDatabase place;
    std::vector<std::thread> threads;
    std::vector<QString> ids(kAtOnce);
    for (size_t i = 0; i < kAtOnce; ++i)
        threads.emplace_back([&, i] { ids[i] = KeyStore(kLog, place.file("keys")).activeKey().verifier().idText(); });
    for (std::thread &thread : threads)
        thread.join();
    const KeyStore store(kLog, place.file("keys"));
    QCOMPARE(keyFilesIn(store.folder()).size(), 1);
    for (const QString &id : ids)
        QCOMPARE(id, store.activeKey().verifier().idText());
}

void TestKeyStore::aKeyThatOthersMayReadIsRefused_data()
{
    QTest::addColumn<int>("permission");
    QTest::newRow("group reads") << static_cast<int>(QFile::ReadGroup);
    QTest::newRow("group writes") << static_cast<int>(QFile::WriteGroup);
    QTest::newRow("everybody reads") << static_cast<int>(QFile::ReadOther);
    QTest::newRow("everybody executes") << static_cast<int>(QFile::ExeOther);
}

void TestKeyStore::aKeyThatOthersMayReadIsRefused()
{
    QFETCH(int, permission);
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    static_cast<void>(store.activeKey());
    const QString file = store.folder() + u'/' + keyFilesIn(store.folder()).constFirst();
    QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::Permissions(permission)));
    const auto error = thrown<FileError>([&] { static_cast<void>(store.activeKey()); });
    QVERIFY(error);
    QVERIFY2(error->message().contains(file), error->what());
    QVERIFY(thrown<FileError>([&] { static_cast<void>(store.keys()); }));
    QCOMPARE(keyFilesIn(store.folder()).size(), 1); // no new one instead
}

void TestKeyStore::whatIsNoKeyFileIsRefused_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"a link", "a link to nowhere", "a folder", "too large", "no key", "empty", "another key"})
        QTest::newRow(what) << what;
}

void TestKeyStore::whatIsNoKeyFileIsRefused()
{
    QFETCH(QString, what);
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    const QByteArray secret = store.activeKey().toSecretText();
    const QString file = store.folder() + u'/' + keyFilesIn(store.folder()).constFirst();
    const QString elsewhere = place.file("elsewhere");
    if (what.startsWith("a "))
        QVERIFY(QFile::rename(file, elsewhere));
    if (what == "a link")
        QVERIFY(QFile::link(elsewhere, file));
    else if (what == "a link to nowhere")
        QVERIFY(QFile::link(place.file("nowhere"), file));
    else if (what == "a folder")
        QVERIFY(QDir().mkdir(file));
    else if (what == "too large")
        write(file, secret + QByteArray(100'000, '\n'));
    else if (what == "no key")
        write(file, secret.chopped(3) + "===");
    else if (what == "empty")
        write(file, {});
    else
        write(file, SigningKey::make(kLog).toSecretText());
    const auto error = thrown<FileError>([&] { static_cast<void>(store.activeKey()); });
    QVERIFY(error);
    QVERIFY2(!QByteArray(error->what()).contains(secret.right(20)), "a secret in a message");
}

void TestKeyStore::aFolderThatOthersMayWriteIsRefused()
{
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    PrivateFile::makeFolder(store.folder());
    QVERIFY(QFile::setPermissions(store.folder(),
                                  QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::WriteGroup));
    QVERIFY(thrown<FileError>([&] { static_cast<void>(store.activeKey()); }));
    QVERIFY(keyFilesIn(store.folder()).isEmpty());
}

void TestKeyStore::eachLogHasItsOwn()
{
    const TemporaryDatabase place;
    const KeyStore one(kLog, place.file("keys"));
    const KeyStore other("andon/log/ffffffffffffffffffffffffffffffff", place.file("keys"));
    QVERIFY(one.activeKey().verifier() != other.activeKey().verifier());
    QVERIFY(one.folder() != other.folder());
    QVERIFY(!KeyStore("../../etc", place.file("keys")).folder().contains(".."));
}

void TestKeyStore::rotationKeepsTheKeyBeforeUntilItHasVouched()
{
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    const SigningKey first = store.activeKey();
    QVERIFY(!store.retiringKey());
    store.rememberSigned(noteBy({first}));
    const SigningKey second = store.rotate();
    const SigningKey third = store.rotate();
    QVERIFY(second.verifier() != third.verifier());
    QCOMPARE(store.activeKey().verifier(), third.verifier());
    QCOMPARE(store.keys().size(), 3);
    QCOMPARE(store.keys().constFirst().key, first.verifier());
    QVERIFY(!store.keys().constFirst().isActive);
    QVERIFY(store.keys().constLast().isActive);
    // The second one has signed nothing that anybody knows: the first vouches.
    QCOMPARE(store.retiringKey()->verifier(), first.verifier());
    store.rememberSigned(noteBy({third, first}));
    QVERIFY(!store.retiringKey());
}

void TestKeyStore::anImportedKeySigns()
{
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    const SigningKey own = store.activeKey();
    const SigningKey foreign = SigningKey::make("audit.example.org/andon");
    store.import(foreign);
    store.import(foreign); // once is enough
    QCOMPARE(store.keys().size(), 2);
    QCOMPARE(store.activeKey().verifier(), foreign.verifier());
    QCOMPARE(store.retiringKey()->verifier(), own.verifier());
    store.import(own); // back again
    QCOMPARE(store.activeKey().verifier(), own.verifier());
    QCOMPARE(store.trusted().size(), 2);
}

void TestKeyStore::othersAreTrusted()
{
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    const VerifierKey auditor = SigningKey::make("auditor").verifier();
    store.trust(auditor);
    store.trust(auditor);
    store.trust(SigningKey::make("second").verifier());
    QCOMPARE(store.others().size(), 2);
    QCOMPARE(store.trusted().constFirst(), auditor);
    QVERIFY(!store.existingKey()); // to trust somebody makes no key
    static_cast<void>(store.activeKey());
    QCOMPARE(store.trusted().size(), 3);

    const QString file = store.folder() + "/trusted";
    write(file, "# a remark\n\n" + auditor.toString().toUtf8() + "\r\n");
    QCOMPARE(store.others(), QList<VerifierKey>{auditor});
    write(file, "auditor+00000000+AAAA\n");
    QVERIFY(thrown<FileError>([&] { static_cast<void>(store.trusted()); }));
}

void TestKeyStore::whatWasSignedIsRemembered()
{
    const TemporaryDatabase place;
    const KeyStore store(kLog, place.file("keys"));
    const QByteArray note = noteBy({store.activeKey()});
    store.rememberSigned(note);
    QCOMPARE(store.lastSigned(), note);
    store.rememberSigned(note + note);
    QCOMPARE(KeyStore(kLog, place.file("keys")).lastSigned(), note + note);
    const QString file = store.folder() + "/last.checkpoint";
    QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOther));
    QVERIFY(thrown<FileError>([&] { static_cast<void>(store.lastSigned()); }));
}

void TestKeyStore::withoutRoomOrRightsItSaysSo_data()
{
    QTest::addColumn<bool>("isFull");
    QTest::newRow("full") << true;
    QTest::newRow("read-only") << false;
}

void TestKeyStore::withoutRoomOrRightsItSaysSo()
{
    QFETCH(bool, isFull);
    const TemporaryDatabase place;
    std::unique_ptr<SmallDisk> disk;
    std::optional<Unprivileged> account;
    QString folder = place.folder();
    if (isFull) {
        disk = SmallDisk::make(place.file("disk"), 64 * 1024);
        if (!disk)
            QSKIP("this account may not mount a disk");
        disk->fill();
        folder = disk->path();
    } else {
        openToEverybody(place.folder());
        account.emplace();
        if (!account->isEffective())
            QSKIP("rights cannot be taken away here");
    }
    const KeyStore store(kLog, folder + "/keys");
    const auto error = thrown<FileError>([&] { static_cast<void>(store.activeKey()); });
    QVERIFY(error);
    QVERIFY2(error->message().contains(folder), error->what());
    if (disk)
        disk->empty();
    if (isFull)
        QVERIFY(store.activeKey().verifier().name() == kLog);
}

void TestKeyStore::theStandardFolderIsNotTheDatabases()
{
    const QByteArray before = qgetenv("ANDON_KEYS");
    qputenv("ANDON_KEYS", "/somewhere/keys");
    QCOMPARE(KeyStore::standardFolder(), "/somewhere/keys");
    qunsetenv("ANDON_KEYS");
    QVERIFY(KeyStore::standardFolder().endsWith("/Andon/keys"));
    qputenv("ANDON_KEYS", before);
}

QTEST_GUILESS_MAIN(TestKeyStore)
#include "tst_keystore.moc"
