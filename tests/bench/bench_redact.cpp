// SPDX-License-Identifier: Apache-2.0
// What it costs to look for secrets in what is written: usual event data, which holds none, beside reading it as JSON
// once; data that holds some; a megabyte made to be slow.

#include "core/audit/PlainJson.h"
#include "core/audit/redact/Redactor.h"
#include "tests/bench/support/Report.h"
#include "tests/bench/support/Samples.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <functional>

namespace andon::bench {

namespace {

constexpr int kCallsARound = 20'000;
constexpr double kPer = 200;

QStringList innocentData()
{
    return {
        QStringLiteral(
            R"({"action_name":"transfer_leader","action_type":"subject","parameters":{"region":777,)"
            R"("from_store":1,"to_store":4},"reason":"leader imbalance on store 1: 3,120 leaders, mean 2,440"})"),
        QStringLiteral(R"({"duration_ms":4210,"result":{"moved":12,"skipped":3,"regions":[771,772,773,774,775,776]}})"),
        QStringLiteral(R"({"by":"operator@control-room","reason":"stopped between claim and start","stop_id":17})"),
        QStringLiteral(
            R"({"duration_ms":1870,"error":"store 4 did not answer within 1500 ms; the region stays where it )"
            R"(is, it will be looked at again after the next heartbeat of the store"})"),
    };
}

QStringList secretData()
{
    return {
        QStringLiteral(R"({"action_name":"restart","parameters":{"host":"db-1","command":"psql postgres://app:hunter2@)"
                       R"(db-1/orders -c 'SELECT 1'"},"reason":"the pool was exhausted, 200 connections were open"})"),
        QStringLiteral(
            R"({"action_name":"call","parameters":{"url":"https://api.example.com/v1/orders","headers":)"
            R"({"Authorization":"Bearer abcdef0123456789","Accept":"application/json"}},"reason":"nightly"})"),
    };
}

/// Nanoseconds for 200 characters, of the median round.
double measure(const QStringList &texts, int rounds, const std::function<void(const QString &)> &act)
{
    qsizetype characters = 0;
    for (const QString &text : texts)
        characters += text.size();
    Samples samples;
    QElapsedTimer timer;
    for (int round = 0; round < rounds; ++round) {
        timer.start();
        for (int call = 0; call < kCallsARound; ++call) {
            for (const QString &text : texts)
                act(text);
        }
        samples.add(static_cast<double>(timer.nsecsElapsed()) * kPer / static_cast<double>(characters * kCallsARound));
    }
    return samples.median();
}

double hostileMs(const Redactor &redactor, const QString &unit)
{
    constexpr qsizetype kSize = 1'000'000;
    const QString text = QStringLiteral("token ") + unit.repeated(kSize / unit.size());
    QElapsedTimer timer;
    timer.start();
    static_cast<void>(redactor.redactJson(text));
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void measureRedaction(Report &report)
{
    const Redactor redactor;
    const int rounds = report.isQuick() ? 11 : 51;
    qsizetype kept = 0;
    const auto redact = [&redactor, &kept](const QString &text) { kept += redactor.redactJson(text).size(); };
    const auto read = [&kept](const QString &text) { kept += isPlainJsonObject(text) ? 1 : 0; };
    report.add({QStringLiteral("redact/data without a secret, 200 characters"), measure(innocentData(), rounds, redact),
                QStringLiteral("ns"), measure(innocentData(), rounds, read), Limit::ratioAtMost(4)});
    report.add({QStringLiteral("redact/data with a secret, 200 characters"),
                measure(secretData(), report.isQuick() ? 3 : 11, redact), QStringLiteral("ns"),
                measure(secretData(), report.isQuick() ? 3 : 11, read), std::nullopt});
    double slowest = 0;
    for (const QString &unit :
         {QStringLiteral("password="), QStringLiteral("name: ["), QStringLiteral("\"password=a b=c "),
          QStringLiteral("-eyJ"), QStringLiteral("sk-"), QStringLiteral("://a:b"), QStringLiteral("{\"token\":\"")})
        slowest = qMax(slowest, hostileMs(redactor, unit));
    report.add({QStringLiteral("redact/a megabyte made to be slow, slowest"), slowest, QStringLiteral("ms"),
                std::nullopt, Limit::valueAtMost(1000)});
    if (kept == 0)
        report.note(QStringLiteral("nothing was measured"));
}

} // namespace

} // namespace andon::bench

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    andon::bench::Report report(QStringLiteral("redact: secrets in what is written"), QCoreApplication::arguments());
    return report.run(andon::bench::measureRedaction);
}
