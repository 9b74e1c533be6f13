// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

namespace andon::ctl {

/// What a person hands in: a small file.
namespace InputFile {

/// The whole file; `-` is standard input. Throws InvalidInputError where it cannot be read, or is longer than
/// `mostBytes`.
[[nodiscard]] QByteArray read(const QString &name, qint64 mostBytes);

} // namespace InputFile

} // namespace andon::ctl
