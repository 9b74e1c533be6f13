// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/SimulatedWork.h"

#include <QJsonArray>

namespace andon::ctl {

namespace {

using std::chrono::milliseconds;

/// An action that such an agent knows, and what makes it think of it.
struct Habit
{
    QString action;
    QStringList reasons;
};

/// What is usual stands here more than once.
const QList<Habit> &habits()
{
    static const Habit transfer{QStringLiteral("transfer_leader"),
                                {QStringLiteral("leader imbalance of %n % on store %s"),
                                 QStringLiteral("read latency p99 at %n ms for 5 minutes"),
                                 QStringLiteral("store %s is to be restarted")}};
    static const Habit split{
        QStringLiteral("split_region"),
        {QStringLiteral("region %r grew past 96 MiB"), QStringLiteral("region %r takes %n % of the writes")}};
    static const Habit compact{
        QStringLiteral("compact_region"),
        {QStringLiteral("write stall seen on store %s"), QStringLiteral("region %r has %n overlapping files")}};
    static const Habit move{
        QStringLiteral("move_replica"),
        {QStringLiteral("store %s is %n % full"), QStringLiteral("replica of region %r lags %n s behind")}};
    static const Habit throttle{
        QStringLiteral("throttle_tenant"),
        {QStringLiteral("tenant %t uses %n times its share"), QStringLiteral("queue of tenant %t is %n s long")}};
    static const QList<Habit> all{
        transfer,
        transfer,
        transfer,
        split,
        split,
        compact,
        compact,
        move,
        move,
        throttle,
        {QStringLiteral("merge_regions"), {QStringLiteral("region %r and the next hold less than %n keys")}},
        {QStringLiteral("scale_out"),
         {QStringLiteral("zone %z is %n % full"), QStringLiteral("load of zone %z doubles each %n days")}},
        {QStringLiteral("drain_store"), {QStringLiteral("disk of store %s reports %n bad sectors")}},
        {QStringLiteral("restart_store"), {QStringLiteral("store %s leaks %n MiB an hour")}},
        {QStringLiteral("rotate_certificate"), {QStringLiteral("certificate of store %s ends in %n days")}},
        {QStringLiteral("adjust_cache_quota"), {QStringLiteral("cache hit rate of store %s fell to %n %")}},
        {QStringLiteral("take_snapshot"), {QStringLiteral("last snapshot of region %r is %n hours old")}},
        {QStringLiteral("collect_garbage"), {QStringLiteral("garbage makes up %n % of region %r")}},
        {QStringLiteral("update_statistics"), {QStringLiteral("statistics of table %b are %n hours old")}},
    };
    return all;
}

const QStringList &errors()
{
    static const QStringList texts{
        QStringLiteral("connection timeout to store %s after 5000 ms"),
        QStringLiteral("region %r not found: epoch is stale"),
        QStringLiteral("store %s refused: too many pending snapshots (%n)"),
        QStringLiteral("not leader for region %r, leader is on store %s"),
        QStringLiteral("disk quota exceeded on store %s"),
        QStringLiteral("permission denied for scope cluster-admin"),
        QStringLiteral("deadline exceeded while waiting for quorum (%n of 5 answered)"),
        QStringLiteral("certificate authority did not answer: HTTP 503"),
        QStringLiteral("region %r is being merged; try again later"),
        QStringLiteral("checksum of block %n in region %r does not match"),
    };
    return texts;
}

const QStringList &withdrawals()
{
    static const QStringList texts{
        QStringLiteral("the condition has passed"),
        QStringLiteral("superseded by a newer proposal"),
        QStringLiteral("waited too long"),
        QStringLiteral("the measurement that led to it was wrong"),
    };
    return texts;
}

const QStringList &requesters()
{
    static const QStringList names{QStringLiteral("balancer"), QStringLiteral("capacity-planner"),
                                   QStringLiteral("latency-watch"), QStringLiteral("maintenance-window"),
                                   QStringLiteral("on-call")};
    return names;
}

const QStringList &tenants()
{
    static const QStringList names{QStringLiteral("orders"), QStringLiteral("billing"), QStringLiteral("search"),
                                   QStringLiteral("telemetry"), QStringLiteral("fraud-detection")};
    return names;
}

constexpr int kStores = 12;
constexpr int kRegions = 4096;

} // namespace

SimulatedWork::SimulatedWork(quint64 seed, QString agentId)
    : m_random(seed)
    , m_agentId(std::move(agentId))
{
}

int SimulatedWork::below(int limit)
{
    // The remainder prefers small numbers by less than one in 2^50: nobody will see it here.
    return static_cast<int>(m_random() % static_cast<quint64>(limit));
}

int SimulatedWork::between(int low, int high)
{
    return low + below(high - low + 1);
}

bool SimulatedWork::happens(int inThousand)
{
    constexpr int kThousand = 1000;
    return below(kThousand) < inThousand;
}

template<typename List>
const auto &SimulatedWork::oneOf(const List &list)
{
    return list.at(below(static_cast<int>(list.size())));
}

QString SimulatedWork::fill(const QString &text)
{
    // One draw for each mark, present or not: what follows does not depend on the text.
    const int store = between(1, kStores);
    const int region = between(1, kRegions);
    const int number = between(2, 97);
    const QString &tenant = oneOf(tenants());
    const QChar zone(u'a' + below(3));
    QString filled;
    filled.reserve(text.size() + 32);
    for (qsizetype i = 0; i < text.size(); ++i) {
        // "%n %" has a mark and a percent sign.
        const char16_t mark = text.at(i) == u'%' && i + 1 < text.size() ? text.at(i + 1).unicode() : u'\0';
        if (mark == u's')
            filled += QString::number(store);
        else if (mark == u'r')
            filled += QString::number(region);
        else if (mark == u'n')
            filled += QString::number(number);
        else if (mark == u't')
            filled += tenant;
        else if (mark == u'z')
            filled += zone;
        else if (mark == u'b')
            filled += tenant + QStringLiteral("_events");
        else {
            filled += text.at(i);
            continue;
        }
        ++i;
    }
    return filled;
}

QJsonObject SimulatedWork::parametersOf(const QString &action)
{
    const int region = between(1, kRegions);
    const int from = between(1, kStores);
    const int to = 1 + (from + between(0, kStores - 2)) % kStores; // another store
    const QString tenant = oneOf(tenants());
    const int amount = between(1, 64);

    if (action == u"transfer_leader" || action == u"move_replica")
        return {
            {QStringLiteral("region"), region}, {QStringLiteral("from_store"), from}, {QStringLiteral("to_store"), to}};
    if (action == u"merge_regions")
        return {{QStringLiteral("regions"), QJsonArray{region, region + 1}}};
    if (action == u"split_region")
        return {{QStringLiteral("region"), region}, {QStringLiteral("parts"), 2 + amount % 3}};
    if (action == u"compact_region" || action == u"collect_garbage")
        return {{QStringLiteral("region"), region}, {QStringLiteral("level"), amount % 7}};
    if (action == u"scale_out")
        return {{QStringLiteral("zone"), QString(QChar(u'a' + amount % 3))},
                {QStringLiteral("stores"), 1 + amount % 3}};
    if (action == u"drain_store" || action == u"restart_store")
        return {{QStringLiteral("store"), from}, {QStringLiteral("grace_seconds"), amount * 5}};
    if (action == u"rotate_certificate")
        return {{QStringLiteral("store"), from}, {QStringLiteral("days"), 90}};
    if (action == u"adjust_cache_quota")
        return {{QStringLiteral("store"), from}, {QStringLiteral("mebibytes"), amount * 256}};
    if (action == u"throttle_tenant")
        return {{QStringLiteral("tenant"), tenant}, {QStringLiteral("requests_per_second"), amount * 100}};
    if (action == u"update_statistics")
        return {{QStringLiteral("table"), tenant + QStringLiteral("_events")}};
    return {{QStringLiteral("region"), region}, {QStringLiteral("store"), from}};
}

milliseconds SimulatedWork::longTail()
{
    const int tier = below(100);
    if (tier < 60)
        return milliseconds(between(300, 900));
    if (tier < 88)
        return milliseconds(between(900, 2'500));
    return milliseconds(between(2'500, 8'000));
}

SimulatedAction SimulatedWork::next()
{
    SimulatedAction action;
    const Habit &habit = oneOf(habits());
    action.request.actionName = habit.action;
    action.request.parameters = parametersOf(habit.action);
    action.request.reason = fill(oneOf(habit.reasons));
    action.request.requesterId = oneOf(requesters());
    action.request.agentId = m_agentId;
    action.thinking = milliseconds(between(50, 700));
    action.duration = longTail();
    action.pause = milliseconds(between(100, 3'900));
    action.passesValidation = happens(950);
    action.withdrawalReason = oneOf(withdrawals());
    const QString error = fill(oneOf(errors()));
    if (happens(60))
        action.error = error;
    action.result = {{QStringLiteral("regions_moved"), between(0, 3)}, {QStringLiteral("bytes"), between(0, 1 << 26)}};
    return action;
}

} // namespace andon::ctl
