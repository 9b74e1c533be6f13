// SPDX-License-Identifier: Apache-2.0
#include "core/safety/StopHooks.h"

#include "core/safety/HookFolder.h"
#include "core/safety/HookRun.h"

#include <QEventLoop>
#include <QJsonDocument>

#include <algorithm>
#include <memory>
#include <vector>

namespace andon {

namespace {

QProcessEnvironment environmentFor(const QJsonObject &receipt, const QString &database)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    // Not those of a stop around this one.
    environment.remove(QStringLiteral("ANDON_STOP_ID"));
    environment.remove(QStringLiteral("ANDON_DATABASE"));
    const qint64 stopId = receipt.value(QStringLiteral("stop_id")).toInteger();
    if (stopId > 0)
        environment.insert(QStringLiteral("ANDON_STOP_ID"), QString::number(stopId));
    const QString known = database.isEmpty() ? receipt.value(QStringLiteral("database")).toString() : database;
    if (!known.isEmpty())
        environment.insert(QStringLiteral("ANDON_DATABASE"), known);
    return environment;
}

} // namespace

StopHooks::StopHooks(HookSettings settings, QString database)
    : m_settings(std::move(settings))
    , m_database(std::move(database))
{
}

QList<HookOutcome> StopHooks::run(const QJsonObject &receipt) const
{
    const HookFolder folder(m_settings.folder);
    QList<HookOutcome> outcomes = folder.refusals();

    HookRun::Order order;
    order.input = QJsonDocument(receipt).toJson(QJsonDocument::Compact) + '\n';
    order.environment = environmentFor(receipt, m_database);
    order.workingDirectory = m_settings.folder;
    order.timeout = m_settings.timeout;

    QEventLoop loop;
    qsizetype running = folder.hooks().size();
    const auto onEnd = [&loop, &running] {
        if (--running == 0)
            loop.quit();
    };
    std::vector<std::unique_ptr<HookRun>> runs;
    for (const HookFolder::Hook &hook : folder.hooks())
        runs.push_back(std::make_unique<HookRun>(hook, order, onEnd));
    for (const std::unique_ptr<HookRun> &run : runs)
        run->start();
    if (running > 0) // one that cannot be started may have ended at once
        loop.exec();
    for (const std::unique_ptr<HookRun> &run : runs) {
        run->abandon(); // where the thread itself was told to end
        outcomes << run->outcome();
    }

    std::stable_sort(outcomes.begin(), outcomes.end(),
                     [](const HookOutcome &one, const HookOutcome &other) { return one.name < other.name; });
    return outcomes;
}

} // namespace andon
