// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QJsonArray>
#include <QtTest>

using namespace andon::test;

/// The program as a person or a script meets it: the story of one stop, exit statuses, JSON fields.
class TestAndonctl : public QObject
{
    Q_OBJECT

private slots:
    void theSequenceOfOneStop();
    void anActionIsExecutedWhenAllowed();
    void aModeThatIsSetAlreadyChangesNothing();
    void armingCancelsWhatIsPendingUnlessTold();
    void aResetOfAnOlderStopFails();
    void statusHasExactlyTheseFields();
    void killHasExactlyTheseFields();
    void optionsStandBeforeOrAfterTheCommand();
    void theOptionWinsOverTheEnvironment();
    void wrongUseChangesNothing_data();
    void wrongUseChangesNothing();
    void wrongTransitionsFailAndChangeNothing_data();
    void wrongTransitionsFailAndChangeNothing();
    void actionsAreListedByStatus();
    void aHostileReasonDoesNotDriveTheTerminal();
    void aMissingLocaleIsNoNoise();

private:
    std::unique_ptr<TemporaryDatabase> m_unchanged;
};

namespace {

const QStringList kExecute{"mode", "execute", "--reason", "test"};

qint64 propose(const Andonctl &ctl, const QString &reason = "because")
{
    return ctl.run({"propose", "--action", "drain_store", "--params", R"({"store":4})", "--reason", reason, "--json"})
        .json()
        .value("id")
        .toInteger();
}

} // namespace

void TestAndonctl::theSequenceOfOneStop()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());

    QCOMPARE(ctl.run({"status", "--json"}).json().value("mode").toString(), "observe");
    const Andonctl::Result closed = ctl.run({"gate"});
    QCOMPARE(closed.status, 3);
    QVERIFY2(closed.err.contains("Action execution blocked: observe-only mode is active"), closed.err.constData());
    QVERIFY(closed.out.isEmpty());

    QCOMPARE(ctl.run(kExecute).status, 0);
    QCOMPARE(ctl.run({"gate"}).status, 0);
    QCOMPARE(propose(ctl), 1);
    QCOMPARE(propose(ctl), 2);
    QCOMPARE(propose(ctl), 3);
    QCOMPARE(ctl.run({"validate", "2"}).status, 0);

    const Andonctl::Result kill = ctl.run({"kill", "--reason", "enough", "--json"});
    QCOMPARE(kill.status, 0);
    QVERIFY2(kill.err.contains("Stopped: nothing may start any more."), kill.err.constData());
    QCOMPARE(kill.json().value("stop_id").toInteger(), 1);
    QCOMPARE(kill.json().value("cancelled_count").toInteger(), 3);
    QVERIFY(!QFileInfo::exists(place.permitPath()));
    QVERIFY(!QFileInfo::exists(place.stopPath()));

    QCOMPARE(ctl.run({"gate"}).status, 4);
    const QJsonObject stopped = ctl.run({"status", "--json"}).json();
    QCOMPARE(stopped.value("mode").toString(), "observe");
    QCOMPARE(stopped.value("tripped").toBool(), true);
    QCOMPARE(stopped.value("pending").toInteger(-1), 0);
    QCOMPARE(ctl.run({"claim", "2"}).status, 4);
    QCOMPARE(ctl.run(kExecute).status, 4);
    QCOMPARE(ctl.run({"reset", "--reason", "looked into it"}).status, 0);
    QCOMPARE(ctl.run({"gate"}).status, 3);
    QCOMPARE(ctl.run(kExecute).status, 0);
    QCOMPARE(ctl.run({"gate"}).status, 0);

    QCOMPARE(ctl.eventTypes(),
             QStringList({"mode_change", "proposed", "proposed", "proposed", "validated", "mode_change", "cancelled",
                          "cancelled", "cancelled", "kill_switch", "reset", "mode_change"}));
    ForeignClient raw(place.path());
    QCOMPARE(raw.value("SELECT json_extract(event_data, '$.cancelled_count') FROM action_audit_log "
                       "WHERE event_type = 'kill_switch'"),
             "3");
    QCOMPARE(raw.number("SELECT count(*) FROM action_proposals WHERE status = 'cancelled'"), 3);
}

