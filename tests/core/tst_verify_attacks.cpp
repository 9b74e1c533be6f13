// SPDX-License-Identifier: Apache-2.0
// S8: whatever somebody does to the log who has its file and plain SQLite, or owns its tables at a server, a
// verification names it.
#include "tests/support/ForeignClient.h"
#include "tests/support/LogUnderAttack.h"
#include "tests/support/TestEngine.h"

#include <QFile>
#include <QTest>

#include <random>

using namespace andon;
using namespace andon::test;

namespace {

using Kind = VerifyFinding::Kind;

Verifier::Options withKept(const LogUnderAttack &log, const QByteArray &note)
{
    Verifier::Options options = log.options();
    options.checkpoints << std::pair(QStringLiteral("kept.checkpoint"), note);
    return options;
}

/// As an auditor elsewhere, who has the key, and what he has kept.
Verifier::Options elsewhere(const LogUnderAttack &log, const QByteArray &note)
{
    Verifier::Options options = withKept(log, note);
    Database database(log.place().location(), existing());
    options.keys = KeyStore(LogIdentity::read(database).origin(), log.keys()).trusted();
    options.keyFolder = log.place().file(QStringLiteral("nothing"));
    return options;
}

/// That nothing else is found than these kinds, so often.
QMap<Kind, qint64> counted(std::initializer_list<std::pair<Kind, qint64>> counts)
{
    return QMap<Kind, qint64>(counts);
}

void protectionAtAServer()
{
    const auto row = [](const char *name, const char *sql, const char *detail) {
        QTest::newRow(name) << QByteArray(sql) << QString::fromLatin1(detail);
    };
    row("changed",
        "DROP TRIGGER andon_log_update ON action_audit_log; CREATE TRIGGER andon_log_update BEFORE UPDATE ON "
        "action_audit_log FOR EACH ROW WHEN (OLD.id < 0) EXECUTE FUNCTION "
        "andon_refuse('Audit log is append-only: an event cannot be changed', 'ND005')",
        "andon_log_update of the table action_audit_log was changed");
    row("one that swallows seals",
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
        "CREATE TRIGGER helpful BEFORE INSERT ON andon_audit_seal FOR EACH ROW EXECUTE FUNCTION swallow()",
        "a trigger that Andon did not make, helpful");
    row("a rule that swallows seals", "CREATE RULE helpful AS ON INSERT TO andon_audit_seal DO INSTEAD NOTHING",
        "andon_audit_seal has a rule that Andon did not make");
    row("switched off", "ALTER TABLE action_audit_log DISABLE TRIGGER andon_log_update",
        "andon_log_update of the table action_audit_log is switched off");
    row("switched off in a partition", "ALTER TABLE action_audit_log_default DISABLE TRIGGER andon_log_delete",
        "andon_log_delete of the table action_audit_log_default is switched off");
    row("for replicas alone", "ALTER TABLE andon_checkpoint ENABLE REPLICA TRIGGER andon_checkpoint_update",
        "andon_checkpoint_update of the table andon_checkpoint is switched off");
    row("one partition may be truncated", "DROP TRIGGER andon_log_truncate ON action_audit_log_default",
        "andon_log_truncate of the table action_audit_log_default is gone");
    row("what refuses does not",
        "CREATE OR REPLACE FUNCTION andon_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "its function andon_refuse was changed");
    row("what checks ids does not",
        "CREATE OR REPLACE FUNCTION andon_check_event() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "its function andon_check_event was changed");
    row("a policy that hides rows", "ALTER TABLE action_audit_log ENABLE ROW LEVEL SECURITY",
        "action_audit_log hides rows by a policy");
}

} // namespace

class TestVerifyAttacks : public QObject
{
    Q_OBJECT

private slots:
    void s8_nothingIsFoundWhereNothingWasDone();
    void s8_entries_data();
    void s8_entries();
    void s8_byTheOwner_data();
    void s8_byTheOwner();
    void s8_truncatedAndGoneOnWithTheSealsLeft();
    void s8_truncatedAndGoneOnWithTheIdsOfTheOldOnes();
    void s8_truncatedWithTheSeals();
    void s8_sealedAnewWithThePresentKey();
    void s8_sealedAnewAndTheCheckpointsReplaced();
    void s8_sealedAnewByAStranger();
    void s8_olderCopyPutBack();
    void s8_olderWriteAheadLogPutBack();
    void s8_anotherLogPutInItsPlace();
    void s8_startedOverInSecret();
    void s8_checkpoints_data();
    void s8_checkpoints();
    void s8_checkpointOfAStranger();
    void s8_protection_data();
    void s8_protection();
    void s8_bytesOfTheFile();
};

void TestVerifyAttacks::s8_nothingIsFoundWhereNothingWasDone()
{
    const LogUnderAttack log;
    const QByteArray note = log.sign();
    log.attack("SELECT 1"); // the triggers are as they were
    const VerifyReport report = log.verify(withKept(log, note));
    QCOMPARE(inShort(report), QStringList());
    QCOMPARE(report.sealed, LogUnderAttack::kLeaves);
    QCOMPARE(report.entries, LogUnderAttack::kLeaves);
    QCOMPARE(report.through, EventId(LogUnderAttack::kLastEntry));
    QCOMPARE(report.checkpointCount, 3); // of the database, of the user, and kept
    QVERIFY(report.conclusion() == VerifyReport::Conclusion::Whole);
}

void TestVerifyAttacks::s8_entries_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QStringList>("found");

    const auto set = [](const char *name, const char *assignment, const QStringList &found) {
        QTest::newRow(name) << QByteArray("UPDATE action_audit_log SET ") + assignment + " WHERE id = 42" << found;
    };
    set("one byte of event_data", "event_data = replace(event_data, '42}', '43}')", {"edited 42 event_data"});
    set("one byte of actor", "actor = 'bgent'", {"edited 42 actor"});
    set("one byte of event_type", "event_type = 'proposee'", {"edited 42 event_type"});
    set("one byte of timestamp", "timestamp = '2026-01-31T12:00:00.001+00:00'", {"edited 42 timestamp"});
    set("one byte of created_at", "created_at = '2026-01-31 12:00:01'", {"edited 42 created_at"});
    set("proposal_id", "proposal_id = 43", {"edited 42 proposal_id"});
    set("id, into a gap", "id = 155", {"reordered 155 <entry 42>"});
    set("id, to the end", "id = 9999", {"reordered 9999 <entry 42>", "unsealed 9999"});
    set("id, to below all", "id = -7", {"reordered -7 <entry 42>"});
    set("a text that becomes NULL", "event_data = NULL", {"edited 42 event_data"});
    set("a text that becomes bytes", "event_data = CAST(event_data AS BLOB)", {"edited 42 event_data"});
    set("a byte that is no text", "actor = CAST(X'61ff' AS TEXT)", {"edited 42 actor"});
    if (!isOnPostgres())
        set("a text with a zero", "actor = 'agent' || char(0)", {"edited 42 actor"});
    set("a number that becomes a fraction", "proposal_id = 42.5", {"edited 42 proposal_id"});
    set("several columns", "actor = 'user', event_data = '{}'", {"edited 42 actor,event_data"});
    const auto row = [](const char *name, const char *sql, const QStringList &found) {
        QTest::newRow(name) << QByteArray(sql) << found;
    };
    row("one byte of the first", "UPDATE action_audit_log SET actor = 'agens' WHERE id = 1", {"edited 1 actor"});
    row("one byte of the last", "UPDATE action_audit_log SET actor = 'agens' WHERE id = 310", {"edited 310 actor"});
    row("every entry", "UPDATE action_audit_log SET actor = 'x'", {"all"});
    row("delete one", "DELETE FROM action_audit_log WHERE id = 42", {"missing 42"});
    row("delete the first", "DELETE FROM action_audit_log WHERE id = 1", {"missing 1"});
    row("delete the last", "DELETE FROM action_audit_log WHERE id = 310", {"missing 310"});
    row("delete some", "DELETE FROM action_audit_log WHERE id BETWEEN 42 AND 50", {"missing 42-50"});
    row("delete around the gap", "DELETE FROM action_audit_log WHERE id BETWEEN 149 AND 162",
        {"missing 149-150", "missing 161-162"});
    row("delete all", "DELETE FROM action_audit_log", {"missing 1-150", "missing 161-310"});

    const QByteArray values = ", 42, 'proposed', '{}', 'agent', '2026-01-31T12:00:00.000+00:00')";
    const auto insert = [&values](int id) {
        return "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) VALUES("
            + QByteArray::number(id) + values;
    };
    row("insert into the gap", insert(155), {"added 155"});
    row("insert below all", insert(-5), {"added -5"});
    row("insert at zero", insert(0), {"added"});
    row("insert at the end", insert(311), {"unsealed 311"});
    row("replace one", "DELETE FROM action_audit_log WHERE id = 42;" + insert(42), {"edited 42 created_at,event_data"});
    row("insert and move the others on",
        "UPDATE action_audit_log SET id = -id - 1 WHERE id >= 308; UPDATE action_audit_log SET id = -id WHERE id < 0;"
            + insert(308),
        {"added 308", "reordered 309 <entry 308>", "reordered 310 <entry 309>", "reordered 311 <entry 310>",
         "unsealed 311"});
    row("delete and move the others back",
        "DELETE FROM action_audit_log WHERE id = 308;"
        "UPDATE action_audit_log SET id = id - 1 WHERE id = 309; UPDATE action_audit_log SET id = id - 1 WHERE id = 310",
        {"missing 308", "reordered 308 <entry 309>", "reordered 309 <entry 310>"});
    row("swap two",
        "UPDATE action_audit_log SET id = -1 WHERE id = 42; UPDATE action_audit_log SET id = 42 WHERE id = 170;"
        "UPDATE action_audit_log SET id = 170 WHERE id = -1",
        {"reordered 42 <entry 170>", "reordered 170 <entry 42>"});
    row("a new column with a value",
        "ALTER TABLE action_audit_log ADD COLUMN note TEXT;"
        "UPDATE action_audit_log SET note = 'x' WHERE id = 42",
        {"edited 42"});
    row("a new column without one", "ALTER TABLE action_audit_log ADD COLUMN note TEXT", {});
    row("a column that is gone",
        isOnPostgres() ? "ALTER TABLE action_audit_log DROP COLUMN actor" // the partitions are made by created_at
                       : "ALTER TABLE action_audit_log DROP COLUMN created_at",
        {"all"});
    row("the table is gone", "DROP TABLE action_audit_log", {"missing 1-310", "unprotected"});
}

void TestVerifyAttacks::s8_entries()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QStringList, found);
    const LogUnderAttack log;
    log.attack(sql);
    const VerifyReport report = log.verify();
    if (found == QStringList{"all"}) {
        QCOMPARE(report.counts, counted({{Kind::Edited, LogUnderAttack::kLeaves}}));
        QCOMPARE(report.findings.size(), LogUnderAttack::kLeaves);
        return;
    }
    QStringList all = inShort(report);
    all.removeDuplicates();
    QCOMPARE(all, found);
}

