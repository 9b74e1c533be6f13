// SPDX-License-Identifier: Apache-2.0
#include "tests/support/LogUnderAttack.h"

#include "core/audit/seal/MerkleTree.h"
#include "core/audit/seal/Sealer.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

namespace andon::test {

namespace {

constexpr const char *kFill =
    "INSERT INTO action_proposals(id, action_name, proposed_at) SELECT value, 'transfer_leader', "
    "'2026-01-31T12:00:00.000+00:00' FROM generate;"
    "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp, created_at) SELECT value, "
    "value, 'proposed', '{\"action_name\":\"transfer_leader\",\"number\":' || value || '}', 'agent', "
    "'2026-01-31T12:00:00.000+00:00', '2026-01-31 12:00:00' FROM generate ORDER BY value;";

const QByteArray kDropAllTriggers =
    "DO $drop$ DECLARE one record; BEGIN FOR one IN SELECT tgname, tgrelid::regclass AS owner FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgparentid = 0 LOOP "
    "EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.owner); END LOOP; END $drop$";

/// Each trigger where its table is still there.
const QByteArray kMakeTriggers = "DO $make$ DECLARE one text; BEGIN FOREACH one IN ARRAY ARRAY[$one$";
const QByteArray kMakeTriggersEnd = "$one$] LOOP BEGIN EXECUTE one; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; "
                                    "END $make$";

void sealAll(const TemporaryDatabase &place)
{
    Database database(place.location(), existing());
    Sealer(database, AgentTables::read(database).auditColumns).sealAll();
}

void makeLog(const TemporaryDatabase &place)
{
    {
        const Workbench laidOut(place.path());
    }
    ForeignClient raw(place.path());
    raw.must(
        "BEGIN; CREATE TEMP TABLE generate(value INTEGER PRIMARY KEY); WITH RECURSIVE counter(n) AS (SELECT 1 UNION "
        "ALL SELECT n + 1 FROM counter WHERE n < 310) INSERT INTO generate SELECT n FROM counter WHERE n NOT "
        "BETWEEN 151 AND 160;");
    raw.must(kFill);
    raw.must("COMMIT");
    raw.letIdsCatchUp();
    sealAll(place);
}

/// Made once: at a server to make such a log takes four times as long as to copy it. Each has an identity of its own.
void copyLog(const TemporaryDatabase &place)
{
    static const TemporaryDatabase original;
    static const bool isMade = [] {
        makeLog(original);
        return true;
    }();
    Q_UNUSED(isMade)
    copyDatabase(original.path(), place.path());
    ForeignClient(place.path())
        .must("SET session_replication_role = replica; "
              "UPDATE andon_log_identity SET log_id = replace(gen_random_uuid()::text, '-', '')");
}

} // namespace

LogUnderAttack::LogUnderAttack()
{
    if (isOnPostgres())
        copyLog(m_place);
    else
        makeLog(m_place);
}

void LogUnderAttack::seal() const
{
    sealAll(m_place);
}

QByteArray LogUnderAttack::sign() const
{
    Database database(m_place.location(), existing());
    return CheckpointSigner(database, {keys(), {}}).sign().note;
}

void LogUnderAttack::signAnyway() const
{
    Database database(m_place.location(), existing());
    SealTable table(database);
    Checkpoint checkpoint;
    checkpoint.origin = LogIdentity::read(database).origin();
    checkpoint.size = table.size();
    checkpoint.root = MerkleTree(table).root(checkpoint.size);
    const SigningKey key = KeyStore(checkpoint.origin, keys()).activeKey();
    CheckpointTable(database).insert({0, checkpoint.size,
                                      QByteArray(reinterpret_cast<const char *>(checkpoint.root.data()),
                                                 static_cast<qsizetype>(checkpoint.root.size())),
                                      SignedNote::sign(checkpoint.toText(), {key}).toBytes(), key.verifier().name(),
                                      key.verifier().idText(), QDateTime::currentDateTimeUtc()});
}

void LogUnderAttack::goOn(int events) const
{
    Workbench bench(path());
    for (int i = 0; i < events; ++i)
        bench.propose();
    if (isOnPostgres())
        seal(); // no writer does it there
}

void LogUnderAttack::attack(const QByteArray &sql) const
{
    ForeignClient raw(path());
    const QStringList triggers = raw.triggerDefinitions();
    if (isOnPostgres()) { // each way as one statement: there are eighty of them
        raw.must(kDropAllTriggers);
        raw.must("BEGIN;" + sql + ";COMMIT");
        raw.must(kMakeTriggers + triggers.join(QStringLiteral("$one$, $one$")).toUtf8() + kMakeTriggersEnd);
        return;
    }
    raw.dropTriggers();
    raw.must("BEGIN;" + sql + ";COMMIT");
    for (const QString &trigger : triggers)
        static_cast<void>(raw.run(trigger.toUtf8())); // where its table is still there
}

void LogUnderAttack::dropTriggers() const
{
    ForeignClient(path()).dropTriggers();
}

void LogUnderAttack::editHash(qint64 firstLeafOfRun, qint64 hash) const
{
    const QByteArray where = " FROM andon_audit_seal WHERE leaf = " + QByteArray::number(firstLeafOfRun);
    ForeignClient raw(path());
    QByteArray hashes = raw.bytes("SELECT hashes" + where);
    const qsizetype at = hash * static_cast<qsizetype>(sizeof(TreeHash));
    hashes[at] = static_cast<char>(hashes.at(at) ^ 1);
    attack("UPDATE andon_audit_seal SET hashes = " + raw.literal(hashes)
           + " WHERE leaf = " + QByteArray::number(firstLeafOfRun));
}

void LogUnderAttack::copyTo(const QString &name) const
{
    m_place.copyTo(name);
}

void LogUnderAttack::putBack(const QString &name) const
{
    m_place.putBack(name);
}

Verifier::Options LogUnderAttack::options() const
{
    Verifier::Options options;
    options.keyFolder = keys();
    options.withCompleteness = false;
    if (isOnPostgres())
        options.threads = 1; // a connection each, for a log of one part
    return options;
}

VerifyReport LogUnderAttack::verify(const Verifier::Options &options) const
{
    return Verifier(m_place.location(), options).verify().value();
}

QStringList inShort(const VerifyReport &report)
{
    QStringList all;
    for (const VerifyFinding &finding : report.findings) {
        QString text = toString(finding.kind);
        if (finding.event.value != 0)
            text += u' ' + finding.event.toString();
        if (finding.through != finding.event)
            text += u'-' + finding.through.toString();
        if (finding.proposal.isValid())
            text += QStringLiteral(" #") + finding.proposal.toString();
        if (!finding.columns.isEmpty())
            text += u' ' + finding.columns.join(u',');
        if (finding.kind == VerifyFinding::Kind::Reordered)
            text += QStringLiteral(" <") + finding.detail + u'>';
        all << text;
    }
    return all;
}

} // namespace andon::test
