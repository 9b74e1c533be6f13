// SPDX-License-Identifier: Apache-2.0
// S8: a signer never signs a log that contradicts what it has signed.
#include "core/audit/checkpoint/CheckpointSigner.h"
#include "core/audit/checkpoint/SignedLogs.h"
#include "core/audit/seal/MerkleProof.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ScriptedClock.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QFile>
#include <QJsonObject>
#include <QLockFile>
#include <QTest>

#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

/// A log, a folder of keys, and a folder for checkpoints.
class Scene
{
public:
    Scene()
        : path(place.path())
        , keys(place.file(QStringLiteral("keys")))
        , share(place.file(QStringLiteral("share")))
    {
        QDir().mkdir(share);
    }

    [[nodiscard]] CheckpointSigner signer(Workbench &bench) const
    {
        return CheckpointSigner(bench.database, {keys, {share}}, clock);
    }
    /// Appends so many events and signs.
    SignedCheckpoint grow(int events) const
    {
        Workbench bench(path, {}, creating(), clock);
        for (int i = 0; i < events; ++i)
            bench.propose();
        return signer(bench).sign();
    }
    [[nodiscard]] KeyStore store() const
    {
        Workbench bench(path);
        return KeyStore(LogIdentity::read(bench.database).origin(), keys);
    }
    [[nodiscard]] QStringList files() const { return QDir(share).entryList(QDir::Files, QDir::Name); }
    /// All of it, as one copies a file that nobody has open.
    void copyTo(const QString &name) const { place.copyTo(name); }
    void putBack(const QString &name) const { place.putBack(name); }
    /// What keeps the log from being changed is a matter of the database, which an attacker has.
    void dropTriggers() const { ForeignClient(path).dropTriggers(); }

    TemporaryDatabase place;
    QString path;
    QString keys;
    QString share;
    ScriptedClock clock;
};

qint64 sizeOfTree(Database &database)
{
    return SealTable(database).size();
}

} // namespace

class TestCheckpointSigner : public QObject
{
    Q_OBJECT

private slots:
    void theIdentityStays();
    void aCheckpointSaysSizeAndRoot();
    void whatOthersWroteIsSealedFirst();
    void aLogThatHasNotGrownIsNotSignedAnew();
    void anEmptyLogCanBeSigned();
    void laterOnesContinueEarlierOnes();
    void theKeyBeforeVouchesOnce();
    void s8_anInconsistentLogIsNotSigned_data();
    void s8_anInconsistentLogIsNotSigned();
    void s8_theDatabaseAloneRemembers();
    void s8_anotherLogInItsPlaceIsNotSigned();
    void aForeignCheckpointInTheDatabaseIsNotBelieved();
    void aCheckpointThatWasRememberedIsGivenLater();
    void aFolderThatCannotBeWrittenIsTold();
    void aFileThatSaysSomethingElseIsKept();
    void twoSignersAtOnceSignOneAfterTheOther();
    void aFullFolderOfKeysSignsNothing();
    void aBackupGoesOnUnderAnotherName();
    void theTableIsAppendOnly();
    void checkpointsAreFound();
    void anUndoneCheckpointLeavesNoGap();
};

void TestCheckpointSigner::theIdentityStays()
{
    const Scene scene;
    Workbench bench(scene.path);
    const LogIdentity log = LogIdentity::read(bench.database);
    QCOMPARE(log.id.size(), LogIdentity::kDigits);
    QCOMPARE(log.origin(), "andon/log/" + log.id);
    QVERIFY(log.since.isValid());
    Workbench again(scene.path);
    QCOMPARE(LogIdentity::read(again.database).id, log.id);
    QVERIFY(!ForeignClient(scene.path).run("UPDATE andon_log_identity SET log_id = 'x'").isEmpty());
    QVERIFY(!ForeignClient(scene.path).run("DELETE FROM andon_log_identity").isEmpty());
    scene.dropTriggers();
    ForeignClient(scene.path).must("UPDATE andon_log_identity SET log_id = 'x'");
    const auto error = thrown<StorageError>([&] { static_cast<void>(LogIdentity::read(again.database)); });
    QVERIFY(error && error->problem() == StorageProblem::Corrupt);
}

