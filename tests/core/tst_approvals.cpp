// SPDX-License-Identifier: Apache-2.0
// What may start only with a person's word.
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/storage/StoredSettings.h"
#include "tests/support/RawSqlite.h"
#include "tests/support/ScriptedClock.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

constexpr qint64 kMinuteMs = 60'000;

/// The clock of a bench starts now, since the database's own gate goes by the real one.
class Approvable : public Workbench
{
public:
    explicit Approvable(const TemporaryDatabase &temporary)
        : Workbench(temporary.path(), {}, creating(), m_clock)
    {
        arm();
    }

    ProposalId ask()
    {
        ActionRequest request;
        request.actionName = QStringLiteral("drop_table");
        request.reason = QStringLiteral("test");
        request.needsApproval = true;
        const ProposalId id = store.propose(request);
        store.validate(id);
        return id;
    }

    void claim(ProposalId id, const QString &token) { store.claim(id, {{}, token}); }

    /// Why a claim with this token is refused; empty where it is not.
    QString refusal(ProposalId id, const QString &token)
    {
        const auto error = thrown<ApprovalError>([&] { claim(id, token); });
        return error ? error->message() : QString();
    }

    /// What the newest refusal in the log says.
    QString audited()
    {
        const QList<AuditEvent> events = auditor.events(std::nullopt, EventType::kApprovalRefused);
        return events.isEmpty() ? QString() : events.first().dataObject().value(u"reason").toString();
    }

    void set(const QString &name, const QString &value)
    {
        Transaction transaction(database);
        StoredSettings(database).setValue(name, value);
        transaction.commit();
    }

    void advance(qint64 milliseconds) { m_clock.advance(milliseconds); }

private:
    static inline ScriptedClock m_clock{QDateTime::currentDateTimeUtc()};
};

} // namespace

class TestApprovals : public QObject
{
    Q_OBJECT

private slots:
    void anApprovedActionStartsOnceWithItsToken();
    void noAnswerIsARefusal();
    void aRejectedActionIsCancelled();
    void anExpiredTokenIsRefusedAndAudited();
    void aReusedTokenIsRefusedAndAudited();
    void aForeignTokenIsRefusedAndAudited();
    void anApprovalFromBeforeAStopIsRefusedAndAudited();
    void withoutATokenNothingStarts();
    void plainSqlIsRefusedWithoutAnApproval();
    void plainSqlUsesAnApprovalUp();
    void plainSqlStartsNothingThatNobodySaw();
    void aSettingAsksItOfEveryAction();
    void anActionThatIsChangedNeedsAnotherApproval();
    void nothingIsApprovedWhileNothingMayRun();
    void whatIsDecidedIsNotDecidedAgain();
    void aDecisionNeedsAReason();
    void theTokenIsNotInTheLog();
};

void TestApprovals::anApprovedActionStartsOnceWithItsToken()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    QVERIFY(bench.store.get(id).approval->decision == Approval::Decision::Waiting);
    const Approval approval = bench.store.approvals().approve(id, "looked at it");
    QCOMPARE(approval.token.size(), 32);
    QCOMPARE(approval.epoch, bench.state().epoch);
    bench.claim(id, approval.token);
    QCOMPARE(bench.statusOf(id), "executing");
    QVERIFY(bench.store.approvals().find(id)->isUsed);
    QCOMPARE(bench.countEvents("approval_asked"), 1);
    QCOMPARE(bench.countEvents("approved"), 1);
    QCOMPARE(bench.database.scalar("SELECT approved_by FROM action_proposals").toString(), bench.auditor.by());
}

void TestApprovals::noAnswerIsARefusal()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    bench.advance(kMinuteMs - 1);
    QCOMPARE(bench.store.approvals().refuseUnanswered(), 0);
    bench.advance(1);
    QVERIFY(bench.controller.hasLeftovers());
    bench.controller.recover();
    QVERIFY(!bench.controller.hasLeftovers());
    QCOMPARE(bench.statusOf(id), "cancelled");
    QVERIFY(bench.store.approvals().find(id)->decision == Approval::Decision::Expired);
    QVERIFY_THROWS_EXCEPTION(TransitionError, bench.store.approvals().approve(id, "too late"));
}

