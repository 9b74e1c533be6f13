// SPDX-License-Identifier: Apache-2.0
// The life of actions. How one starts is in tst_claim.
#include "core/actions/ActionStore.h"
#include "core/actions/TransitionError.h"
#include "tests/support/AgentDatabase.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ScriptedClock.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QJsonArray>
#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

/// What asks for a change of one action.
using Act = std::function<void(Workbench &, ProposalId)>;

const QList<QPair<QString, Act>> &acts()
{
    static const QList<QPair<QString, Act>> all{
        {"validated", [](Workbench &bench, ProposalId id) { bench.store.validate(id); }},
        {"executing", [](Workbench &bench, ProposalId id) { bench.store.claim(id); }},
        {"completed", [](Workbench &bench, ProposalId id) { bench.store.complete(id); }},
        {"failed", [](Workbench &bench, ProposalId id) { bench.store.fail(id, "no"); }},
        {"cancelled", [](Workbench &bench, ProposalId id) { bench.store.cancel(id, "no"); }},
        {"cancelled, as stopped", [](Workbench &bench, ProposalId id) { bench.store.markStopped(id, "no"); }},
    };
    return all;
}

Act actFor(const QString &name)
{
    for (const auto &[known, act] : acts()) {
        if (known == name)
            return act;
    }
    return {};
}

QString fieldsOf(const AuditEvent &event)
{
    return event.dataObject().keys().join(u',');
}

} // namespace

class TestActionStore : public QObject
{
    Q_OBJECT

private slots:
    void aWholeLifeIsRecorded();
    void aFailureIsRecorded();
    void aProposalKeepsWhatWasAskedFor();
    void resultsAndParametersMayBeAnyJson_data();
    void resultsAndParametersMayBeAnyJson();
    void aProposalNeedsAName();
    void aWrongTransitionNamesBothStates_data();
    void aWrongTransitionNamesBothStates();
    void anUnknownActionIsNotFound_data();
    void anUnknownActionIsNotFound();
    void anUnknownStatusIsNeverChanged();
    void s7_aChangeWithoutItsEventDoesNotHappen_data();
    void s7_aChangeWithoutItsEventDoesNotHappen();
    void s7_anEventWithoutItsChangeDoesNotHappen_data() { s7_aChangeWithoutItsEventDoesNotHappen_data(); }
    void s7_anEventWithoutItsChangeDoesNotHappen();
    void s7_theDataOfEachEventIsTheContract();
    void pendingActionsAreCancelledInBatchesEachWithItsEvent();
    void listsAreNewestFirstAndPaged();
    void anAdoptedDatabaseWithFewColumnsWorks();
};

void TestActionStore::aWholeLifeIsRecorded()
{
    const TemporaryDatabase temporary;
    ScriptedClock clock;
    Workbench bench(temporary.path(), {}, creating(), clock);
    bench.arm();
    const ProposalId id = bench.propose();
    QCOMPARE(bench.statusOf(id), "proposed");
    QCOMPARE(bench.store.countPending(), 1);
    clock.advance(1000);
    bench.store.validate(id);
    QCOMPARE(bench.statusOf(id), "validated");
    clock.advance(1000);
    bench.store.claim(id);
    QCOMPARE(bench.statusOf(id), "executing");
    QCOMPARE(bench.store.countPending(), 0);
    QCOMPARE(bench.store.countExecuting(), 1);
    const QDateTime started = clock.now();
    clock.advance(250);
    bench.store.complete(id, QJsonObject{{"moved", 3}});

    const ActionProposal done = bench.store.get(id);
    QCOMPARE(done.statusText, "completed");
    QCOMPARE(done.startedAt, started);
    QCOMPARE(done.validatedAt, started.addMSecs(-1000));
    QCOMPARE(done.proposedAt, started.addMSecs(-2000));
    QCOMPARE(done.version, 4);
    QStringList types;
    for (const AuditEvent &event : bench.auditor.events(id))
        types.prepend(event.eventType);
    QCOMPARE(types, QStringList({"proposed", "validated", "executing", "completed"}));
    ForeignClient raw(temporary.path());
    QCOMPARE(
        raw.rows("SELECT proposal_id, started_at, completed_at, success, coalesce(error_message, '-'), result_data "
                 "FROM action_records"),
        QStringList("1|2026-01-31T12:30:17.123+00:00|2026-01-31T12:30:17.373+00:00|1|-|{\"moved\":3}"));
}