/// Whoever owns the tables need not drop a trigger.
void TestVerifyAttacks::s8_byTheOwner_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QStringList>("found");
    if (!isOnPostgres())
        return;
    const auto row = [](const char *name, const QByteArray &sql, const QStringList &found) {
        QTest::newRow(name) << sql << found;
    };
    const auto asReplica = [&row](const char *name, const QByteArray &sql, const QStringList &found) {
        row(name, "SET session_replication_role = replica;" + sql, found);
    };
    const QByteArray values = ", 42, 'proposed', '{}', 'agent', '2026-01-31T12:00:00.000+00:00')";
    const QByteArray insert =
        "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) ";
    asReplica("edit", "UPDATE action_audit_log SET actor = 'bgent' WHERE id = 42", {"edited 42 actor"});
    asReplica("delete", "DELETE FROM action_audit_log WHERE id BETWEEN 42 AND 50", {"missing 42-50"});
    asReplica("insert", insert + "OVERRIDING SYSTEM VALUE VALUES(155" + values, {"added 155"});
    asReplica("insert at the end", insert + "OVERRIDING SYSTEM VALUE VALUES(311" + values, {"unsealed 311"});
    asReplica("insert an id twice, in another month",
              "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp, created_at) "
              "OVERRIDING SYSTEM VALUE SELECT id, proposal_id, event_type, event_data, actor, timestamp, "
              "'1999-01-01 00:00:00' FROM action_audit_log WHERE id = 42",
              {"added 42"});
    asReplica("insert an id twice, in every column the same but one",
              "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp, created_at) "
              "OVERRIDING SYSTEM VALUE SELECT id, proposal_id, event_type, event_data, actor, timestamp, "
              "'2026-01-31 12:00:01' FROM action_audit_log WHERE id = 42",
              {"added 42"});
    asReplica("swap two",
              "UPDATE action_audit_log SET id = -1 WHERE id = 42; UPDATE action_audit_log SET id = 42 WHERE id = 170;"
              "UPDATE action_audit_log SET id = 170 WHERE id = -1",
              {"reordered 42 <entry 170>", "reordered 170 <entry 42>"});
    asReplica("truncate", "TRUNCATE action_audit_log", {"missing 1-150", "missing 161-310"});
    asReplica("truncate all", "TRUNCATE action_audit_log, andon_audit_seal RESTART IDENTITY", {});
    asReplica("seals", "DELETE FROM andon_audit_seal WHERE leaf = 128", {"seal_edited 129-150"});
    row("edit while they are switched off",
        "ALTER TABLE action_audit_log DISABLE TRIGGER USER; UPDATE action_audit_log SET actor = 'bgent' WHERE id = 42; "
        "ALTER TABLE action_audit_log ENABLE TRIGGER USER",
        {"edited 42 actor"});
    row("edit and leave them off",
        "ALTER TABLE action_audit_log DISABLE TRIGGER USER; UPDATE action_audit_log SET actor = 'bgent' WHERE id = 42",
        {"edited 42 actor", "unprotected"});
    const QByteArray partition = "DO $part$ DECLARE part text; BEGIN "
                                 "SELECT tableoid::regclass::text INTO part FROM action_audit_log LIMIT 1; ";
    row("take the partition away",
        partition + "EXECUTE format('ALTER TABLE action_audit_log DETACH PARTITION %s', part); END $part$",
        {"missing 1-150", "missing 161-310"});
    row("drop the partition", partition + "EXECUTE format('DROP TABLE %s', part); END $part$",
        {"missing 1-150", "missing 161-310"});
    row("attach a partition of one's own",
        "CREATE TABLE mine(LIKE action_audit_log INCLUDING DEFAULTS); INSERT INTO mine VALUES(155, 42, 'proposed', '{}', "
        "'agent', '2026-01-31T12:00:00.000+00:00', '1999-01-01 00:00:00'); "
        "ALTER TABLE action_audit_log ATTACH PARTITION mine FOR VALUES FROM ('1999-01') TO ('1999-02')",
        {"added 155", "unprotected"});
    row("show another table in its place",
        "ALTER TABLE action_audit_log RENAME TO hidden; "
        "CREATE VIEW action_audit_log AS SELECT * FROM hidden WHERE id <> 42",
        {"missing 42", "unprotected"});
    row("hide a row by a policy",
        "ALTER TABLE action_audit_log ENABLE ROW LEVEL SECURITY; ALTER TABLE action_audit_log FORCE ROW LEVEL SECURITY; "
        "CREATE POLICY hide ON action_audit_log USING (id <> 42)",
        {"unprotected"}); // the superuser who verifies here sees it
}

