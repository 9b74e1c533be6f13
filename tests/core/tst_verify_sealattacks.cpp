// SPDX-License-Identifier: Apache-2.0
// S8: whatever somebody does to the seals of the log who has its file and plain SQLite, or owns the tables at a server,
// a verification names it, and no entry is called false that is as it was.
#include "core/audit/seal/SealTable.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/LogUnderAttack.h"
#include "tests/support/TestEngine.h"

#include <QTest>

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

/// The engine's spelling of two to the power of so much.
QByteArray twoTo(int power)
{
    return isOnPostgres() ? "(CAST(1 AS bigint) << " + QByteArray::number(power) + ')'
                          : "(1 << " + QByteArray::number(power) + ')';
}

/// The engine's spelling of so many zeros, which are SQL as well.
QByteArray zeros(const QByteArray &count)
{
    return isOnPostgres() ? "decode(repeat('00', " + count + "), 'hex')" : "zeroblob(" + count + ')';
}

/// An UPDATE that leaves what would be there twice as it is.
QByteArray updateWherePossible(const QByteArray &what)
{
    return isOnPostgres() ? "DO $update$ BEGIN UPDATE " + what
            + "; EXCEPTION WHEN unique_violation OR numeric_value_out_of_range THEN NULL; END $update$"
                          : "UPDATE OR IGNORE " + what;
}

const QByteArray &places()
{
    static const QByteArray sql = "SELECT " + QByteArray(isOnPostgres() ? "leaf" : "quote(leaf)")
        + ", leaves, event_id FROM andon_audit_seal ORDER BY leaf";
    return sql;
}

} // namespace

class TestVerifySealAttacks : public QObject
{
    Q_OBJECT

private slots:
    void s8_seals_data();
    void s8_seals();
    void s8_sealsWithStrangeNumbers_data();
    void s8_sealsWithStrangeNumbers();
    void s8_sealsOfEntriesThatNeverWere();
    void s8_hashes_data();
    void s8_hashes();
    void s8_hintsAreNoEvidence();
    void s8_theSealsOfAGenuineLogAreGone();
};

void TestVerifySealAttacks::s8_seals_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QStringList>("found");
    QTest::addColumn<qint64>("sealed");
    const auto row = [](const char *name, const char *sql, const QStringList &found,
                        qint64 sealed = LogUnderAttack::kLeaves) {
        QTest::newRow(name) << QByteArray(sql) << found << sealed;
    };
    row("entries one further", "UPDATE andon_audit_seal SET event_id = 130 WHERE leaf = 128", {"seal_edited 129-150"});
    row("entries one further, into the next run", "UPDATE andon_audit_seal SET event_id = 2 WHERE leaf = 0",
        {"seal_edited 1-128"});
    row("entries one back", "UPDATE andon_audit_seal SET event_id = 128 WHERE leaf = 128", {"seal_edited 129-150"});
    row("entries far away", "UPDATE andon_audit_seal SET event_id = 1000000 WHERE leaf = 128", {"seal_edited 129-150"});
    row("entries of the last run far away", "UPDATE andon_audit_seal SET event_id = 1000000 WHERE leaf = 278",
        {"seal_edited 289-310"});
    row("one leaf fewer", "UPDATE andon_audit_seal SET leaves = 127 WHERE leaf = 0", {"seal_edited 1-128"});
    row("one leaf more", "UPDATE andon_audit_seal SET leaves = 23 WHERE leaf = 128", {"seal_edited 129-150"});
    row("a hash fewer", "UPDATE andon_audit_seal SET hashes = substr(hashes, 33) WHERE leaf = 150",
        {"seal_edited 161-288"});
    row("no hashes", "UPDATE andon_audit_seal SET hashes = X'' WHERE leaf = 0", {"seal_edited 1-128"});
    row("a run is gone", "DELETE FROM andon_audit_seal WHERE leaf = 128", {"seal_edited 129-150"});
    row("the first run is gone", "DELETE FROM andon_audit_seal WHERE leaf = 0", {"seal_edited 1-128"});
    row("two runs are gone", "DELETE FROM andon_audit_seal WHERE leaf IN (128, 150)", {"seal_edited 129-288"});
    row("the last run is gone", "DELETE FROM andon_audit_seal WHERE leaf = 278", {"unsealed 289-310"}, 278);
    row("all are gone", "DELETE FROM andon_audit_seal", {"unsealed 1-310"}, 0);
    row("a run among others", "INSERT INTO andon_audit_seal VALUES(5, 1, 6, zeroblob(64), X'')", {"seal_edited 6"});
    row("a leaf twice",
        "INSERT INTO andon_audit_seal SELECT 5, 1, 6, substr(hashes, 1, 64), X'' FROM andon_audit_seal "
        "WHERE leaf = 0",
        {"seal_edited 6"});
    row("the table is gone", "DROP TABLE andon_audit_seal", {"seal_edited 1-310", "unprotected"});
    row("the table is another one",
        isOnPostgres()
            ? "DROP TABLE andon_audit_seal; CREATE TABLE andon_audit_seal(leaf bigint, leaves bigint, event_id bigint)"
            : "DROP TABLE andon_audit_seal; CREATE TABLE andon_audit_seal(leaf, leaves, event_id)",
        {"seal_edited 1-310"});
    row("the greatest numbers",
        "DROP TABLE andon_audit_seal; INSERT INTO action_audit_log(id, event_type, actor, timestamp) "
        "VALUES(9223372036854775807, 'x', 'x', 'x'), (-9223372036854775808, 'x', 'x', 'x')",
        {"added -9223372036854775808", "unsealed 9223372036854775807", "seal_edited 1-310", "unprotected"},
        LogUnderAttack::kLeaves);
    row("the table is a view",
        "ALTER TABLE andon_audit_seal RENAME TO hidden; CREATE VIEW andon_audit_seal AS "
        "SELECT * FROM hidden",
        {"seal_edited 1-310", "unprotected"});
    if (!isOnPostgres())
        return;
    row("truncated", "TRUNCATE andon_audit_seal", {"unsealed 1-310"}, 0);
    row("numbers of another type", "ALTER TABLE andon_audit_seal ALTER leaves TYPE text", {"seal_edited 1-310"});
    row("hashes of another type", "ALTER TABLE andon_audit_seal ALTER hashes TYPE text", {"seal_edited 1-310"});
    row("leaves twice, without the key",
        "ALTER TABLE andon_audit_seal DROP CONSTRAINT andon_audit_seal_pkey; "
        "INSERT INTO andon_audit_seal SELECT * FROM andon_audit_seal WHERE leaf = 128",
        {"seal_edited 1-310"});
    row("another schema is looked into first",
        "CREATE SCHEMA andon_first; CREATE TABLE andon_first.andon_audit_seal(LIKE andon_audit_seal INCLUDING ALL); "
        "DO $path$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = andon_first, public', "
        "current_database()); END $path$",
        {"unsealed 1-310", "unprotected"}, 0);
}