void TestActionStore::aFailureIsRecorded()
{
    const TemporaryDatabase temporary;
    ScriptedClock clock;
    Workbench bench(temporary.path(), {}, creating(), clock);
    bench.arm();
    const ProposalId id = bench.proposeValidated();
    bench.store.claim(id);
    clock.advance(42);
    bench.store.fail(id, "no such region");
    QCOMPARE(bench.statusOf(id), "failed");
    QCOMPARE(bench.store.get(id).lastError, "no such region");
    ForeignClient raw(temporary.path());
    QCOMPARE(raw.rows("SELECT success, error_message, result_data IS NULL FROM action_records"),
             QStringList("0|no such region|1"));
}

void TestActionStore::aProposalKeepsWhatWasAskedFor()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    ActionRequest request;
    request.actionName = QStringLiteral("transfer_leader");
    request.actionType = QStringLiteral("workflow");
    request.parameters = QJsonObject{{"region", 777}};
    request.reason = QStringLiteral("it's \"unbalanced\"; DROP TABLE action_proposals");
    request.proposedBy = QStringLiteral("user");
    request.requesterId = QStringLiteral("alice");
    request.requesterType = QStringLiteral("user");
    request.agentId = QStringLiteral("agent-7");
    request.ticketId = QStringLiteral("T-1");
    const ProposalId id = bench.store.propose(request);
    ForeignClient raw(temporary.path());
    QCOMPARE(raw.rows("SELECT action_name, action_type, parameters, reason, status, proposed_by, requester_id, "
                      "requester_type, agent_id, ticket_id, version, retry_count, max_retries FROM action_proposals"),
             QStringList("transfer_leader|workflow|{\"region\":777}|" + request.reason
                         + "|proposed|user|alice|user|agent-7|T-1|1|0|3"));
    QCOMPARE(bench.auditor.events(id).constFirst().actor, "user");
}

void TestActionStore::resultsAndParametersMayBeAnyJson_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("object") << QJsonValue(QJsonObject{{"a", 1}}) << "{\"a\":1}";
    QTest::newRow("list") << QJsonValue(QJsonArray{1, 2}) << "[1,2]";
    QTest::newRow("text") << QJsonValue("a \"b\"") << "\"a \\\"b\\\"\"";
    QTest::newRow("number") << QJsonValue(4.5) << "4.5";
    QTest::newRow("truth") << QJsonValue(true) << "true";
    QTest::newRow("nothing") << QJsonValue() << QString();
}

void TestActionStore::resultsAndParametersMayBeAnyJson()
{
    QFETCH(QJsonValue, value);
    QFETCH(QString, text);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    ActionRequest request;
    request.actionName = QStringLiteral("a");
    request.parameters = value;
    const ProposalId id = bench.store.propose(request);
    QCOMPARE(bench.store.get(id).parameters, text);
    QCOMPARE(bench.auditor.events(id).constFirst().dataObject().value("parameters"), value);
    bench.store.validate(id);
    bench.store.claim(id);
    bench.store.complete(id, value);
    QCOMPARE(ForeignClient(temporary.path()).value("SELECT result_data FROM action_records"), text);
    QCOMPARE(bench.auditor.events(id).constFirst().dataObject().value("result"), value);
}

void TestActionStore::aProposalNeedsAName()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    for (const char *name : {"", "  \t"})
        QVERIFY_THROWS_EXCEPTION(InvalidInputError, bench.propose(name));
    QVERIFY(bench.auditor.events().isEmpty());
}