void TestCheckpointSigner::aCheckpointSaysSizeAndRoot()
{
    const Scene scene;
    const SignedCheckpoint made = scene.grow(5);
    QVERIFY(made.isNew);
    QCOMPARE(made.checkpoint.size, 5);
    QCOMPARE(made.when, scene.clock.now());
    QVERIFY(made.troubles.isEmpty());

    const SignedNote note = SignedNote::parse(made.note);
    QCOMPARE(note.verify({made.key}), QList<VerifierKey>{made.key});
    QCOMPARE(Checkpoint::parse(note.text()), made.checkpoint);
    Workbench bench(scene.path);
    SealTable seals(bench.database);
    QCOMPARE(MerkleTree(seals).root(5), made.checkpoint.root);
    QCOMPARE(made.checkpoint.origin, LogIdentity::read(bench.database).origin());

    const QList<StoredCheckpoint> stored = CheckpointTable(bench.database).all();
    QCOMPARE(stored.size(), 1);
    QCOMPARE(stored.first().note, made.note);
    QCOMPARE(stored.first().treeSize, 5);
    QCOMPARE(treeHashFromBytes({stored.first().root.constData(), 32}), made.checkpoint.root);
    QCOMPARE(stored.first().keyName, made.key.name());
    QCOMPARE(stored.first().keyId, made.key.idText());
    QCOMPARE(stored.first().signedAt, scene.clock.now());

    const QString name = LogIdentity::read(bench.database).id.left(12) + "-000000000005.checkpoint";
    QCOMPARE(scene.files(), QStringList{name});
    QCOMPARE(made.files, QStringList{scene.share + '/' + name});
    QCOMPARE(bytesOf(made.files.first()), made.note);
    QCOMPARE(scene.store().lastSigned(), made.note);
}

void TestCheckpointSigner::whatOthersWroteIsSealedFirst()
{
    const Scene scene;
    static_cast<void>(Workbench(scene.path));
    ForeignClient(scene.path)
        .must("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
              "INSERT INTO action_audit_log(event_type, actor, timestamp) SELECT 'noted', 'agent', 'now' FROM n");
    QCOMPARE(scene.grow(0).checkpoint.size, 2500);
}