void TestApprovals::aRejectedActionIsCancelled()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    bench.store.approvals().reject(id, "not today");
    QCOMPARE(bench.statusOf(id), "cancelled");
    QCOMPARE(bench.countEvents("rejected"), 1);
    QCOMPARE(bench.countEvents("cancelled"), 1);
    QCOMPARE(bench.database.scalar("SELECT rejection_reason FROM action_proposals").toString(), "not today");
    QVERIFY_THROWS_EXCEPTION(TransitionError, bench.claim(id, {}));
}

void TestApprovals::anExpiredTokenIsRefusedAndAudited()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    const QString token = bench.store.approvals().approve(id, "yes").token;
    bench.advance(kMinuteMs);
    QVERIFY(bench.refusal(id, token).contains("expired"));
    QVERIFY(bench.audited().contains("expired"));
    QCOMPARE(bench.statusOf(id), "validated");
}

void TestApprovals::aReusedTokenIsRefusedAndAudited()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    const QString token = bench.store.approvals().approve(id, "yes").token;
    bench.claim(id, token);
    bench.store.fail(id, "it broke");
    RawSqlite(temporary.path()).must("UPDATE action_proposals SET status = 'validated'"); // a retry
    QVERIFY(bench.refusal(id, token).contains("used already"));
    QVERIFY(bench.audited().contains("used already"));
    QCOMPARE(bench.statusOf(id), "validated");
}

void TestApprovals::aForeignTokenIsRefusedAndAudited()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId mine = bench.ask();
    const ProposalId other = bench.ask();
    bench.store.approvals().approve(mine, "yes");
    const QString foreign = bench.store.approvals().approve(other, "yes").token;
    QVERIFY(bench.refusal(mine, foreign).contains("another action"));
    QVERIFY(bench.audited().contains("another action"));
    QCOMPARE(bench.statusOf(mine), "validated");
    bench.claim(other, foreign); // it was not used up
}

void TestApprovals::anApprovalFromBeforeAStopIsRefusedAndAudited()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    const QString token = bench.store.approvals().approve(id, "yes").token;
    bench.controller.setMode(SafetyMode::Observe); // would cancel it; put back by another program:
    RawSqlite plain(temporary.path());
    plain.must("DROP TRIGGER andon_final_update; UPDATE action_proposals SET status = 'validated'");
    bench.arm();
    QVERIFY(bench.refusal(id, token).contains("before a stop"));
    QVERIFY(bench.audited().contains("before a stop"));
    QCOMPARE(plain.run("UPDATE action_proposals SET status = 'executing'"), ApprovalError::prefix());
    QCOMPARE(bench.statusOf(id), "validated");

    const ProposalId second = bench.ask();
    bench.store.approvals().approve(second, "yes");
    bench.controller.killSwitch("enough");
    QCOMPARE(bench.statusOf(second), "cancelled"); // and that is final
}

void TestApprovals::withoutATokenNothingStarts()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    QVERIFY(bench.refusal(id, {}).contains("nobody has answered"));
    bench.store.approvals().approve(id, "yes");
    QVERIFY(bench.refusal(id, {}).contains("no token"));
    QCOMPARE(bench.countEvents("approval_refused"), 2);
    QCOMPARE(bench.countEvents("executing"), 0);
}

void TestApprovals::plainSqlIsRefusedWithoutAnApproval()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    bench.ask();
    RawSqlite plain(temporary.path());
    plain.must("BEGIN");
    QCOMPARE(plain.run("UPDATE action_proposals SET status = 'executing'"), ApprovalError::prefix());
    QVERIFY(plain.isAutocommit());
    QVERIFY(!plain.run("UPDATE andon_approval SET decision = 'maybe'").isEmpty());
}

/// The very UPDATE that starts an approved action changed what was approved.
void TestApprovals::plainSqlStartsNothingThatNobodySaw()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    bench.store.approvals().approve(id, "yes");
    RawSqlite plain(temporary.path());
    QCOMPARE(plain.run("UPDATE action_proposals SET status = 'executing', parameters = '{\"all\":true}'"),
             ApprovalError::prefix());
    QCOMPARE(plain.run("UPDATE action_proposals SET status = 'executing', action_name = 'drop_store'"),
             ApprovalError::prefix());
    QCOMPARE(bench.statusOf(id), "validated");
    plain.must("UPDATE action_proposals SET status = 'executing'"); // as it was seen
}

