// SPDX-License-Identifier: Apache-2.0
// S8: what a verification says of logs that nobody has touched, and how it goes about it.
#include "core/audit/seal/Sealer.h"
#include "tests/support/AgentDatabase.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/LogUnderAttack.h"
#include "tests/support/StationSupport.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

using Kind = VerifyFinding::Kind;
using Conclusion = VerifyReport::Conclusion;

constexpr qint64 kLong = 40'000; // three parts

void insertEvents(const QString &path, qint64 count)
{
    ForeignClient raw(path, 5000);
    raw.must(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < " + QByteArray::number(count)
        + ") INSERT INTO action_audit_log(event_type, event_data, actor, timestamp) SELECT 'note', '{\"n\":' || n || "
          "'}', 'agent', '2026-01-31T12:00:00.000+00:00' FROM c");
}

void seal(const DatabaseLocation &location)
{
    Database database(location, existing());
    Sealer(database, AgentTables::read(database).auditColumns).sealAll();
}

/// A log of three parts, made once.
const TemporaryDatabase &longLog()
{
    static const TemporaryDatabase place;
    static const bool isMade = [] {
        {
            const Workbench laidOut(place.path());
        }
        insertEvents(place.path(), kLong);
        seal(place.location());
        return true;
    }();
    Q_UNUSED(isMade)
    return place;
}

VerifyReport verify(const TemporaryDatabase &place, int threads = 0)
{
    Verifier::Options options;
    options.threads = threads;
    options.keyFolder = place.file("keys");
    return Verifier(place.location(), options).verify().value();
}

} // namespace

class TestVerifier : public QObject
{
    Q_OBJECT

private slots:
    void s8_emptyLog();
    void s8_wholeLog();
    void s8_manyPartsWhatEverTheThreads();
    void s8_runsOfOne();
    void s8_unsealedEntries();
    void s8_adoptedWithFewColumns();
    void s8_adoptedWithoutARowNumber();
    void s8_withoutSeals();
    void s8_missingDatabase();
    void s8_whatOurProgramsWriteIsComplete();
    void s8_completeness_data();
    void s8_completeness();
    void s8_earlierIdentityIsNoFinding();
    void s8_aLogThatGrowsMeanwhile();
    void s8_progressAndCancel();
    void s8_makesNothingBesideTheDatabase();
    void s8_manyFindingsAreCountedAndTheFirstListed();
    void s8_reportAsTextAndJson();
    void s8_stationVerifies();
};

void TestVerifier::s8_emptyLog()
{
    const TemporaryDatabase place;
    {
        const Workbench laidOut(place.path());
    }
    const VerifyReport report = verify(place);
    QCOMPARE(inShort(report), QStringList());
    QCOMPARE(report.sealed, 0);
    QCOMPARE(report.root, QStringLiteral("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")); // SHA-256 of nothing
    QVERIFY(report.conclusion() == Conclusion::Unsigned);
    QVERIFY(!report.through.isValid());
}

void TestVerifier::s8_wholeLog()
{
    const LogUnderAttack log;
    log.sign();
    log.goOn(7);
    Verifier::Options options = log.options();
    options.withCompleteness = true;
    const VerifyReport report = log.verify(options);
    QCOMPARE(inShort(report), QStringList());
    QVERIFY(report.conclusion() == Conclusion::Whole);
    QCOMPARE(report.entries, LogUnderAttack::kLeaves + 7);
    QCOMPARE(report.vouchedFor()->size, LogUnderAttack::kLeaves);
    QVERIFY(report.hasCompleteness && report.isComplete);
    QVERIFY(report.origin.startsWith("andon/log/"));
}