void TestAndonctl::anActionIsExecutedWhenAllowed()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(propose(ctl), 1);
    QCOMPARE(propose(ctl), 2);
    for (const QString id : {"1", "2"})
        QCOMPARE(ctl.run({"validate", id}).json(), QJsonObject());
    QCOMPARE(ctl.run({"claim", "1"}).status, 3);
    QCOMPARE(ctl.run({"mode", "execute", "--keep-pending", "--reason", "test"}).status, 0);
    QCOMPARE(ctl.run({"claim", "1", "--json"}).json(), (QJsonObject{{"id", 1}, {"status", "executing"}}));
    QCOMPARE(ctl.run({"claim", "2"}).status, 0);
    QCOMPARE(ctl.run({"complete", "1", "--result", R"({"moved":3})", "--json"}).json(),
             (QJsonObject{{"id", 1}, {"status", "completed"}}));
    QCOMPARE(ctl.run({"complete", "2", "--error", "connection timeout", "--json"}).json(),
             (QJsonObject{{"id", 2}, {"status", "failed"}}));
    const Andonctl::Result log = ctl.run({"log", "type:completed,failed", "--json"});
    QCOMPARE(log.lines().size(), 2);
    QVERIFY2(log.lines().constFirst().contains(R"("result":{"moved":3})"), log.out.constData());
    QVERIFY2(log.lines().constLast().contains(R"("error":"connection timeout")"), log.out.constData());
}

void TestAndonctl::aModeThatIsSetAlreadyChangesNothing()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"status"}).status, 0);
    const Andonctl::Result same = ctl.run({"mode", "observe", "--reason", "to be sure", "--json"});
    QCOMPARE(same.status, 0);
    QCOMPARE(same.json().value("changed"), QJsonValue(false));
    QVERIFY(ctl.eventTypes().isEmpty());
}

void TestAndonctl::armingCancelsWhatIsPendingUnlessTold()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    propose(ctl);
    QCOMPARE(ctl.run(kExecute + QStringList{"--json"}).json().value("cancelled_count").toInteger(), 1);
    const QJsonObject observed = ctl.run({"mode", "observe", "--reason", "test", "--json"}).json();
    QCOMPARE(observed.value("mode").toString(), "observe");
    propose(ctl);
    const QJsonObject kept = ctl.run(kExecute + QStringList{"--keep-pending", "--json"}).json();
    QCOMPARE(kept.value("cancelled_count").toInteger(-1), 0);
    QCOMPARE(kept.value("pending").toInteger(), 1);
    QCOMPARE(ctl.run({"mode", "observe", "--reason", "test", "--json"}).json().value("cancelled_count").toInteger(), 1);
}

void TestAndonctl::aResetOfAnOlderStopFails()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"status"}).status, 0);
    QCOMPARE(ctl.run({"reset", "--reason", "nothing to reset"}).status, 1);
    QCOMPARE(ctl.run({"kill"}).status, 0);
    QCOMPARE(ctl.run({"kill"}).status, 0);
    QCOMPARE(ctl.run({"reset", "--reason", "the first", "--stop-id", "1"}).status, 1);
    QCOMPARE(ctl.run({"gate"}).status, 4);
    const Andonctl::Result reset = ctl.run({"reset", "--reason", "the second", "--stop-id", "2", "--json"});
    QCOMPARE(reset.status, 0);
    QCOMPARE(reset.json().keys(), QStringList({"epoch", "mode", "stop_id"}));
    QCOMPARE(ctl.run({"gate"}).status, 3);
}