void TestVerifySealAttacks::s8_seals()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QStringList, found);
    QFETCH(const qint64, sealed);
    const LogUnderAttack log;
    const QByteArray note = log.sign();
    log.attack(sql);
    const VerifyReport report = log.verify(withKept(log, note));
    QStringList all = inShort(report);
    all.removeDuplicates();
    all.removeAll("checkpoint_inconsistent");
    QCOMPARE(all, found);
    QCOMPARE(report.sealed, sealed);
    // What was signed still tells whether the entries are what they were.
    QCOMPARE(report.vouchedFor().has_value(), sealed == LogUnderAttack::kLeaves);
}

void TestVerifySealAttacks::s8_sealsWithStrangeNumbers_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char *column : {"leaf", "leaves", "event_id"}) {
        for (const QByteArray &value : {QByteArray("-1"), QByteArray("0"), QByteArray("129"), QByteArray("1000"),
                                        QByteArray("9223372036854775807"), QByteArray("-9223372036854775808"),
                                        twoTo(56), twoTo(56) + " - 1", twoTo(40), QByteArray("1.5")}) {
            for (const char *leaf : {"0", "278"}) {
                if (QByteArray(column) == "leaf" && value == "1.5")
                    continue; // which is refused
                const QByteArray what = QByteArray("andon_audit_seal SET ") + column + " = " + value
                    + " WHERE leaf = " + leaf;
                QTest::newRow(what.constData()) << updateWherePossible(what);
            }
        }
    }
    QTest::newRow("all the same entries") << QByteArray("UPDATE andon_audit_seal SET event_id = 1");
    QTest::newRow("runs below zero") << QByteArray(
        "INSERT INTO andon_audit_seal SELECT leaf - 100000, leaves, event_id, hashes, hints FROM andon_audit_seal");
    QTest::newRow("many runs") << QByteArray(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000) INSERT INTO andon_audit_seal "
        "SELECT 300 + n * 12345678901, n % 130, CAST(n AS bigint) * 1000000007, "
        + zeros("n * 32") + ", " + zeros("n") + " FROM c");
    if (isOnPostgres())
        return;
    QTest::newRow("texts") << QByteArray("UPDATE andon_audit_seal SET leaves = 'x', event_id = 'y'");
    QTest::newRow("bytes") << QByteArray("UPDATE andon_audit_seal SET event_id = X'00', hashes = 'text'");
}

