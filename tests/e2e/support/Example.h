// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/SourceFolder.h"
#include "tests/e2e/support/Program.h"
#include "tests/support/Andonctl.h"

#include <QProcessEnvironment>
#include <QStandardPaths>

namespace andon::test {

/// A file of docs/examples.
[[nodiscard]] inline QString example(const QString &name)
{
    return QStringLiteral(ANDON_SOURCE_DIR "/docs/examples/") + name;
}

/// The folders of PATH that hold no andonctl.
[[nodiscard]] inline QStringList foldersWithoutAndonctl()
{
    QStringList folders = qEnvironmentVariable("PATH").split(u':', Qt::SkipEmptyParts);
    folders.removeIf([](const QString &folder) { return QFileInfo::exists(folder + QStringLiteral("/andonctl")); });
    return folders;
}

/// Where an example looks for programs: the andonctl of this build first.
[[nodiscard]] inline QStringList foldersWithAndonctl()
{
    return QStringList{QFileInfo(andonctlPath()).absolutePath()} + foldersWithoutAndonctl();
}

/// An example, or whatever starts one, as a process: with this database, and programs from these folders.
[[nodiscard]] inline std::unique_ptr<QProcess> prepareExample(const QString &database, const QString &program,
                                                              const QStringList &arguments,
                                                              const QStringList &folders = foldersWithAndonctl())
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("ANDON_DATABASE"), database);
    environment.insert(QStringLiteral("PATH"), folders.join(u':'));
    environment.insert(QStringLiteral("PYTHONDONTWRITEBYTECODE"), QStringLiteral("1"));
    process->setProcessEnvironment(environment);
    process->setProgram(program);
    process->setArguments(arguments);
    return process;
}

/// The same, run to its end with this on its standard input.
[[nodiscard]] inline Andonctl::Result runExample(QProcess &process, const QByteArray &input = {})
{
    process.start();
    process.waitForStarted();
    process.write(input);
    process.closeWriteChannel();
    return Andonctl::finish(process);
}

} // namespace andon::test