void TestAndonctl::statusHasExactlyTheseFields()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    const Andonctl::Result result = ctl.run({"status", "--json"});
    QCOMPARE(result.status, 0);
    QCOMPARE(result.lines().size(), 1);
    const QStringList fields = result.json().keys();
    QCOMPARE(fields,
             QStringList({"changed_at", "changed_by", "database", "engine", "epoch", "executing", "holds", "lease_ms",
                          "lease_renew_ms", "mode", "pending", "permit", "reason", "stop_delivered", "stop_id",
                          "stop_requested", "tripped"}));
    QCOMPARE(result.json().value("database").toString(),
             isOnPostgres() ? place.path() : "sqlite:" + QFileInfo(place.path()).canonicalFilePath());
    QVERIFY(result.json().value("engine").toString().startsWith(isOnPostgres() ? "PostgreSQL 15." : "SQLite 3."));
    QCOMPARE(result.json().value("lease_ms"), isOnPostgres() ? QJsonValue(3000) : QJsonValue());
    QCOMPARE(result.json().value("lease_renew_ms"), isOnPostgres() ? QJsonValue(500) : QJsonValue());
    QVERIFY(result.json().value("stop_id").isNull());
}

void TestAndonctl::killHasExactlyTheseFields()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run({"status"}).status, 0);
    const QJsonObject receipt = ctl.run({"kill", "--json"}).json();
    QCOMPARE(receipt.keys(),
             QStringList({"actions", "by", "cancelled_count", "committed_us", "completed_us", "confirmed", "delivered",
                          "epoch", "expected", "hooks", "permit_revoked_us", "reason", "request_uid", "requested_at",
                          "running", "scope", "stop_id", "stopped", "target"}));
    for (const QString field : {"permit_revoked_us", "committed_us", "completed_us"})
        QVERIFY2(receipt.value(field).toInteger() > 0, qPrintable(field));
    QVERIFY(receipt.value("committed_us").toInteger() <= receipt.value("completed_us").toInteger());
}

void TestAndonctl::optionsStandBeforeOrAfterTheCommand()
{
    const TemporaryDatabase place;
    const TemporaryDatabase elsewhere;
    const Andonctl ctl(elsewhere.path());
    const Andonctl::Result before = ctl.run({"--database", place.path(), "--json", "status"});
    const Andonctl::Result after = ctl.run(
        {"status", "--json", "--database", (isOnPostgres() ? "" : "sqlite:") + place.path()});
    QCOMPARE(before.status, 0);
    QCOMPARE(before.out, after.out);
    QCOMPARE(before.json().value("mode").toString(), "observe");
    QCOMPARE(ctl.run({"gate", "--help"}).status, 0);
    QCOMPARE(ctl.run({"--version"}).status, 0);
    QVERIFY(ctl.run({"gate", "--version"}).out.startsWith("andonctl "));
    QVERIFY(!ctl.isDatabaseMade());
}

void TestAndonctl::theOptionWinsOverTheEnvironment()
{
    const TemporaryDatabase named;
    const TemporaryDatabase inEnvironment;
    const Andonctl ctl(inEnvironment.path());
    QCOMPARE(ctl.run({"gate", "--database", named.path()}).status, 3);
    QVERIFY(Andonctl(named.path()).isDatabaseMade());
    QVERIFY(!ctl.isDatabaseMade());
}

