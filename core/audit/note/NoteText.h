// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>
#include <span>

/// What notes, checkpoints and proofs are made of, each read strictly: one value has one form only.
namespace andon::NoteText {

/// Whether the bytes are valid UTF-8 without a control character below U+0020 other than the line feed, and end with a
/// line feed (C2SP signed-note, "Format").
[[nodiscard]] bool isFit(QByteArrayView text);

/// Whether a key may have this name: not empty, no space of Unicode, no plus sign (C2SP signed-note, "Format"), no
/// control character, and writable as UTF-8.
[[nodiscard]] bool isKeyName(QStringView name);

/// Valid UTF-8 as text, a byte order mark at its beginning included.
[[nodiscard]] QString fromUtf8(QByteArrayView utf8);

/// Standard Base64 (RFC 4648, section 4). Nothing where padding is missing, unused bits are set, or a character is none
/// of the alphabet, a line feed included.
[[nodiscard]] std::optional<QByteArray> fromBase64(QByteArrayView text);
/// The same into bytes that the caller has, and wipes; says how many. Nothing where they are too few, too.
[[nodiscard]] std::optional<qsizetype> fromBase64(QByteArrayView text, std::span<unsigned char> bytes);

/// A decimal number from 0 on, without a sign or leading zeros. Nothing where it is more than 2^63 - 1.
[[nodiscard]] std::optional<qint64> fromDecimal(QByteArrayView text);

} // namespace andon::NoteText