void TestVerifier::s8_manyPartsWhatEverTheThreads()
{
    const TemporaryDatabase &place = longLog();
    QList<QByteArray> notes;
    {
        Database database(place.location(), existing());
        CheckpointSigner signer(database, {place.file("keys"), {}});
        notes << signer.sign().note;
    }
    const VerifyReport one = verify(place, 1);
    QCOMPARE(inShort(one), QStringList());
    QCOMPARE(one.sealed, kLong);
    QCOMPARE(one.vouchedFor()->size, kLong);

    const TemporaryDatabase copy;
    copyDatabase(place.path(), copy.path());
    ForeignClient raw(copy.path());
    raw.must("DROP TRIGGER andon_log_update; DROP TRIGGER andon_log_delete; DROP TRIGGER andon_seal_update;"
             "UPDATE action_audit_log SET actor = 'x' WHERE id IN (1, 16384, 16385, 39999);"
             "DELETE FROM action_audit_log WHERE id BETWEEN 16380 AND 16390 AND id NOT IN (16384, 16385);"
             "UPDATE action_audit_log SET id = 50000 WHERE id = 20000");
    // The node of 32,768 leaves stands last in the run that holds leaf 32,767.
    const QByteArray run = " WHERE leaf = (SELECT max(leaf) FROM andon_audit_seal WHERE leaf <= 32767)";
    QByteArray hashes = raw.bytes("SELECT hashes FROM andon_audit_seal" + run);
    const qint64 first = raw.number("SELECT leaf FROM andon_audit_seal" + run);
    const qsizetype at = (SealTable::hashesBefore(32'767) - SealTable::hashesBefore(first) + 15) * 32;
    hashes[at] = static_cast<char>(hashes.at(at) ^ 1);
    raw.must("UPDATE andon_audit_seal SET hashes = " + raw.literal(hashes) + run);

    QStringList found;
    for (const int threads : {1, 4}) {
        const VerifyReport report = verify(copy, threads);
        QStringList all = inShort(report);
        if (threads == 1)
            found = all;
        QCOMPARE(all, found);
        all.removeDuplicates();
        QCOMPARE(all,
                 QStringList({"edited 1 actor", "edited 16384 actor", "edited 16385 actor", "edited 39999 actor",
                              "missing 16380-16383", "missing 16386-16390", "reordered 50000 <entry 20000>",
                              "unsealed 50000", "seal_edited 1-32768", "unprotected"}));
    }
}

void TestVerifier::s8_runsOfOne()
{
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        Sealer sealer(bench.database, bench.auditor.tables().auditColumns);
        for (int i = 0; i < 40; ++i) {
            bench.propose();
            static_cast<void>(sealer.seal(1)); // at a server, where no writer does it
        }
    }
    QVERIFY(ForeignClient(place.path()).number("SELECT count(*) FROM andon_audit_seal") >= 40);
    QCOMPARE(inShort(verify(place)), QStringList());
}

void TestVerifier::s8_unsealedEntries()
{
    const LogUnderAttack log;
    insertEvents(log.path(), 5);
    const VerifyReport report = log.verify();
    QCOMPARE(inShort(report), QStringList{"unsealed 311-315"});
    QCOMPARE(report.unsealed, 5);
    QCOMPARE(report.counts.value(Kind::Unsealed), 5);
    QVERIFY(report.conclusion() == Conclusion::Unsealed);
    log.seal();
    QCOMPARE(inShort(log.verify()), QStringList());
}

void TestVerifier::s8_adoptedWithFewColumns()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    for (const AgentDatabase::Columns columns : {AgentDatabase::Columns::Few, AgentDatabase::Columns::Full}) {
        const TemporaryDatabase place;
        const AgentDatabase agent(place.path(), columns);
        {
            Workbench adopted(place.path());
        }
        seal(place.location());
        const VerifyReport report = verify(place);
        QCOMPARE(report.sealed, ForeignClient(place.path()).number("SELECT count(*) FROM action_audit_log"));
        for (const Kind kind : {Kind::Edited, Kind::Missing, Kind::Added, Kind::SealEdited, Kind::Unsealed})
            QVERIFY2(!report.counts.contains(kind), qPrintable(report.toText()));
    }
}