void TestAndonctl::wrongUseChangesNothing_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no command") << QStringList();
    QTest::newRow("unknown command") << QStringList{"frobnicate"};
    QTest::newRow("unknown option") << QStringList{"status", "--frobnicate"};
    QTest::newRow("unknown mode") << QStringList{"mode", "exekute", "--reason", "x"};
    QTest::newRow("no mode") << QStringList{"mode", "--reason", "x"};
    QTest::newRow("mode without reason") << QStringList{"mode", "execute"};
    QTest::newRow("mode with blank reason") << QStringList{"mode", "execute", "--reason", "  "};
    QTest::newRow("keep pending with observe") << QStringList{"mode", "observe", "--keep-pending", "--reason", "x"};
    QTest::newRow("reset without reason") << QStringList{"reset"};
    QTest::newRow("reset of no number") << QStringList{"reset", "--reason", "x", "--stop-id", "one"};
    QTest::newRow("propose without reason") << QStringList{"propose", "--action", "a"};
    QTest::newRow("propose without action") << QStringList{"propose", "--reason", "x"};
    QTest::newRow("malformed parameters") << QStringList{"propose", "--action", "a", "--reason", "x", "--params", "{"};
    QTest::newRow("empty parameters") << QStringList{"propose", "--action", "a", "--reason", "x", "--params", ""};
    QTest::newRow("two parameters") << QStringList{"propose", "--action", "a", "--reason", "x", "--params", "1,2"};
    QTest::newRow("id no number") << QStringList{"validate", "first"};
    QTest::newRow("id zero") << QStringList{"claim", "0"};
    QTest::newRow("id negative") << QStringList{"cancel", "-1"};
    QTest::newRow("id too great") << QStringList{"claim", "99999999999999999999"};
    QTest::newRow("id missing") << QStringList{"claim"};
    QTest::newRow("malformed result") << QStringList{"complete", "1", "--result", "{]"};
    QTest::newRow("result and error") << QStringList{"complete", "1", "--result", "1", "--error", "x"};
    QTest::newRow("unknown status") << QStringList{"actions", "--status", "pending"};
    QTest::newRow("negative limit") << QStringList{"log", "--limit", "-1"};
    QTest::newRow("unknown format") << QStringList{"log", "--format", "xml"};
    QTest::newRow("two formats") << QStringList{"log", "--json", "--format", "csv"};
    QTest::newRow("negative wait") << QStringList{"kill", "--wait", "-1"};
    QTest::newRow("rate zero") << QStringList{"simulate", "--rate", "0"};
    QTest::newRow("count no number") << QStringList{"simulate", "--count", "many"};
    QTest::newRow("empty database") << QStringList{"status", "--database", "sqlite:"};
    QTest::newRow("password in the name") << QStringList{"status", "--database", "postgresql://a:secret@host/db"};
    QTest::newRow("no server in the name") << QStringList{"status", "--database", "postgresql:db"};
}

void TestAndonctl::wrongUseChangesNothing()
{
    QFETCH(QStringList, arguments);
    if (!m_unchanged) { // one for all rows: it stays as it is
        m_unchanged = std::make_unique<TemporaryDatabase>();
        QCOMPARE(propose(Andonctl(m_unchanged->path())), 1);
    }
    const Andonctl ctl(m_unchanged->path());
    const QByteArray before = ctl.everything();

    const Andonctl::Result result = ctl.run(arguments);
    QVERIFY2(result.status == 2, result.err.constData());
    QVERIFY2(result.err.startsWith("andonctl: "), result.err.constData());
    QCOMPARE(result.err.count('\n'), 1);
    QVERIFY2(result.out.isEmpty(), result.out.constData());
    QCOMPARE(ctl.everything(), before);
    QVERIFY(!QFileInfo::exists(m_unchanged->stopPath()));
}

void TestAndonctl::wrongTransitionsFailAndChangeNothing_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("unknown id") << QStringList{"validate", "99"} << QByteArray("There is no action 99");
    QTest::newRow("validate twice") << QStringList{"validate", "2"} << QByteArray("validated");
    QTest::newRow("claim what is only proposed") << QStringList{"claim", "1"} << QByteArray("proposed");
    QTest::newRow("complete what never ran") << QStringList{"complete", "1"} << QByteArray("proposed");
    QTest::newRow("fail what never ran") << QStringList{"complete", "2", "--error", "x"} << QByteArray("validated");
    QTest::newRow("cancel what is cancelled") << QStringList{"cancel", "3"} << QByteArray("cancelled");
}

