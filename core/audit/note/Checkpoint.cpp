// SPDX-License-Identifier: Apache-2.0
#include "core/audit/note/Checkpoint.h"

#include "core/audit/note/NoteText.h"

#include <algorithm>

namespace andon {

namespace {

constexpr qsizetype kFewestLines = 3;

NoteError malformed(const QString &why)
{
    return {NoteError::Cause::Malformed, QStringLiteral("This is no checkpoint: ") + why};
}

} // namespace

Checkpoint Checkpoint::parse(const QByteArray &text)
{
    if (text.size() > SignedNote::kMostBytes)
        throw malformed(QStringLiteral("it has more than %1 bytes.").arg(SignedNote::kMostBytes));
    if (!NoteText::isFit(text))
        throw malformed(QStringLiteral("it is not UTF-8, has control characters, or does not end with a line feed."));
    const QList<QByteArray> lines = text.chopped(1).split('\n');
    const bool hasEmptyLine = std::any_of(lines.cbegin(), lines.cend(),
                                          [](const QByteArray &line) { return line.isEmpty(); });
    if (lines.size() < kFewestLines || hasEmptyLine)
        throw malformed(QStringLiteral("it needs three lines, an origin, a size and a root, and none may be empty."));

    const std::optional<qint64> size = NoteText::fromDecimal(lines.at(1));
    if (!size)
        throw malformed(QStringLiteral("its second line is no size."));
    const std::optional<TreeHash> root = treeHashFromBase64(lines.at(2));
    if (!root)
        throw malformed(QStringLiteral("its third line is not the Base64 of 32 bytes."));

    Checkpoint checkpoint{NoteText::fromUtf8(lines.constFirst()), *size, *root, {}};
    const QList<QByteArray> extensions = lines.sliced(kFewestLines);
    for (const QByteArray &line : extensions)
        checkpoint.extensions.append(NoteText::fromUtf8(line));
    return checkpoint;
}

QByteArray Checkpoint::toText() const
{
    QByteArray text = origin.toUtf8() + '\n' + QByteArray::number(size) + '\n' + toBase64(root) + '\n';
    for (const QString &line : extensions)
        text += line.toUtf8() + '\n';
    return text;
}

} // namespace andon
