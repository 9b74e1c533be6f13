// SPDX-License-Identifier: Apache-2.0
#include "core/safety/HookOutcome.h"

#include <array>

namespace andon {

namespace {

struct ResultName
{
    HookOutcome::Result result;
    QLatin1String name;
};

constexpr std::array kResultNames{
    ResultName{HookOutcome::Result::Succeeded, QLatin1String("succeeded")},
    ResultName{HookOutcome::Result::Failed, QLatin1String("failed")},
    ResultName{HookOutcome::Result::TimedOut, QLatin1String("timed_out")},
    ResultName{HookOutcome::Result::NotExecutable, QLatin1String("not_executable")},
    ResultName{HookOutcome::Result::Refused, QLatin1String("refused")},
};

QString nameOf(HookOutcome::Result result)
{
    for (const ResultName &entry : kResultNames) {
        if (entry.result == result)
            return entry.name;
    }
    return {};
}

HookOutcome::Result resultOf(const QString &name)
{
    for (const ResultName &entry : kResultNames) {
        if (entry.name == name)
            return entry.result;
    }
    return HookOutcome::Result::Failed;
}

} // namespace

QJsonObject HookOutcome::toJson() const
{
    return {
        {QStringLiteral("name"), name},
        {QStringLiteral("result"), nameOf(result)},
        {QStringLiteral("exit_status"), exitStatus == kNoStatus ? QJsonValue() : QJsonValue(exitStatus)},
        {QStringLiteral("duration_ms"), durationMs},
        {QStringLiteral("output"), output},
        {QStringLiteral("problem"), problem},
    };
}

HookOutcome HookOutcome::fromJson(const QJsonObject &json)
{
    HookOutcome outcome;
    outcome.name = json.value(QStringLiteral("name")).toString();
    outcome.result = resultOf(json.value(QStringLiteral("result")).toString());
    outcome.exitStatus = json.value(QStringLiteral("exit_status")).toInt(kNoStatus);
    outcome.durationMs = json.value(QStringLiteral("duration_ms")).toInteger();
    outcome.output = json.value(QStringLiteral("output")).toString();
    outcome.problem = json.value(QStringLiteral("problem")).toString();
    return outcome;
}

QJsonArray HookOutcome::listToJson(const QList<HookOutcome> &outcomes)
{
    QJsonArray json;
    for (const HookOutcome &outcome : outcomes)
        json << outcome.toJson();
    return json;
}

QList<HookOutcome> HookOutcome::listFromJson(const QJsonArray &json)
{
    QList<HookOutcome> outcomes;
    for (const QJsonValue outcome : json)
        outcomes << fromJson(outcome.toObject());
    return outcomes;
}

} // namespace andon