void TestAndonctl::wrongTransitionsFailAndChangeNothing()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, message);
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    QCOMPARE(ctl.run(kExecute).status, 0);
    for (int i = 0; i < 3; ++i)
        propose(ctl);
    QCOMPARE(ctl.run({"validate", "2"}).status, 0);
    QCOMPARE(ctl.run({"cancel", "3", "--reason", "no need"}).status, 0);
    const QStringList events = ctl.eventTypes();

    const Andonctl::Result result = ctl.run(arguments);
    QVERIFY2(result.status == 1, result.err.constData());
    QVERIFY2(result.err.contains(message), result.err.constData());
    QVERIFY(result.out.isEmpty());
    QCOMPARE(ctl.eventTypes(), events);
}

void TestAndonctl::actionsAreListedByStatus()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    for (int i = 0; i < 4; ++i)
        propose(ctl);
    QCOMPARE(ctl.run({"validate", "2"}).status, 0);
    QCOMPARE(ctl.run({"cancel", "3"}).status, 0);

    const auto ids = [&ctl](const QStringList &more) {
        QList<qint64> found;
        const QJsonArray actions = ctl.run(QStringList{"actions", "--json"} + more).json().value("actions").toArray();
        for (const auto action : actions)
            found << action.toObject().value("id").toInteger();
        return found;
    };
    QCOMPARE(ids({}), QList<qint64>({4, 3, 2, 1}));
    QCOMPARE(ids({"--status", "validated,cancelled"}), QList<qint64>({3, 2}));
    QCOMPARE(ids({"--limit", "1"}), QList<qint64>({4}));
    QCOMPARE(ids({"--limit", "0", "--status", "executing"}), QList<qint64>());

    const QJsonArray one = ctl.run({"actions", "--json", "--status", "validated"}).json().value("actions").toArray();
    QCOMPARE(one.first().toObject().keys(),
             QStringList({"action_name", "action_type", "agent_id", "approval", "guard_pid", "id", "last_error",
                          "parameters", "proposed_at", "reason", "requester_id", "started_at", "status", "validated_at",
                          "version"}));
    QCOMPARE(one.first().toObject().value("parameters"), (QJsonValue(QJsonObject{{"store", 4}})));
    QVERIFY(ctl.run({"actions"}).out.contains("drain_store"));
}

void TestAndonctl::aHostileReasonDoesNotDriveTheTerminal()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    // Escape, C1 control, line end, right-to-left override.
    const QString hostile = QStringLiteral("a\x1b[2Jb\u009bc\nd\u202e");
    propose(ctl, hostile);
    QCOMPARE(ctl.run({"kill", "--reason", hostile}).status, 0);
    for (const QStringList &arguments :
         {QStringList{"actions"}, QStringList{"log"}, QStringList{"status"}, QStringList{"gate"},
          QStringList{"actions", "--json"}, QStringList{"log", "--json"}, QStringList{"status", "--json"}}) {
        const Andonctl::Result result = ctl.run(arguments);
        const QString all = QString::fromUtf8(result.out + result.err);
        for (const char16_t bad : {u'\x1b', u'\u009b', u'\u202e'})
            QVERIFY2(!all.contains(QChar(bad)), qPrintable(arguments.join(u' ')));
    }
    const QJsonArray actions = ctl.run({"actions", "--json"}).json().value("actions").toArray();
    QCOMPARE(actions.first().toObject().value("reason").toString(), hostile); // nothing is lost
}

void TestAndonctl::aMissingLocaleIsNoNoise()
{
    const TemporaryDatabase place;
    const Andonctl ctl(place.path());
    qputenv("LC_ALL", "C");
    const Andonctl::Result result = ctl.run({"status"});
    qunsetenv("LC_ALL");
    QCOMPARE(result.status, 0);
    QCOMPARE(result.err, QByteArray());
}

QTEST_GUILESS_MAIN(TestAndonctl)
#include "tst_andonctl.moc"