void TestActionStore::aWrongTransitionNamesBothStates_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("act");
    QTest::addColumn<bool>("isAllowed");
    const QHash<QString, QStringList> allowed{{"proposed", {"validated", "cancelled"}},
                                              {"validated", {"executing", "cancelled"}},
                                              {"executing", {"completed", "failed", "cancelled, as stopped"}}};
    for (const char *from : {"proposed", "validated", "executing", "completed", "failed", "cancelled"}) {
        for (const auto &[act, unused] : acts())
            QTest::addRow("%s -> %s", from, qPrintable(act)) << from << act << allowed.value(from).contains(act);
    }
}

void TestActionStore::aWrongTransitionNamesBothStates()
{
    QFETCH(QString, from);
    QFETCH(QString, act);
    QFETCH(bool, isAllowed);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId id = bench.propose();
    ForeignClient(temporary.path()).must("UPDATE action_proposals SET status = '" + from.toUtf8() + "'");
    const qsizetype events = bench.auditor.events().size();

    const auto error = thrown<TransitionError>([&] { actFor(act)(bench, id); });
    QCOMPARE(!error, isAllowed);
    const QString to = act.section(u',', 0, 0);
    if (error) {
        QCOMPARE(error->from(), from);
        QCOMPARE(error->to(), to);
        QVERIFY(error->message().contains(from) && error->message().contains(to));
    }
    QCOMPARE(bench.statusOf(id), isAllowed ? to : from);
    QCOMPARE(bench.auditor.events().size(), events + (isAllowed ? 1 : 0));
    QVERIFY(!bench.database.isInTransaction());
}

void TestActionStore::anUnknownActionIsNotFound_data()
{
    QTest::addColumn<QString>("act");
    for (const auto &[act, unused] : acts())
        QTest::newRow(qPrintable(act)) << act;
}

void TestActionStore::anUnknownActionIsNotFound()
{
    QFETCH(QString, act);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const auto error = thrown<NotFoundError>([&] { actFor(act)(bench, ProposalId(4711)); });
    QVERIFY(error);
    QVERIFY(error->message().contains("4711"));
    QVERIFY(!bench.database.isInTransaction());
    QVERIFY_THROWS_EXCEPTION(NotFoundError, static_cast<void>(bench.store.get(ProposalId(4711))));
}

void TestActionStore::anUnknownStatusIsNeverChanged()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId id = bench.propose();
    ForeignClient(temporary.path()).must("UPDATE action_proposals SET status = 'approved by committee'");
    for (const auto &[name, act] : acts()) {
        const auto error = thrown<TransitionError>([&bench, &act = act, id] { act(bench, id); });
        QVERIFY2(error && error->from() == "approved by committee", qPrintable(name));
    }
    QCOMPARE(bench.store.list({}, 10).constFirst().statusText, "approved by committee");
}

void TestActionStore::s7_aChangeWithoutItsEventDoesNotHappen_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("act");
    QTest::newRow("validate") << "proposed"
                              << "validated";
    QTest::newRow("claim") << "validated"
                           << "executing";
    QTest::newRow("complete") << "executing"
                              << "completed";
    QTest::newRow("fail") << "executing"
                          << "failed";
    QTest::newRow("cancel") << "proposed"
                            << "cancelled";
    QTest::newRow("stopped") << "executing"
                             << "cancelled, as stopped";
    QTest::newRow("propose") << ""
                             << "";
    QTest::newRow("sweep") << "proposed"
                           << "";
}

