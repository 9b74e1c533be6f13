// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedTree.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace andon {

QString GuardedTree::findProgram()
{
    const QString name = QStringLiteral("andon-guard");
    const QDir here(QCoreApplication::applicationDirPath());
    // As the build leaves it, seen from the programs, the tests and the benches; as packages install it; and where it
    // was to be installed, for programs that link the library from elsewhere.
    const QStringList places{
        here.filePath(name),
        here.filePath(QStringLiteral("../bin/") + name),
        here.filePath(QStringLiteral("../libexec/andon/") + name),
        here.filePath(QStringLiteral(ANDON_GUARD_FROM_BIN "/") + name),
        here.filePath(QStringLiteral("../") + name),
        here.filePath(QStringLiteral("../../bin/") + name),
        QStringLiteral(ANDON_GUARD_INSTALLED "/") + name,
    };
    for (const QString &place : places) {
        const QFileInfo file(place);
        if (file.isFile() && file.isExecutable())
            return QDir::cleanPath(file.absoluteFilePath());
    }
    return {};
}

} // namespace andon