void TestVerifyAttacks::s8_byTheOwner()
{
    ANDON_POSTGRESQL_ONLY("in a file all that the owner may do is in the rows above");
    QFETCH(const QByteArray, sql);
    QFETCH(const QStringList, found);
    const LogUnderAttack log;
    const QByteArray kept = log.sign();
    ForeignClient(log.path()).must(sql);
    const VerifyReport report = log.verify(withKept(log, kept));
    QStringList all = inShort(report);
    all.removeDuplicates();
    if (QByteArray(QTest::currentDataTag()) == "truncate all") { // nothing is there that would contradict
        QVERIFY2(all.contains("checkpoint_inconsistent"), qPrintable(all.join(u';')));
        return;
    }
    QCOMPARE(all, found);
}

void TestVerifyAttacks::s8_truncatedAndGoneOnWithTheSealsLeft()
{
    const LogUnderAttack log;
    log.sign();
    log.attack("DELETE FROM action_audit_log WHERE id > 200");
    log.goOn(3);
    const VerifyReport report = log.verify();
    QCOMPARE(inShort(report), QStringList{"missing 201-310"});
    QCOMPARE(report.sealed, LogUnderAttack::kLeaves + 3);
}

void TestVerifyAttacks::s8_truncatedAndGoneOnWithTheIdsOfTheOldOnes()
{
    const LogUnderAttack log;
    log.attack("DELETE FROM action_audit_log WHERE id > 200; UPDATE sqlite_sequence SET seq = 200 WHERE name = "
               "'action_audit_log'");
    log.goOn(2);
    const QStringList found = inShort(log.verify());
    QCOMPARE(found.size(), 3);
    QVERIFY2(found.at(0).startsWith("edited 201 ") && found.at(1).startsWith("edited 202 "),
             qPrintable(found.join(u';')));
    QCOMPARE(found.at(2), "missing 203-310");
}

