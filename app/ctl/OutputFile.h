// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"

#include <QByteArray>
#include <QString>

namespace andon::ctl {

/// A small file that a command writes.
namespace OutputFile {

/// Throws InvalidInputError for a name that is empty, belongs to the database or is no regular file's. To be asked
/// before the work. `-` is standard output.
void check(const QString &name, const DatabaseLocation &database);

/// The file appears whole or not at all, in place of the one that is there. Throws Error where it cannot be written.
void write(const QString &name, const QByteArray &content);

} // namespace OutputFile

} // namespace andon::ctl
