// SPDX-License-Identifier: Apache-2.0
#include "core/audit/note/SignedNote.h"

#include "core/audit/note/NoteText.h"

#include <algorithm>

namespace andon {

namespace {

/// An em dash and a space: how each line of a signature begins.
constexpr QByteArrayView kDash = "\xe2\x80\x94 ";

NoteError malformed(const QString &why)
{
    return {NoteError::Cause::Malformed, QStringLiteral("This is no signed note: ") + why};
}

/// Reads a line, its line feed left out.
SignedNote::Signature parseSignature(QByteArrayView line)
{
    if (!line.startsWith(kDash))
        throw malformed(QStringLiteral("a line below the last empty one does not begin with a dash and a space."));
    const QByteArrayView rest = line.sliced(kDash.size());
    const qsizetype space = rest.indexOf(' ');
    if (space < 0)
        throw malformed(QStringLiteral("a line of a signature has no signature."));
    SignedNote::Signature signature;
    signature.name = NoteText::fromUtf8(rest.first(space));
    if (!NoteText::isKeyName(signature.name))
        throw malformed(QStringLiteral("the name of a key is empty, or has a space or a plus sign."));
    const std::optional<QByteArray> bytes = NoteText::fromBase64(rest.sliced(space + 1));
    if (!bytes)
        throw malformed(QStringLiteral("a signature is not Base64."));
    const auto idLength = static_cast<qsizetype>(signature.id.size());
    if (bytes->size() <= idLength)
        throw malformed(QStringLiteral("a signature is too short."));
    std::copy_n(bytes->cbegin(), idLength, signature.id.begin());
    signature.signature = bytes->sliced(idLength);
    return signature;
}

} // namespace

SignedNote SignedNote::parse(const QByteArray &note)
{
    if (note.size() > kMostBytes)
        throw malformed(QStringLiteral("it has more than %1 bytes.").arg(kMostBytes));
    if (!NoteText::isFit(note))
        throw malformed(QStringLiteral("it is not UTF-8, has control characters, or does not end with a line feed."));
    const qsizetype end = note.lastIndexOf("\n\n");
    if (end < 0)
        throw malformed(QStringLiteral("no empty line stands between a text and signatures."));

    SignedNote parsed;
    parsed.m_text = note.first(end + 1);
    for (qsizetype at = end + 2; at < note.size();) {
        if (parsed.m_signatures.size() == kMostSignatures)
            throw malformed(QStringLiteral("it has more than %1 signatures.").arg(kMostSignatures));
        const qsizetype lineEnd = note.indexOf('\n', at);
        parsed.m_signatures.append(parseSignature(QByteArrayView(note).sliced(at, lineEnd - at)));
        at = lineEnd + 1;
    }
    if (parsed.m_signatures.isEmpty())
        throw malformed(QStringLiteral("it has no signature."));
    return parsed;
}

SignedNote SignedNote::sign(const QByteArray &text, const QList<SigningKey> &keys)
{
    if (!NoteText::isFit(text))
        throw InvalidInputError(
            QStringLiteral("Only UTF-8 without control characters that ends with a line feed can be "
                           "signed as a note."));
    if (keys.isEmpty() || keys.size() > kMostSignatures)
        throw InvalidInputError(
            QStringLiteral("A note is signed by 1 to %1 keys, not by %2.").arg(kMostSignatures).arg(keys.size()));
    SignedNote note;
    note.m_text = text;
    for (const SigningKey &key : keys)
        note.m_signatures.append({key.verifier().name(), key.verifier().id(), key.sign(text)});
    if (note.toBytes().size() > kMostBytes)
        throw InvalidInputError(QStringLiteral("A note has at most %1 bytes.").arg(kMostBytes));
    return note;
}

QByteArray SignedNote::toBytes() const
{
    QByteArray bytes = m_text + '\n';
    for (const Signature &signature : m_signatures) {
        const QByteArray id(reinterpret_cast<const char *>(signature.id.data()),
                            static_cast<qsizetype>(signature.id.size()));
        bytes += kDash.toByteArray() + signature.name.toUtf8() + ' ' + (id + signature.signature).toBase64() + '\n';
    }
    return bytes;
}

QList<VerifierKey> SignedNote::verify(const QList<VerifierKey> &known) const
{
    QList<VerifierKey> signers;
    for (const Signature &signature : m_signatures) {
        bool isKnown = false;
        bool isGood = false;
        for (const VerifierKey &key : known) {
            if (key.name() != signature.name || key.id() != signature.id)
                continue;
            isKnown = true;
            if (!key.hasSigned(m_text, signature.signature))
                continue;
            isGood = true;
            if (!signers.contains(key))
                signers.append(key);
        }
        if (isKnown && !isGood)
            throw NoteError(NoteError::Cause::BadSignature,
                            QStringLiteral("The signature of %1 does not fit the text: one of the two was changed.")
                                .arg(signature.name));
    }
    if (signers.isEmpty())
        throw NoteError(NoteError::Cause::NotSigned, QStringLiteral("It is signed by no key that is trusted."));
    return signers;
}

} // namespace andon