/// Ids that occur twice, are texts, or NULL: nobody can seal such a log, and nobody falls over it.
void TestVerifier::s8_adoptedWithoutARowNumber()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase place;
    ForeignClient(place.path())
        .must("CREATE TABLE action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp);"
              "INSERT INTO action_audit_log VALUES(1, 1, 'proposed', X'00ff', 'agent', 'yesterday');"
              "INSERT INTO action_audit_log VALUES(2, NULL, 'note', 1.5, 'agent', NULL);"
              "INSERT INTO action_audit_log VALUES(2, NULL, 'note', '', 'agent', '');"
              "INSERT INTO action_audit_log VALUES('three', 'x', 'note', '', 'agent', '');"
              "INSERT INTO action_audit_log VALUES(NULL, -1, 'note', '', 'agent', '')");
    {
        Workbench adopted(place.path());
    }
    const VerifyReport report = verify(place);
    QVERIFY(!report.isWhole());
    QVERIFY2(!report.counts.contains(Kind::Edited), qPrintable(report.toText()));
}

void TestVerifier::s8_withoutSeals()
{
    const TemporaryDatabase place;
    if (!isOnPostgres()) // where an agent's tables are not adopted, and an empty database is one
        static_cast<void>(AgentDatabase(place.path(), AgentDatabase::Columns::Full));
    const auto error = thrown<InvalidInputError>([&] { verify(place); });
    QVERIFY(error);
    QVERIFY2(error->message().contains("Open the database once"), error->what());
}

void TestVerifier::s8_missingDatabase()
{
    const TemporaryDatabase place;
    const DatabaseLocation location = isOnPostgres() ? DatabaseLocation::parse(place.path() + "_gone")
                                                     : place.location();
    const auto error = thrown<StorageError>([&] { static_cast<void>(Verifier(location, {}).verify()); });
    QVERIFY(error);
    QVERIFY(error->problem() == StorageProblem::Unreachable);
    QVERIFY(!QFile::exists(place.path()));
}

void TestVerifier::s8_whatOurProgramsWriteIsComplete()
{
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        bench.arm();
        const ProposalId done = bench.proposeValidated();
        bench.store.claim(done);
        bench.store.complete(done);
        const ProposalId failed = bench.proposeValidated();
        bench.store.claim(failed);
        bench.store.fail(failed, QStringLiteral("no"));
        const ProposalId stopped = bench.proposeValidated();
        bench.store.claim(stopped);
        bench.store.markStopped(stopped, QStringLiteral("stopped"));
        bench.store.cancel(bench.propose(), QStringLiteral("not needed"));
        ActionRequest request;
        request.actionName = QStringLiteral("drain_store");
        request.needsApproval = true;
        bench.store.approvals().reject(bench.store.propose(request), QStringLiteral("no"));
        bench.store.approvals().approve(bench.store.propose(request), QStringLiteral("yes"));
        bench.store.claim(bench.proposeValidated());
        bench.propose();
        bench.proposeValidated();
        bench.controller.killSwitch({QStringLiteral("all")});
    }
    seal(place.location());
    QCOMPARE(inShort(verify(place)), QStringList());
}

void TestVerifier::s8_completeness_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QStringList>("found");
    const auto row = [](const char *name, const char *sql, const QStringList &found) {
        QTest::newRow(name) << QByteArray(sql) << found;
    };
    row("a proposal without an event", "INSERT INTO action_proposals(id, action_name) VALUES(900, 'x')",
        {"state_without_event #900"});
    row("a state without an event", "UPDATE action_proposals SET status = 'failed' WHERE id = 42",
        {"state_without_event #42"});
    row("the actions are gone", "DROP TABLE action_proposals", {"unprotected", "unprotected"});
    row("a state of its own", "UPDATE action_proposals SET status = 'paused' WHERE id = 42",
        {"state_without_event #42"});
    row("a state without an event, and without the index",
        "DROP INDEX idx_audit_proposal; UPDATE action_proposals SET status = 'failed' WHERE id = 42",
        {"state_without_event #42"});
    row("a proposal that is gone", "DELETE FROM action_proposals WHERE id = 42", {"event_without_proposal 42 #42"});
    row("an execution without a record",
        "INSERT INTO action_audit_log(id, proposal_id, event_type, actor, timestamp) VALUES(400, 42, 'executing', "
        "'agent', '')",
        {"unsealed 400", "execution_without_record 400 #42"});
    row("an execution with a record",
        "INSERT INTO action_audit_log(id, proposal_id, event_type, actor, timestamp) VALUES(400, 42, 'executing', "
        "'agent', ''); INSERT INTO action_records(proposal_id) VALUES(42)",
        {"unsealed 400"});
}