/// Whatever they are: a verification ends, and does not call it whole.
void TestVerifySealAttacks::s8_sealsWithStrangeNumbers()
{
    QFETCH(const QByteArray, sql);
    static const LogUnderAttack log;
    static const QStringList before = ForeignClient(log.path()).rows(places());
    log.attack(
        "CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM andon_audit_seal; DELETE FROM andon_audit_seal; INSERT "
        "INTO andon_audit_seal SELECT * FROM kept;"
        + sql);
    const VerifyReport report = log.verify();
    const bool isChanged = ForeignClient(log.path()).rows(places()) != before;
    QCOMPARE(!report.isWhole(), isChanged);
    // The entries are as they were.
    for (const Kind kind : {Kind::Edited, Kind::Missing, Kind::Added, Kind::Reordered})
        QVERIFY2(!report.counts.contains(kind), qPrintable(inShort(report).join(QStringLiteral("; "))));
}

void TestVerifySealAttacks::s8_sealsOfEntriesThatNeverWere()
{
    const LogUnderAttack log;
    log.attack("INSERT INTO andon_audit_seal SELECT leaf + " + twoTo(50) + ", leaves, event_id + " + twoTo(52)
               + ", hashes, hints FROM andon_audit_seal");
    const VerifyReport report = log.verify();
    QCOMPARE(report.counts, (QMap<Kind, qint64>{{Kind::Missing, LogUnderAttack::kLeaves}, {Kind::SealEdited, 1}}));
    QCOMPARE(report.sealed, 2 * LogUnderAttack::kLeaves);
}

void TestVerifySealAttacks::s8_hashes_data()
{
    QTest::addColumn<qint64>("run");
    QTest::addColumn<qint64>("hash");
    QTest::addColumn<QStringList>("found");
    const auto at = [](qint64 leaf, int level, qint64 run) {
        return SealTable::hashesBefore(leaf) + level - SealTable::hashesBefore(run);
    };
    QTest::newRow("a leaf on the left") << qint64{0} << at(10, 0, 0) << QStringList{"seal_edited 11"};
    QTest::newRow("a leaf on the right") << qint64{0} << at(11, 0, 0) << QStringList{"seal_edited 12"};
    QTest::newRow("the first leaf") << qint64{0} << at(0, 0, 0) << QStringList{"seal_edited 1"};
    QTest::newRow("a node of two") << qint64{0} << at(11, 1, 0) << QStringList{"seal_edited 11-12"};
    QTest::newRow("a node of four") << qint64{0} << at(11, 2, 0) << QStringList{"seal_edited 9-12"};
    QTest::newRow("a node of 128") << qint64{0} << at(127, 7, 0) << QStringList{"seal_edited 1-128"};
    QTest::newRow("a node across runs") << qint64{150} << at(255, 8, 150) << QStringList{"seal_edited 1-266"};
    QTest::newRow("a leaf behind the gap") << qint64{150} << at(150, 0, 150) << QStringList{"seal_edited 161"};
}

void TestVerifySealAttacks::s8_hashes()
{
    QFETCH(const qint64, run);
    QFETCH(const qint64, hash);
    QFETCH(const QStringList, found);
    const LogUnderAttack log;
    log.sign();
    log.editHash(run, hash);
    const VerifyReport report = log.verify();
    QCOMPARE(inShort(report), found);
    QCOMPARE(report.vouchedFor()->size, LogUnderAttack::kLeaves); // of the entries nobody has touched one
}

void TestVerifySealAttacks::s8_hintsAreNoEvidence()
{
    const LogUnderAttack log;
    log.attack("UPDATE andon_audit_seal SET hints = " + zeros("length(hints)"));
    QCOMPARE(inShort(log.verify()), QStringList());
    log.attack("UPDATE andon_audit_seal SET hints = X''; UPDATE action_audit_log SET actor = 'x' WHERE id = 42");
    QCOMPARE(inShort(log.verify()), QStringList{"edited 42"});
}

void TestVerifySealAttacks::s8_theSealsOfAGenuineLogAreGone()
{
    const LogUnderAttack log;
    const QByteArray kept = log.sign();
    log.attack("DROP TABLE andon_audit_seal; DROP TABLE andon_checkpoint; DROP TABLE andon_log_identity");
    const VerifyReport genuine = log.verify(withKept(log, kept));
    QCOMPARE(genuine.counts.value(Kind::SealEdited), LogUnderAttack::kLeaves);
    QCOMPARE(genuine.counts.value(Kind::CheckpointInconsistent), 0);
    log.attack("UPDATE action_audit_log SET actor = 'x' WHERE id = 42");
    QCOMPARE(log.verify(withKept(log, kept)).counts.value(Kind::CheckpointInconsistent), 2);
}

QTEST_GUILESS_MAIN(TestVerifySealAttacks)
#include "tst_verify_sealattacks.moc"