void TestCheckpointSigner::aLogThatHasNotGrownIsNotSignedAnew()
{
    Scene scene;
    const SignedCheckpoint first = scene.grow(3);
    scene.clock.advance(60'000);
    const SignedCheckpoint second = scene.grow(0);
    QVERIFY(!second.isNew);
    QCOMPARE(second.note, first.note);
    QCOMPARE(second.when, first.when);
    QCOMPARE(second.files, first.files);
    Workbench bench(scene.path);
    QCOMPARE(CheckpointTable(bench.database).all().size(), 1);
    QVERIFY(scene.signer(bench).sign(CheckpointSigner::Occasion::Always).isNew);
}

void TestCheckpointSigner::anEmptyLogCanBeSigned()
{
    const Scene scene;
    const SignedCheckpoint made = scene.grow(0);
    QCOMPARE(made.checkpoint.size, 0);
    QCOMPARE(made.checkpoint.root, emptyTreeHash());
    QCOMPARE(scene.grow(1).checkpoint.size, 1);
}

void TestCheckpointSigner::laterOnesContinueEarlierOnes()
{
    const Scene scene;
    QList<Checkpoint> made;
    for (const int events : {1, 2, 5, 8, 1})
        made << scene.grow(events).checkpoint;
    Workbench bench(scene.path);
    SealTable seals(bench.database);
    MerkleTree tree(seals);
    for (qsizetype i = 1; i < made.size(); ++i)
        QVERIFY(isConsistent(made.at(i - 1).size, made.at(i - 1).root, made.at(i).size, made.at(i).root,
                             tree.consistencyProof(made.at(i - 1).size, made.at(i).size)));
    QCOMPARE(scene.files().size(), 5);
    QCOMPARE(CheckpointTable(bench.database).newest()->treeSize, 17);
}

void TestCheckpointSigner::theKeyBeforeVouchesOnce()
{
    const Scene scene;
    const VerifierKey before = scene.grow(1).key;
    const VerifierKey after = scene.store().rotate().verifier();
    const SignedCheckpoint first = scene.grow(0); // a new key has something to say although the log has not grown
    QVERIFY(first.isNew);
    QCOMPARE(first.key, after);
    QCOMPARE(SignedNote::parse(first.note).verify({before}), QList<VerifierKey>{before});
    QCOMPARE(SignedNote::parse(first.note).verify({before, after}).size(), 2);
    QCOMPARE(scene.files().size(), 2); // the one that the old key signed alone is kept
    const SignedCheckpoint second = scene.grow(1);
    QVERIFY(thrown<NoteError>([&] { static_cast<void>(SignedNote::parse(second.note).verify({before})); }));
    QCOMPARE(SignedNote::parse(second.note).verify({after}).size(), 1);
}

void TestCheckpointSigner::s8_anInconsistentLogIsNotSigned_data()
{
    QTest::addColumn<QString>("attack");
    for (const char *attack : {"an older copy", "an older copy that went on", "sealed anew", "seals removed"})
        QTest::newRow(attack) << attack;
}

void TestCheckpointSigner::s8_anInconsistentLogIsNotSigned()
{
    QFETCH(QString, attack);
    const Scene scene;
    scene.grow(10);
    scene.copyTo("older.db");
    const SignedCheckpoint last = scene.grow(10);
    if (attack.startsWith("an older copy"))
        scene.putBack("older.db");
    if (attack == "an older copy that went on") {
        Workbench bench(scene.path);
        for (int i = 0; i < 30; ++i)
            bench.propose("something_else");
    }
    if (attack == "sealed anew") {
        scene.dropTriggers();
        ForeignClient raw(scene.path);
        raw.must("UPDATE action_audit_log SET actor = 'user' WHERE id = 4; DELETE FROM andon_audit_seal");
    }
    if (attack == "seals removed") {
        scene.dropTriggers();
        ForeignClient(scene.path).must("DELETE FROM action_audit_log WHERE id > 12; DELETE FROM andon_audit_seal");
    }
    Workbench bench(scene.path);
    const QStringList files = scene.files();
    const qsizetype rows = CheckpointTable(bench.database).all().size();
    const auto error = thrown<InconsistentLogError>([&] { scene.signer(bench).sign(); });
    QVERIFY(error);
    QVERIFY2(error->message().contains("20 entries"), error->what());
    QVERIFY2(error->message().contains("docs/verification.md"), error->what());
    QVERIFY(thrown<InconsistentLogError>([&] { scene.signer(bench).sign(CheckpointSigner::Occasion::Always); }));
    QVERIFY(thrown<InconsistentLogError>([&] { scene.signer(bench).check(); }));
    QCOMPARE(scene.store().lastSigned(), last.note);
    QCOMPARE(scene.files(), files);
    QCOMPARE(CheckpointTable(bench.database).all().size(), rows);
}

void TestCheckpointSigner::s8_theDatabaseAloneRemembers()
{
    const Scene scene;
    scene.grow(10);
    const KeyStore store = scene.store();
    QVERIFY(QFile::remove(store.folder() + "/last.checkpoint")); // keys from a backup
    scene.grow(1);
    QVERIFY(QFile::remove(store.folder() + "/last.checkpoint"));
    scene.dropTriggers();
    ForeignClient(scene.path)
        .must("UPDATE action_audit_log SET actor = 'user' WHERE id = 4; DELETE FROM andon_audit_seal");
    Workbench bench(scene.path);
    const auto error = thrown<InconsistentLogError>([&] { scene.signer(bench).sign(); });
    QVERIFY(error);
    QVERIFY2(error->message().contains("checkpoint 2"), error->what());
    QVERIFY(!store.lastSigned());
}

void TestCheckpointSigner::s8_anotherLogInItsPlaceIsNotSigned()
{
    const Scene scene;
    const QString origin = scene.grow(10).checkpoint.origin;
    if (isOnPostgres()) {
        ForeignClient(scene.path).must("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    } else {
        for (const char *ending : {"", "-wal", "-shm", "-journal"})
            QFile::remove(scene.path + QLatin1String(ending));
    }
    Workbench bench(scene.path); // a new log
    for (int i = 0; i < 20; ++i)
        bench.propose();
    const auto error = thrown<InconsistentLogError>([&] { scene.signer(bench).sign(); });
    QVERIFY(error);
    QVERIFY2(error->message().contains(origin), error->what());
    QVERIFY(!KeyStore(LogIdentity::read(bench.database).origin(), scene.keys).existingKey());
}

void TestCheckpointSigner::aForeignCheckpointInTheDatabaseIsNotBelieved()
{
    const Scene scene;
    Checkpoint lie = scene.grow(3).checkpoint;
    lie.size = 1'000'000;
    const SigningKey foreign = SigningKey::make(lie.origin);
    Workbench bench(scene.path);
    CheckpointTable table(bench.database);
    table.insert({0, lie.size, QByteArray(32, 'x'), SignedNote::sign(lie.toText(), {foreign}).toBytes(), lie.origin,
                  foreign.verifier().idText(), scene.clock.now()});
    table.insert({0, 9, QByteArray(5, 'x'), "no note at all", lie.origin, "00000000", scene.clock.now()});
    QCOMPARE(scene.grow(1).checkpoint.size, 4);
}

void TestCheckpointSigner::aCheckpointThatWasRememberedIsGivenLater()
{
    const Scene scene;
    const SignedCheckpoint made = scene.grow(3);
    scene.dropTriggers();
    ForeignClient(scene.path).must("DELETE FROM andon_checkpoint");
    QVERIFY(QFile::remove(made.files.first()));
    const SignedCheckpoint again = scene.grow(0);
    QVERIFY(!again.isNew);
    QCOMPARE(again.note, made.note);
    QCOMPARE(bytesOf(made.files.first()), made.note);
    Workbench bench(scene.path);
    QCOMPARE(CheckpointTable(bench.database).newest()->note, made.note);
}

void TestCheckpointSigner::aFolderThatCannotBeWrittenIsTold()
{
    const Scene scene;
    Workbench bench(scene.path);
    bench.propose();
    const QString missing = scene.place.file("not mounted");
    CheckpointSigner signer(bench.database, {scene.keys, {missing, scene.share}}, scene.clock);
    const SignedCheckpoint made = signer.sign();
    QCOMPARE(made.troubles.size(), 1);
    QCOMPARE(made.troubles.first().folder, missing);
    QVERIFY(made.troubles.first().error.contains(missing));
    QCOMPARE(made.files.size(), 1);
    QVERIFY(!QFile::exists(missing));
    QCOMPARE(CheckpointTable(bench.database).all().size(), 1);
}

void TestCheckpointSigner::aFileThatSaysSomethingElseIsKept()
{
    const Scene scene;
    const SignedCheckpoint made = scene.grow(3);
    QFile::remove(made.files.first());
    write(made.files.first(), "evidence\n");
    const SignedCheckpoint again = scene.grow(0);
    QCOMPARE(again.troubles.size(), 1);
    QVERIFY(again.files.isEmpty());
    QCOMPARE(bytesOf(made.files.first()), "evidence\n");
    QCOMPARE(scene.files().size(), 1);
}

void TestCheckpointSigner::twoSignersAtOnceSignOneAfterTheOther()
{
    const Scene scene;
    static_cast<void>(Workbench(scene.path));
    std::vector<std::thread> threads;
    threads.reserve(2);
    std::atomic_int failures = 0;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            try {
                for (int round = 0; round < 15; ++round)
                    scene.grow(1);
            } catch (const Error &error) {
                qWarning("%s", error.what());
                ++failures;
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(failures, 0);
    Workbench bench(scene.path);
    QCOMPARE(sizeOfTree(bench.database), 30);
    QCOMPARE(scene.store().keys().size(), 1);
    QCOMPARE(Checkpoint::parse(SignedNote::parse(*scene.store().lastSigned()).text()).size, 30);
}

void TestCheckpointSigner::aFullFolderOfKeysSignsNothing()
{
    const Scene scene;
    const std::unique_ptr<SmallDisk> disk = SmallDisk::make(scene.keys, 64 * 1024);
    if (!disk)
        QSKIP("this account may not mount a disk");
    const SignedCheckpoint first = scene.grow(1);
    disk->fill();
    QVERIFY(thrown<FileError>([&] { scene.grow(1); }));
    QCOMPARE(scene.files().size(), 1);
    Workbench bench(scene.path);
    QCOMPARE(CheckpointTable(bench.database).all().size(), 1);
    QCOMPARE(scene.store().lastSigned(), first.note);
    disk->empty();
    QCOMPARE(scene.grow(0).checkpoint.size, 2);
}

void TestCheckpointSigner::aBackupGoesOnUnderAnotherName()
{
    const Scene scene;
    scene.grow(10);
    scene.copyTo("older.db");
    const QString before = scene.grow(10).checkpoint.origin;
    scene.putBack("older.db");
    Workbench bench(scene.path);
    QVERIFY(thrown<InconsistentLogError>([&] { scene.signer(bench).sign(); }));
    QVERIFY(thrown<InvalidInputError>(
        [&] { CheckpointSigner::startOver(bench.database, bench.auditor, " ", scene.keys); }));
    const LogIdentity now = CheckpointSigner::startOver(bench.database, bench.auditor, "the disk died", scene.keys);
    QVERIFY(now.origin() != before);
    QCOMPARE(LogIdentity::read(bench.database).id, now.id);
    const QList<AuditEvent> events = bench.auditor.events(std::nullopt, EventType::kLogRestarted);
    QCOMPARE(events.size(), 1);
    const QJsonObject data = events.first().dataObject();
    QCOMPARE(data.value("old_origin").toString(), before);
    QCOMPARE(data.value("new_origin").toString(), now.origin());
    QCOMPARE(data.value("reason").toString(), "the disk died");
    QCOMPARE(data.value("by").toString(), "tester@bench");
    const SignedCheckpoint made = scene.signer(bench).sign();
    QCOMPARE(made.checkpoint.origin, now.origin());
    QCOMPARE(made.checkpoint.size, 11);
    // Nobody gets round the signer by naming the log anew in the database alone.
    ForeignClient(scene.path)
        .must("INSERT INTO andon_log_identity(log_id, reason, since) "
              "VALUES('ffffffffffffffffffffffffffffffff', 'x', 'now')");
    QVERIFY(thrown<InconsistentLogError>([&] { scene.signer(bench).sign(); }));
}

void TestCheckpointSigner::theTableIsAppendOnly()
{
    const Scene scene;
    scene.grow(1);
    ForeignClient raw(scene.path);
    QVERIFY(!raw.run("UPDATE andon_checkpoint SET tree_size = 2").isEmpty());
    QVERIFY(!raw.run("DELETE FROM andon_checkpoint").isEmpty());
    QVERIFY(!raw.run("INSERT OR REPLACE INTO andon_checkpoint SELECT * FROM andon_checkpoint").isEmpty());
    QCOMPARE(raw.number("SELECT count(*) FROM andon_checkpoint WHERE tree_size = 1"), 1);
}

void TestCheckpointSigner::checkpointsAreFound()
{
    const Scene scene;
    {
        Workbench bench(scene.path);
        CheckpointTable table(bench.database);
        QVERIFY(!table.newest());
        QVERIFY(!table.newestCovering(0));
    }
    for (const int events : {2, 2, 2})
        scene.grow(events);
    Workbench bench(scene.path);
    CheckpointTable table(bench.database);
    QCOMPARE(table.newest()->treeSize, 6);
    QCOMPARE(table.newestCovering(6)->treeSize, 6);
    QCOMPARE(table.newestCovering(1)->treeSize, 6);
    QVERIFY(!table.newestCovering(7));
    QList<qint64> sizes;
    table.visitOldestFirst([&sizes](const StoredCheckpoint &one) {
        sizes << one.treeSize;
        return sizes.size() < 2;
    });
    QCOMPARE(sizes, (QList<qint64>{2, 4}));
}

void TestCheckpointSigner::anUndoneCheckpointLeavesNoGap()
{
    // `verify` takes a number that is missing for a checkpoint that was removed.
    const Scene scene;
    Workbench bench(scene.path);
    CheckpointTable table(bench.database);
    StoredCheckpoint checkpoint;
    checkpoint.root = QByteArray(32, 'r');
    checkpoint.note = "a note";
    checkpoint.keyName = QStringLiteral("andon");
    checkpoint.keyId = QStringLiteral("0badcafe");
    checkpoint.signedAt = QDateTime::currentDateTimeUtc();
    const qint64 first = table.insert(checkpoint);
    {
        const Transaction undone(bench.database);
        QCOMPARE(table.insert(checkpoint), first + 1);
    }
    QCOMPARE(table.insert(checkpoint), first + 1);
    // And a number is not given once more where the newest was removed.
    const QByteArray removal = "DELETE FROM andon_checkpoint WHERE id > " + QByteArray::number(first);
    if (isOnPostgres()) {
        ForeignClient(scene.path).must("SET session_replication_role = replica; " + removal);
    } else {
        scene.dropTriggers();
        ForeignClient(scene.path).must(removal);
    }
    QCOMPARE(table.insert(checkpoint), first + 2);
}

QTEST_GUILESS_MAIN(TestCheckpointSigner)
#include "tst_checkpointsigner.moc"