void TestVerifier::s8_completeness()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QStringList, found);
    const LogUnderAttack log;
    log.attack(sql);
    Verifier::Options options = log.options();
    options.withCompleteness = true;
    const VerifyReport report = log.verify(options);
    QCOMPARE(inShort(report), found);
    QCOMPARE(report.isComplete, found == QStringList{"unsealed 400"});
    QCOMPARE(log.verify().counts.size(), report.counts.contains(Kind::Unsealed) ? 1 : 0); // not asked for
}

void TestVerifier::s8_earlierIdentityIsNoFinding()
{
    const LogUnderAttack log;
    log.sign();
    {
        Workbench bench(log.path());
        CheckpointSigner::startOver(bench.database, bench.auditor, QStringLiteral("a backup was restored"), log.keys());
    }
    log.sign();
    const VerifyReport report = log.verify();
    QVERIFY2(report.isWhole(), qPrintable(report.toText()));
    QVERIFY(report.conclusion() == Conclusion::Whole);
    QCOMPARE(report.checkpoints.size(), 3);
    QVERIFY(report.checkpoints.last().verdict == CheckpointVerdict::Verdict::OtherLog);
}

void TestVerifier::s8_aLogThatGrowsMeanwhile()
{
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        bench.propose();
    }
    insertEvents(place.path(), 20'000);
    seal(place.location());
    std::atomic_bool isOver{false};
    std::thread writer([&] {
        Workbench bench(place.path());
        Sealer sealer(bench.database, bench.auditor.tables().auditColumns);
        while (!isOver) {
            bench.propose();
            static_cast<void>(sealer.seal(10)); // at a server, where no writer does it
        }
    });
    // What was appended this moment waits for its sealer there.
    const auto isAsItShould = [](const VerifyReport &report) {
        return report.isWhole()
            || (isOnPostgres() && report.counts.size() == 1 && report.counts.contains(Kind::Unsealed));
    };
    for (int i = 0; i < 5; ++i) {
        const VerifyReport report = verify(place);
        if (!isAsItShould(report))
            isOver = true;
        if (isOver)
            writer.join();
        QVERIFY2(isAsItShould(report), qPrintable(report.toText()));
    }
    isOver = true;
    writer.join();
}

void TestVerifier::s8_progressAndCancel()
{
    const TemporaryDatabase &place = longLog();
    Verifier::Options options;
    QList<std::pair<qint64, qint64>> told;
    const auto report = Verifier(place.location(), options).verify([&](qint64 done, qint64 total) {
        told << std::pair(done, total);
        return true;
    });
    QVERIFY(report.has_value());
    QVERIFY(std::is_sorted(told.begin(), told.end()));
    QVERIFY(told.last().first == told.last().second);
    QVERIFY(told.last().second >= kLong);

    QVERIFY(!Verifier(place.location(), options).verify([](qint64, qint64) { return false; }).has_value());
}