void TestActionStore::s7_aChangeWithoutItsEventDoesNotHappen()
{
    QFETCH(QString, from);
    QFETCH(QString, act);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    ProposalId id;
    ForeignClient raw(temporary.path());
    if (!from.isEmpty()) {
        id = bench.propose();
        raw.must("UPDATE action_proposals SET status = '" + from.toUtf8() + "'");
    }
    const QByteArray everything = "SELECT (SELECT group_concat(id || status || version) FROM action_proposals), "
                                  "(SELECT count(*) FROM action_records), (SELECT count(*) FROM action_audit_log)";
    const QStringList before = raw.rows(everything);
    raw.must("CREATE TRIGGER no_event BEFORE INSERT ON action_audit_log BEGIN SELECT RAISE(ABORT, 'no events'); END");

    QVERIFY_THROWS_EXCEPTION(StorageError, {
        if (from.isEmpty())
            bench.propose();
        else if (act.isEmpty())
            bench.store.cancelAllPending("test");
        else
            actFor(act)(bench, id);
    });
    QVERIFY(!bench.database.isInTransaction());
    QCOMPARE(raw.rows(everything), before);
}

void TestActionStore::s7_anEventWithoutItsChangeDoesNotHappen()
{
    QFETCH(QString, from);
    QFETCH(QString, act);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    ProposalId id;
    ForeignClient raw(temporary.path());
    if (!from.isEmpty()) {
        id = bench.propose();
        raw.must("UPDATE action_proposals SET status = '" + from.toUtf8() + "'");
    }
    const QByteArray everything = "SELECT (SELECT group_concat(id || status || version) FROM action_proposals), "
                                  "(SELECT count(*) FROM action_records), (SELECT count(*) FROM action_audit_log)";
    const QStringList before = raw.rows(everything);
    raw.must(
        "CREATE TRIGGER no_change BEFORE UPDATE OF status ON action_proposals BEGIN SELECT RAISE(ABORT, 'no'); END;"
        "CREATE TRIGGER no_action AFTER INSERT ON action_proposals BEGIN SELECT RAISE(ABORT, 'no'); END");

    QVERIFY_THROWS_EXCEPTION(StorageError, {
        if (from.isEmpty())
            bench.propose();
        else if (act.isEmpty())
            bench.store.cancelAllPending("test");
        else
            actFor(act)(bench, id);
    });
    QVERIFY(!bench.database.isInTransaction());
    QCOMPARE(raw.rows(everything), before);
}

void TestActionStore::s7_theDataOfEachEventIsTheContract()
{
    const TemporaryDatabase temporary;
    ScriptedClock clock;
    Workbench bench(temporary.path(), {}, creating(), clock);
    bench.arm();
    const AuditEvent armed = bench.auditor.events().constFirst();
    QCOMPARE(armed.eventType, "mode_change");
    QVERIFY(!armed.proposalId);
    QCOMPARE(armed.dataObject().value("old_mode"), "observe");
    QCOMPARE(armed.dataObject().value("new_mode"), "execute");
    QCOMPARE(armed.dataObject().value("by"), "tester@bench");

    ActionRequest request;
    request.actionName = QStringLiteral("transfer_leader");
    request.parameters = QJsonObject{{"region", 777}};
    request.reason = QStringLiteral("leader imbalance");
    request.requesterId = QStringLiteral("agent-loop");
    request.agentId = QStringLiteral("agent-7");
    const ProposalId id = bench.store.propose(request);
    const AuditEvent proposed = bench.auditor.events(id).constFirst();
    QCOMPARE(fieldsOf(proposed), "action_name,action_type,parameters,reason");
    QCOMPARE(proposed.actor, "agent");
    QCOMPARE(proposed.timestamp, clock.now());
    bench.store.validate(id);
    QCOMPARE(bench.auditor.events(id).constFirst().eventType, "validated");
    bench.store.claim(id);
    const AuditEvent executing = bench.auditor.events(id).constFirst();
    QCOMPARE(executing.dataObject(), QJsonObject({{"requester_id", "agent-loop"}, {"agent_id", "agent-7"}}));
    clock.advance(1234);
    bench.store.complete(id, "done");
    QCOMPARE(bench.auditor.events(id).constFirst().dataObject(),
             QJsonObject({{"duration_ms", 1234}, {"result", "done"}}));

    const ProposalId second = bench.proposeValidated();
    bench.store.claim(second);
    clock.advance(5);
    bench.store.fail(second, "no");
    QCOMPARE(bench.auditor.events(second).constFirst().dataObject(),
             QJsonObject({{"duration_ms", 5}, {"error", "no"}}));
    const ProposalId third = bench.propose();
    bench.store.cancel(third, "not today");
    const AuditEvent cancelled = bench.auditor.events(third).constFirst();
    QCOMPARE(cancelled.dataObject(), QJsonObject({{"reason", "not today"}, {"by", "tester@bench"}}));
    QCOMPARE(cancelled.actor, "user");
    QVERIFY(!bench.store.get(third).statusText.isEmpty());
}