void TestVerifyAttacks::s8_truncatedWithTheSeals()
{
    const LogUnderAttack log;
    const QByteArray kept = log.sign();
    log.attack("DELETE FROM action_audit_log WHERE id > 150; DELETE FROM andon_audit_seal WHERE leaf >= 150;"
               "DELETE FROM andon_checkpoint; DELETE FROM sqlite_sequence WHERE name = 'andon_checkpoint'");
    log.goOn(3);
    const VerifyReport report = log.verify(elsewhere(log, kept));
    QCOMPARE(inShort(report), QStringList{"checkpoint_inconsistent"});
    QVERIFY2(report.findings.first().detail.contains("truncated or is an older copy, since it had 300 entries"),
             qPrintable(report.findings.first().detail));
    // The user who has signed needs no file.
    QCOMPARE(log.verify().counts, counted({{Kind::CheckpointInconsistent, 1}, {Kind::CheckpointMissing, 1}}));

    log.goOn(400); // longer than it was
    const VerifyReport later = log.verify(elsewhere(log, kept));
    QCOMPARE(inShort(later), QStringList{"checkpoint_inconsistent"});
    QVERIFY2(later.findings.first().detail.contains("not those that were signed"),
             qPrintable(later.findings.first().detail));
}

void TestVerifyAttacks::s8_sealedAnewWithThePresentKey()
{
    const LogUnderAttack log;
    log.sign();
    log.goOn(2);
    log.attack("UPDATE action_audit_log SET actor = 'user' WHERE id = 42; DELETE FROM andon_audit_seal");
    log.seal();
    log.signAnyway();
    const VerifyReport report = log.verify();
    // Against the earlier one in the table, and against what the user remembers.
    QCOMPARE(report.counts, counted({{Kind::CheckpointInconsistent, 2}}));
    QVERIFY2(report.findings.first().detail.contains("300 entries"), qPrintable(report.findings.first().detail));
}

