// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/OwnProcess.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <cstdio>
#include <stdexcept>

namespace andon::bench {

namespace {

const QString kArgument = QStringLiteral("--task");
constexpr int kNoTimeLimit = -1;

} // namespace

std::optional<int> OwnProcess::runTask(const QStringList &arguments, const std::map<QString, Task> &tasks)
{
    const qsizetype at = arguments.indexOf(kArgument);
    if (at < 0)
        return std::nullopt;
    try {
        const Figures figures = tasks.at(arguments.value(at + 1))(arguments.mid(at + 2));
        QJsonObject object;
        for (const auto &[name, value] : figures)
            object.insert(name, value);
        std::puts(QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
        return 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}

Figures OwnProcess::run(const QString &task, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QCoreApplication::applicationFilePath(), QStringList{kArgument, task} + arguments);
    if (!process.waitForFinished(kNoTimeLimit) || process.exitStatus() != QProcess::NormalExit
        || process.exitCode() != 0)
        throw std::runtime_error(task.toStdString() + ": the process for it has failed");
    const QList<QByteArray> lines = process.readAllStandardOutput().trimmed().split('\n');
    const QJsonObject object = QJsonDocument::fromJson(lines.constLast()).object();
    Figures figures;
    for (auto value = object.begin(); value != object.end(); ++value)
        figures[value.key()] = value.value().toDouble();
    return figures;
}

} // namespace andon::bench