void TestApprovals::plainSqlUsesAnApprovalUp()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    bench.store.approvals().approve(id, "yes");
    RawSqlite plain(temporary.path());
    QCOMPARE(plain.run("UPDATE action_proposals SET status = 'executing'"), QString());
    plain.must("UPDATE action_proposals SET status = 'validated'");
    QCOMPARE(plain.run("UPDATE action_proposals SET status = 'executing'"), ApprovalError::prefix());
}

void TestApprovals::aSettingAsksItOfEveryAction()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId before = bench.proposeValidated();
    bench.set(StoredSettings::kApprovalRequired, "yes");
    QVERIFY(!bench.refusal(before, {}).isEmpty()); // made before the setting, or by a program without Andon
    QVERIFY(bench.controller.hasLeftovers());
    bench.controller.recover(); // asks for it
    QCOMPARE(bench.store.get(before).approval->expiresAt.isValid(), true);
    const QString token = bench.store.approvals().approve(before, "yes").token;
    bench.claim(before, token);
    const ProposalId after = bench.proposeValidated();
    QVERIFY(bench.store.get(after).approval->decision == Approval::Decision::Waiting);
    RawSqlite plain(temporary.path());
    QCOMPARE(plain.run("INSERT INTO action_proposals(action_name, status) VALUES('plain', 'executing')"),
             ApprovalError::prefix());
    bench.set(StoredSettings::kApprovalRequired, "no");
    bench.claim(bench.proposeValidated(), {});
}

void TestApprovals::anActionThatIsChangedNeedsAnotherApproval()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    RawSqlite plain(temporary.path());
    const ProposalId approved = bench.ask();
    const QString token = bench.store.approvals().approve(approved, "yes").token;
    plain.must("UPDATE action_proposals SET parameters = '{\"table\":\"another\"}'");
    QVERIFY(bench.refusal(approved, token).contains("was changed"));
    QCOMPARE(plain.run("UPDATE action_proposals SET status = 'executing'"), ApprovalError::prefix());
    const ProposalId waiting = bench.ask();
    plain.must("UPDATE action_proposals SET action_name = 'another'");
    QVERIFY_THROWS_EXCEPTION(ApprovalError, bench.store.approvals().approve(waiting, "what I saw"));
}

void TestApprovals::nothingIsApprovedWhileNothingMayRun()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    bench.controller.setMode(SafetyMode::Observe);
    const ProposalId id = bench.ask();
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.approvals().approve(id, "yes"));
    QVERIFY(bench.store.approvals().find(id)->decision == Approval::Decision::Waiting);
    bench.store.approvals().reject(id, "no"); // the safe direction is always open
}

void TestApprovals::whatIsDecidedIsNotDecidedAgain()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    bench.store.approvals().approve(id, "yes");
    QVERIFY_THROWS_EXCEPTION(ApprovalError, bench.store.approvals().approve(id, "yes again"));
    QVERIFY_THROWS_EXCEPTION(ApprovalError, bench.store.approvals().reject(id, "no after all"));
    QVERIFY_THROWS_EXCEPTION(ApprovalError, bench.store.approvals().approve(bench.proposeValidated(), "not asked"));
    QVERIFY_THROWS_EXCEPTION(NotFoundError, bench.store.approvals().approve(ProposalId(999), "nothing"));
}

void TestApprovals::aDecisionNeedsAReason()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, bench.store.approvals().approve(id, "  "));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, bench.store.approvals().reject(id, {}));
}

void TestApprovals::theTokenIsNotInTheLog()
{
    const TemporaryDatabase temporary;
    Approvable bench(temporary);
    const ProposalId id = bench.ask();
    const QString token = bench.store.approvals().approve(id, "yes").token;
    bench.claim(id, token);
    RawSqlite look(temporary.path());
    QCOMPARE(look.number("SELECT count(*) FROM action_audit_log WHERE event_data LIKE '%" + token.toLatin1() + "%'"),
             0);
}

QTEST_GUILESS_MAIN(TestApprovals)
#include "tst_approvals.moc"