void TestVerifyAttacks::s8_sealedAnewAndTheCheckpointsReplaced()
{
    const LogUnderAttack log;
    const QByteArray kept = log.sign();
    log.attack("UPDATE action_audit_log SET actor = 'user' WHERE id = 42; DELETE FROM andon_audit_seal;"
               "DELETE FROM andon_checkpoint; DELETE FROM sqlite_sequence WHERE name = 'andon_checkpoint'");
    log.seal();
    log.signAnyway();
    QCOMPARE(log.verify().counts, counted({{Kind::CheckpointInconsistent, 1}}));
    QCOMPARE(log.verify(elsewhere(log, kept)).counts, counted({{Kind::CheckpointInconsistent, 1}}));
    // Who has neither the key store nor a file has nothing to hold it against: why one is to be kept.
    Verifier::Options nothing = elsewhere(log, kept);
    nothing.checkpoints.clear();
    QCOMPARE(inShort(log.verify(nothing)), QStringList());
}

void TestVerifyAttacks::s8_sealedAnewByAStranger()
{
    const LogUnderAttack log;
    log.attack("UPDATE action_audit_log SET actor = 'user' WHERE id = 42; DELETE FROM andon_audit_seal");
    log.seal();
    const VerifyReport report = log.verify();
    QCOMPARE(inShort(report), QStringList());
    QVERIFY(report.conclusion() == VerifyReport::Conclusion::Unsigned); // and it says so
}