void TestVerifier::s8_makesNothingBesideTheDatabase()
{
    const LogUnderAttack log;
    const QStringList before = QDir(log.place().folder()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    const auto contents = [&log] {
        return isOnPostgres()
            ? ForeignClient(log.path()).value("SELECT schema_to_xml(current_schema(), true, false, '')").toUtf8()
            : bytesOf(log.path());
    };
    const QByteArray bytes = contents();
    QCOMPARE(inShort(log.verify()), QStringList());
    QCOMPARE(QDir(log.place().folder()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), before);
    QVERIFY(contents() == bytes);
}

void TestVerifier::s8_manyFindingsAreCountedAndTheFirstListed()
{
    const TemporaryDatabase copy;
    copyDatabase(longLog().path(), copy.path());
    ForeignClient(copy.path())
        .must(
            "DROP TRIGGER andon_log_update; DROP TRIGGER andon_log_delete; DELETE FROM action_audit_log WHERE id % 2 = 1;"
            "UPDATE action_audit_log SET actor = 'x'");
    const VerifyReport report = verify(copy);
    QCOMPARE(report.counts.value(Kind::Edited), kLong / 2);
    QCOMPARE(report.counts.value(Kind::Missing), kLong / 2);
    QCOMPARE(report.findings.size(), VerifyReport::kMostFindings);
    QCOMPARE(report.findings.first().event, EventId(2));
    QVERIFY(report.findings.last().kind == Kind::Unprotected);
}

void TestVerifier::s8_reportAsTextAndJson()
{
    const LogUnderAttack log;
    log.sign();
    log.attack("UPDATE action_audit_log SET event_data = '{}' WHERE id = 42; DELETE FROM action_audit_log WHERE id "
               "BETWEEN 50 AND 52; UPDATE action_proposals SET status = 'failed' WHERE id = 7");
    Verifier::Options options = log.options();
    options.withCompleteness = true;
    const VerifyReport report = log.verify(options);
    QCOMPARE(report.headline(),
             QStringLiteral(
                 "The log is NOT whole: 1 entry edited, 3 entries missing, 4 actions whose state no event tells."));
    const QString text = report.toText();
    for (const char *line :
         {"  Entry 42 was edited: event_data is not what was sealed.\n",
          "  Entries 50 to 52 are missing: they were sealed, and are gone.\n",
          "  Action 7 is failed, and no event says so.\n", "Entries     297 read, 300 sealed, 0 not sealed\n"})
        QVERIFY2(text.contains(QLatin1String(line)), qPrintable(text));
    const QJsonObject json = report.toJson();
    QCOMPARE(json.value("whole"), QJsonValue(false));
    QCOMPARE(json.value("conclusion"), QJsonValue("broken"));
    QCOMPARE(json.value("sealed"), QJsonValue(300));
    QCOMPARE(json.value("counts").toObject().value("missing"), QJsonValue(3));
    const QJsonObject edited = json.value("findings").toArray().first().toObject();
    QCOMPARE(edited.value("kind"), QJsonValue("edited"));
    QCOMPARE(edited.value("event"), QJsonValue(42));
    QCOMPARE(edited.value("columns").toArray(), QJsonArray{"event_data"});
    QCOMPARE(edited.value("proposal"), QJsonValue());
    QCOMPARE(json.value("vouched_for").toObject().value("verdict"), QJsonValue("holds"));
    QCOMPARE(json.value("checkpoints").toArray().size(), 2);
}

void TestVerifier::s8_stationVerifies()
{
    const LogUnderAttack log;
    const QByteArray note = log.sign();
    const QString kept = log.place().file("kept.checkpoint");
    write(kept, note);
    for (const bool readOnly : {false, true}) {
        Station station(stationOptions(log.path(), readOnly));
        station.open();
        const VerifyReport report = resultOf(station.verifyLog({kept}));
        QVERIFY2(report.counts.isEmpty() || report.counts.contains(Kind::CheckpointForged),
                 qPrintable(report.toText()));
        QCOMPARE(report.sealed, LogUnderAttack::kLeaves);
        QFuture<VerifyReport> given = station.verifyLog();
        given.cancel();
        QTRY_VERIFY(given.isFinished());
        QVERIFY_THROWS_EXCEPTION(Error, resultOf(station.verifyLog({log.place().file("nothing")})));
    }
}

QTEST_GUILESS_MAIN(TestVerifier)
#include "tst_verifier.moc"
