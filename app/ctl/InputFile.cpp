// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/InputFile.h"

#include "core/Error.h"

#include <QFile>

#include <cstdio>

namespace andon::ctl::InputFile {

QByteArray read(const QString &name, qint64 mostBytes)
{
    QFile file(name);
    const bool isOpen = name == u"-" ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        throw InvalidInputError(QStringLiteral("%1 cannot be read.").arg(name), file.errorString());
    QByteArray content = file.read(mostBytes + 1);
    if (file.error() != QFileDevice::NoError)
        throw InvalidInputError(QStringLiteral("%1 cannot be read.").arg(name), file.errorString());
    if (content.size() > mostBytes)
        throw InvalidInputError(
            QStringLiteral("%1 has more than %2 bytes, so it is not what is asked for here.").arg(name).arg(mostBytes));
    return content;
}

} // namespace andon::ctl::InputFile