void TestVerifyAttacks::s8_olderCopyPutBack()
{
    const LogUnderAttack log;
    log.sign();
    log.copyTo("old.db");
    log.goOn(5);
    const QByteArray kept = log.sign();
    log.putBack("old.db");
    const VerifyReport report = log.verify(elsewhere(log, kept));
    QCOMPARE(inShort(report), QStringList{"checkpoint_inconsistent"});
    QVERIFY(report.findings.first().detail.contains(
        "older copy, since it had 305 entries when that was signed and has 300"));
    QCOMPARE(report.vouchedFor()->size, 300);
    QCOMPARE(log.verify().counts, counted({{Kind::CheckpointInconsistent, 1}, {Kind::CheckpointMissing, 1}}));
}

void TestVerifyAttacks::s8_olderWriteAheadLogPutBack()
{
    ANDON_SQLITE_ONLY("a server's write-ahead log is its own");
    const LogUnderAttack log;
    if (ForeignClient(log.path()).value("PRAGMA journal_mode") != "wal")
        QSKIP("This engine has no write-ahead log that can be relied on.");
    QByteArray kept;
    QByteArray oldDatabase;
    QByteArray oldLog;
    {
        ForeignClient open(log.path()); // keeps the last one who closes from emptying the log
        open.must("PRAGMA wal_autocheckpoint = 0");
        QCOMPARE(open.number("SELECT count(*) FROM action_audit_log"), LogUnderAttack::kLeaves);
        log.goOn(2);
        oldDatabase = bytesOf(log.path());
        oldLog = bytesOf(log.path() + "-wal");
        log.goOn(3);
        kept = log.sign();
    }
    write(log.path(), oldDatabase);
    write(log.path() + "-wal", oldLog);
    const VerifyReport report = log.verify(elsewhere(log, kept));
    QCOMPARE(inShort(report), QStringList{"checkpoint_inconsistent"});
    QVERIFY(report.findings.first().detail.contains("had 305 entries when that was signed and has 302"));
}

void TestVerifyAttacks::s8_anotherLogPutInItsPlace()
{
    const LogUnderAttack log;
    const QByteArray kept = log.sign();
    const Verifier::Options options = elsewhere(log, kept);
    const LogUnderAttack other;
    copyDatabase(other.path(), log.path());
    const VerifyReport report = log.verify(options);
    QCOMPARE(inShort(report), QStringList{"checkpoint_inconsistent"});
    QVERIFY(report.findings.first().detail.contains("another log"));
    QVERIFY(report.checkpoints.first().verdict == CheckpointVerdict::Verdict::OtherLog);
    // The user remembers which log stood there.
    QCOMPARE(log.verify().counts, counted({{Kind::CheckpointInconsistent, 1}}));
}

void TestVerifyAttacks::s8_startedOverInSecret()
{
    const LogUnderAttack log;
    log.sign();
    log.attack(
        "UPDATE action_audit_log SET actor = 'user' WHERE id = 42; DELETE FROM andon_audit_seal;"
        "INSERT INTO andon_log_identity(log_id, reason, since) VALUES('0123456789abcdef0123456789abcdef', 'x', '')");
    log.seal();
    const VerifyReport report = log.verify();
    // The checkpoint in the table is of an earlier identity; what the user has signed there last is not forgotten.
    QCOMPARE(report.counts, counted({{Kind::CheckpointInconsistent, 1}}));
    QVERIFY(report.findings.first().detail.contains("another log"));
}

