// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Workbench.h"

namespace andon::test {

namespace {

Schema::Kind prepare(Database &database)
{
    return database.isReadOnly() ? Schema::inspect(database) : Schema::ensure(database);
}

} // namespace

Workbench::Workbench(const QString &path, ProtocolObserver observer, const Database::Options &options,
                     const Clock &clock)
    : database(DatabaseLocation::parse(path), options)
    , kind(prepare(database))
    , auditor(database, QStringLiteral("tester@bench"), clock)
    , controller(database, auditor, std::move(observer))
    , store(controller.actions())
{
}

ProposalId Workbench::propose(const QString &name)
{
    ActionRequest request;
    request.actionName = name;
    request.reason = QStringLiteral("leader imbalance");
    return store.propose(request);
}

ProposalId Workbench::proposeValidated(const QString &name)
{
    const ProposalId id = propose(name);
    store.validate(id);
    return id;
}

void Workbench::arm()
{
    ModeChange change;
    change.reason = QStringLiteral("a test begins");
    change.keepPending = true;
    controller.setMode(SafetyMode::Execute, change);
}

SafetyState Workbench::state()
{
    return SafetyStateTable(database).read();
}

qint64 Workbench::countEvents(const QString &type)
{
    return database.scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE event_type = ?"), {type})
        .toLongLong();
}

void Workbench::fill(qint64 count)
{
    database.run(
        QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                       "INSERT INTO action_proposals(action_name, status) SELECT 'drain_store', 'validated' FROM n"),
        {count});
}

} // namespace andon::test
