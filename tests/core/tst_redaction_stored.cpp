// SPDX-License-Identifier: Apache-2.0
// No secret reaches the disk: neither the database nor its journal holds one, whichever way it came in.

#include "tests/support/Workbench.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

const QString kSecret = QStringLiteral("hunter2-S3cr3t-9f8e7d");

QJsonObject secretData()
{
    return {{"region", 777},
            {"password", kSecret},
            {"nested", QJsonObject{{"api_key", kSecret}, {"list", QJsonArray{"--token", kSecret}}}},
            {"command", "psql postgres://bob:" + kSecret + "@db/x"}};
}

QString asText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// All bytes of all files beside the database: its journal, its shared memory, the permit.
QByteArray bytesOnDisk(const TemporaryDatabase &place)
{
    QByteArray bytes;
    const QFileInfoList files = QDir(place.folder()).entryInfoList(QDir::Files | QDir::Hidden);
    for (const QFileInfo &file : files)
        bytes += bytesOf(file.filePath());
    return bytes;
}

} // namespace

class TestRedactionStored : public QObject
{
    Q_OBJECT

private slots:
    void proposalsAreRedacted();
    void outcomesAreRedacted();
    void eventsAreRedacted();
    void sweepsAreRedacted();
    void settingIsRead();
    void spoiltSettingStopsNobody();
};

void TestRedactionStored::proposalsAreRedacted()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    ActionRequest request;
    request.actionName = "run --password " + kSecret;
    request.parameters = secretData();
    request.reason = "because token=" + kSecret;
    request.agentId = "agent Bearer " + kSecret;
    const ProposalId id = bench.store.propose(request);
    request.parameters = QJsonValue("AUTH_TOKEN=" + kSecret);
    bench.store.propose(request);

    const ActionProposal stored = bench.store.get(id);
    QCOMPARE(stored.actionName, "run --password [redacted]");
    QCOMPARE(stored.reason, "because token=[redacted]");
    const QJsonObject parameters = QJsonDocument::fromJson(stored.parameters.toUtf8()).object();
    QCOMPARE(parameters.value("region").toInt(), 777);
    QCOMPARE(parameters.value("password").toString(), "[redacted]");
    QCOMPARE(parameters.value("command").toString(), "psql postgres://bob:[redacted]@db/x");
    const QString event = bench.auditor.events(id).constFirst().eventData;
    QVERIFY(QJsonDocument::fromJson(event.toUtf8()).isObject());
    QVERIFY(event.contains("[redacted]"));
    QVERIFY(!bytesOnDisk(place).contains(kSecret.toUtf8()));
}

void TestRedactionStored::outcomesAreRedacted()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.arm();
    const ProposalId done = bench.proposeValidated();
    bench.store.claim(done);
    bench.store.complete(done, QJsonObject{{"token", kSecret}, {"rows", 5}});
    const ProposalId failed = bench.proposeValidated();
    bench.store.claim(failed);
    bench.store.fail(failed, "cannot log in: password=" + kSecret);
    const ProposalId stopped = bench.proposeValidated();
    bench.store.claim(stopped);
    bench.store.markStopped(stopped, "had secret=" + kSecret);
    const ProposalId cancelled = bench.propose();
    bench.store.cancel(cancelled, "leaked api_key=" + kSecret);

    QCOMPARE(bench.store.get(failed).lastError, "cannot log in: password=[redacted]");
    QCOMPARE(bench.store.get(stopped).lastError, "had secret=[redacted]");
    QCOMPARE(
        bench.database.scalar("SELECT result_data FROM action_records WHERE proposal_id = ?", {done.value}).toString(),
        R"({"rows":5,"token":"[redacted]"})");
    QVERIFY(!bytesOnDisk(place).contains(kSecret.toUtf8()));
}

void TestRedactionStored::eventsAreRedacted()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    AuditEvent event;
    event.eventType = "custom";
    event.actor = Actor::kAgent;
    event.eventData = asText(secretData());
    bench.auditor.logEvent(event);
    event.eventData = R"({"id":9223372036854775807,"big":1.10,"body":"{\"password\":\")" + kSecret + R"(\"}"})";
    bench.auditor.logEvent(event);

    QCOMPARE(bench.auditor.events().constFirst().eventData,
             R"({"id":9223372036854775807,"big":1.10,"body":"{\"password\":\"[redacted]\"}"})");
    QVERIFY(!bytesOnDisk(place).contains(kSecret.toUtf8()));
}

void TestRedactionStored::sweepsAreRedacted()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.propose();
    bench.propose();
    QCOMPARE(bench.store.cancelAllPending("rotated token=" + kSecret), 2);
    QCOMPARE(bench.countEvents(EventType::kCancelled), 2);
    QVERIFY(bench.auditor.events().constFirst().eventData.contains("token=[redacted]"));
    QVERIFY(!bytesOnDisk(place).contains(kSecret.toUtf8()));
}

void TestRedactionStored::settingIsRead()
{
    const TemporaryDatabase place;
    Workbench bench(place.path());
    bench.database.run("INSERT INTO andon_meta(key, value) VALUES('redaction', ?)",
                       {R"({"more_keys":["badge"],"allowed_keys":["session_token"]})"});
    ActionAuditor auditor(bench.database, "tester@bench");
    AuditEvent event;
    event.eventType = "custom";
    event.actor = Actor::kAgent;
    event.eventData = R"({"staffBadge":"x","session_token":"kept"})";
    auditor.logEvent(event);
    QCOMPARE(auditor.events().constFirst().eventData, R"({"staffBadge":"[redacted]","session_token":"kept"})");
    // An auditor that was made before goes on as it was made.
    bench.auditor.logEvent(event);
    QCOMPARE(auditor.events().constFirst().eventData, R"({"staffBadge":"x","session_token":"[redacted]"})");
}

void TestRedactionStored::spoiltSettingStopsNobody()
{
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        bench.database.run("INSERT INTO andon_meta(key, value) VALUES('redaction', '{\"more_patterns\":[\"a(b\"],')");
    }
    Workbench bench(place.path());
    bench.arm();
    QVERIFY(bench.controller.killSwitch("password=" + kSecret).stopId.isValid());
    QVERIFY(bench.auditor.events(std::nullopt, EventType::kKillSwitch).constFirst().eventData.contains("[redacted]"));
}

QTEST_GUILESS_MAIN(TestRedactionStored)

#include "tst_redaction_stored.moc"