void TestActionStore::pendingActionsAreCancelledInBatchesEachWithItsEvent()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(7);
    ForeignClient(temporary.path()).must("UPDATE action_proposals SET status = 'failed' WHERE id = 2");
    const QJsonObject data{{"reason", "test"}};
    ActionStore::SweepBatch batch = bench.store.cancelPending({}, ProposalId(6), 3, data);
    QCOMPARE(batch.cancelled, 3);
    QCOMPARE(batch.last, ProposalId(4));
    QVERIFY(!batch.isLast);
    batch = bench.store.cancelPending(batch.last, ProposalId(6), 3, data);
    QCOMPARE(batch.cancelled, 2);
    QVERIFY(batch.isLast);
    QCOMPARE(bench.store.cancelPending(batch.last, ProposalId(6), 3, data).cancelled, 0);
    QCOMPARE(bench.store.countPending(), 1); // beyond what was asked for
    QCOMPARE(ForeignClient(temporary.path()).rows("SELECT proposal_id, event_data FROM action_audit_log ORDER BY id"),
             QStringList({"1|{\"reason\":\"test\"}", "3|{\"reason\":\"test\"}", "4|{\"reason\":\"test\"}",
                          "5|{\"reason\":\"test\"}", "6|{\"reason\":\"test\"}"}));
    QCOMPARE(bench.store.cancelAllPending("rest"), 1);
    QCOMPARE(bench.store.cancelAllPending("rest"), 0);
    QVERIFY(!bench.database.isInTransaction());
}

void TestActionStore::listsAreNewestFirstAndPaged()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(5);
    bench.propose();
    const auto idsOf = [](const QList<ActionProposal> &proposals) {
        QList<qint64> ids;
        for (const ActionProposal &proposal : proposals)
            ids << proposal.id.value;
        return ids;
    };
    QCOMPARE(idsOf(bench.store.list({ActionStatus::Validated}, 2)), QList<qint64>({5, 4}));
    QCOMPARE(idsOf(bench.store.list({ActionStatus::Validated}, 2, ProposalId(4))), QList<qint64>({3, 2}));
    QCOMPARE(idsOf(bench.store.list({ActionStatus::Proposed, ActionStatus::Validated}, 2)), QList<qint64>({6, 5}));
    QCOMPARE(idsOf(bench.store.list({ActionStatus::Executing}, 2)), QList<qint64>());
    QCOMPARE(idsOf(bench.store.list({}, 100)).size(), 6);
    QCOMPARE(bench.store.newest(), ProposalId(6));
}

void TestActionStore::anAdoptedDatabaseWithFewColumnsWorks()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Few);
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId id = bench.proposeValidated();
    bench.store.claim(id);
    bench.store.complete(id, 1);
    QCOMPARE(bench.statusOf(id), "completed");
    QCOMPARE(bench.store.get(id).actionType, QString());
    const ProposalId second(AgentDatabase::kExecutingId); // started by the agent, without a record
    bench.store.fail(second, "no");
    QCOMPARE(bench.statusOf(second), "failed");
    QVERIFY(bench.auditor.events(second).constFirst().dataObject().value("duration_ms").isNull());
    QCOMPARE(bench.store.cancelAllPending("test"), AgentDatabase::kPending);
    QCOMPARE(bench.store.list({ActionStatus::Cancelled}, 10).size(), 2);
}

QTEST_GUILESS_MAIN(TestActionStore)
#include "tst_actionstore.moc"