void TestVerifyAttacks::s8_checkpoints_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QStringList>("found");
    QTest::addColumn<bool>("isStillVouchedFor"); // by what the user remembers
    const auto row = [](const char *name, const char *sql, const QStringList &found, bool isVouched = true) {
        QTest::newRow(name) << QByteArray(sql) << found << isVouched;
    };
    row("the row's size", "UPDATE andon_checkpoint SET tree_size = 299", {"checkpoint_forged"});
    row("the row's root", "UPDATE andon_checkpoint SET root = zeroblob(32)", {"checkpoint_forged"});
    row("the row's key", "UPDATE andon_checkpoint SET key_id = '00000000'", {"checkpoint_forged"});
    row("the row's name of the key", "UPDATE andon_checkpoint SET key_name = 'me'", {"checkpoint_forged"});
    row("the note's size",
        "UPDATE andon_checkpoint SET tree_size = 299, note = replace(note, char(10) || '300' || "
        "char(10), char(10) || '299' || char(10))",
        {"checkpoint_forged", "checkpoint_missing"});
    row("no note", "UPDATE andon_checkpoint SET note = ''", {"checkpoint_forged", "checkpoint_missing"});
    row("bytes for a note", "UPDATE andon_checkpoint SET note = zeroblob(5000)",
        {"checkpoint_forged", "checkpoint_missing"});
    row("a very long note", "UPDATE andon_checkpoint SET note = zeroblob(5000000)",
        {"checkpoint_forged", "checkpoint_missing"});
    row("the signature",
        isOnPostgres() ? "UPDATE andon_checkpoint SET note = left(note, -20) || 'AAAA' || right(note, 16)"
                       : "UPDATE andon_checkpoint SET note = substr(note, 1, length(note) - 20) || 'AAAA' || "
                         "substr(note, -16)",
        {"checkpoint_forged"});
    row("strange numbers",
        isOnPostgres() ? "UPDATE andon_checkpoint SET tree_size = -1; INSERT INTO andon_checkpoint SELECT id + 1, -2, "
                         "'x', note, '', '', '' FROM andon_checkpoint"
                       : "UPDATE andon_checkpoint SET tree_size = -1; INSERT INTO andon_checkpoint SELECT id + 1, 'x', "
                         "'x', note, '', '', '' FROM andon_checkpoint",
        {"checkpoint_forged"});
    row("a strange number of a row", "UPDATE andon_checkpoint SET id = 9223372036854775807", {"checkpoint_missing"});
    row("removed", "DELETE FROM andon_checkpoint", {"checkpoint_missing"});
    row("the table is another one",
        isOnPostgres() ? "DROP TABLE andon_checkpoint; CREATE TABLE andon_checkpoint(id bigint, note text)"
                       : "DROP TABLE andon_checkpoint; CREATE TABLE andon_checkpoint(id, note)",
        {"checkpoint_missing"});
    row("the table is gone", "DROP TABLE andon_checkpoint", {"checkpoint_missing", "unprotected"});
    row("another identity", "UPDATE andon_log_identity SET log_id = '0123456789abcdef0123456789abcdef'",
        {"checkpoint_inconsistent"}, false);
    row("no identity", "DELETE FROM andon_log_identity", {"checkpoint_missing"});
    row("the table of identities is gone", "DROP TABLE andon_log_identity", {"checkpoint_missing", "unprotected"});
    if (isOnPostgres()) {
        row("truncated", "TRUNCATE andon_checkpoint RESTART IDENTITY", {"checkpoint_missing"});
        row("no identity any more", "TRUNCATE andon_log_identity RESTART IDENTITY", {"checkpoint_missing"});
    }
}

void TestVerifyAttacks::s8_checkpoints()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QStringList, found);
    QFETCH(const bool, isStillVouchedFor);
    const LogUnderAttack log;
    log.sign();
    log.attack(sql);
    const VerifyReport report = log.verify();
    QStringList all = inShort(report);
    all.removeDuplicates();
    QCOMPARE(all, found);
    QCOMPARE(report.vouchedFor().has_value(), isStillVouchedFor);
}

void TestVerifyAttacks::s8_checkpointOfAStranger()
{
    const LogUnderAttack log;
    log.sign();
    log.attack("DELETE FROM andon_checkpoint; DELETE FROM sqlite_sequence WHERE name = 'andon_checkpoint';"
               "UPDATE action_audit_log SET actor = 'x' WHERE id = 42; DELETE FROM andon_audit_seal");
    log.seal();
    {
        Database database(log.place().location(), existing());
        CheckpointSigner(database, {log.place().file("strangers"), {}}).sign();
    }
    const VerifyReport report = log.verify();
    QCOMPARE(report.counts, counted({{Kind::CheckpointForged, 1}, {Kind::CheckpointInconsistent, 1}}));
    QVERIFY2(report.findings.last().detail.contains("no key that is trusted has signed it"),
             qPrintable(report.findings.last().detail));
    // Who trusts no key at all is told that nobody vouches for it, and no more.
    Verifier::Options nobody = log.options();
    nobody.keyFolder = log.place().file("nothing");
    const VerifyReport blind = log.verify(nobody);
    QCOMPARE(inShort(blind), QStringList());
    QVERIFY(blind.conclusion() == VerifyReport::Conclusion::Unsigned);
    QVERIFY(blind.checkpoints.first().verdict == CheckpointVerdict::Verdict::UnknownKey);
}

