// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/ExitStatus.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <chrono>

namespace andon::ctl::Console {

/// UTF-8 and untranslated line ends; a reader that goes away is an error of writing, not a signal.
void prepare();

/// The text with what could drive a terminal or deceive its reader shown escaped: control characters
/// (line ends too), C1 controls, and the marks that turn the direction of writing.
[[nodiscard]] QString printable(const QString &text);

/// The same for JSON, whose meaning stays as it is.
[[nodiscard]] QByteArray printableJson(const QByteArray &json);

/// To standard output. What cannot be written is told by `finish`.
void write(const QByteArray &bytes);
void writeLine(const QString &line);
/// One object on one line.
void writeJson(const QJsonObject &object);
void flush();

/// False once nothing more can be written: a long listing ends then.
[[nodiscard]] bool isOpen();

/// Waits that long, less where the reader of a pipe goes away meanwhile. False: it has gone.
bool waitWhileRead(std::chrono::milliseconds time);

/// To standard error, after "andonctl: ".
void say(const QString &sentence);
/// To standard error, as it is.
void sayLine(const QString &line);

/// Writes out what is left. The status of the program: `status`, unless output was lost.
[[nodiscard]] ExitStatus finish(ExitStatus status);

} // namespace andon::ctl::Console