void TestVerifyAttacks::s8_protection_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("detail");
    QList<const char *> names{"andon_log_update",        "andon_log_delete",        "andon_seal_update",
                              "andon_seal_delete",       "andon_seal_order",        "andon_identity_update",
                              "andon_identity_delete",   "andon_identity_replace",  "andon_checkpoint_update",
                              "andon_checkpoint_delete", "andon_checkpoint_replace"};
    if (isOnPostgres())
        names << "andon_log_insert"
              << "andon_log_truncate"
              << "andon_seal_truncate"
              << "andon_identity_truncate"
              << "andon_checkpoint_truncate"
              << "andon_archive_update"
              << "andon_archive_delete"
              << "andon_archive_truncate";
    else
        names << "andon_log_replace"
              << "andon_log_id";
    for (const char *name : std::as_const(names))
        QTest::newRow(name) << QByteArray("DROP TRIGGER ") + name << QStringLiteral("the trigger %1 of").arg(name);
    if (isOnPostgres()) {
        protectionAtAServer();
        return;
    }
    QTest::newRow("changed") << QByteArray(
        "DROP TRIGGER andon_log_update; CREATE TRIGGER andon_log_update BEFORE UPDATE ON action_audit_log WHEN 0 BEGIN "
        "SELECT RAISE(ROLLBACK, 'Audit log is append-only: an event cannot be changed'); END")
                             << QStringLiteral("andon_log_update of the table action_audit_log was changed");
    QTest::newRow("one that swallows seals")
        << QByteArray("CREATE TRIGGER helpful BEFORE INSERT ON andon_audit_seal BEGIN SELECT RAISE(IGNORE); END")
        << QStringLiteral("a trigger that Andon did not make, helpful");
}

void TestVerifyAttacks::s8_protection()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QString, detail);
    const LogUnderAttack log;
    ForeignClient(log.path()).must(sql);
    const VerifyReport report = log.verify();
    QStringList all = inShort(report);
    if (isOnPostgres())
        all.removeDuplicates(); // a trigger of the log is one of each partition, too
    QCOMPARE(all, QStringList{"unprotected"});
    QVERIFY2(report.findings.first().detail.contains(detail), qPrintable(report.findings.first().detail));
}

/// Wherever they are: a verification ends, and never calls a log whole that is not read as it was.
void TestVerifyAttacks::s8_bytesOfTheFile()
{
    ANDON_SQLITE_ONLY("the bytes of a file");
    const LogUnderAttack log;
    log.sign();
    ForeignClient(log.path()).must("PRAGMA journal_mode = DELETE");
    const QByteArray select = "SELECT * FROM action_audit_log ORDER BY id";
    const QStringList before = ForeignClient(log.path()).rows(select);
    const QByteArray bytes = bytesOf(log.path());
    std::mt19937 random(7); // the same bytes every time
    constexpr int kTries = 150;
    for (int i = 0; i < kTries; ++i) {
        QByteArray changed = bytes;
        const auto at = static_cast<qsizetype>(random() % static_cast<unsigned>(bytes.size()));
        changed[at] = static_cast<char>(random());
        write(log.path(), changed);
        QStringList now;
        bool isWhole = false;
        try {
            isWhole = log.verify().isWhole();
            now = ForeignClient(log.path()).rows(select);
        } catch (const Error &) {
            continue; // it is no database any more
        } catch (const std::runtime_error &) {
            now.clear();
        }
        QVERIFY2(!isWhole || now == before, qPrintable(QString::number(at)));
    }
}

QTEST_GUILESS_MAIN(TestVerifyAttacks)
#include "tst_verify_attacks.moc"
