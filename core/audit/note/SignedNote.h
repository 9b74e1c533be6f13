// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"
#include "core/audit/note/NoteKey.h"

#include <QByteArray>
#include <QList>

namespace andon {

/// A note that is malformed, or that no known key has signed.
class NoteError : public Error
{
public:
    enum class Cause {
        Malformed,    ///< not a signed note at all
        BadSignature, ///< a known key is named, and its signature does not fit the text
        NotSigned,    ///< by no known key
        NotIncluded,  ///< the tree of a checkpoint that is signed does not hold the entry (TlogProof)
    };

    NoteError(Cause why, const QString &message)
        : Error(message)
        , m_why(why)
    {
    }

    [[nodiscard]] Cause why() const noexcept { return m_why; }

private:
    Cause m_why;
};

/// A text with signatures, as C2SP signed-note defines it.
class SignedNote
{
public:
    /// Signatures in one note at the most: the specification asks for 16 at least.
    static constexpr int kMostSignatures = 100;
    /// Bytes of a note at the most, of a text of `Checkpoint::parse` too.
    static constexpr qsizetype kMostBytes = 1024 * 1024;

    /// Reads a note. What it says must not be believed before `verify`. Throws NoteError (Malformed).
    static SignedNote parse(const QByteArray &note);
    /// Signs a text, which must end with a line feed and be fit for a note: InvalidInputError otherwise.
    static SignedNote sign(const QByteArray &text, const QList<SigningKey> &keys);

    /// The text, its last line feed included.
    [[nodiscard]] const QByteArray &text() const { return m_text; }
    /// The whole note, as `parse` takes it.
    [[nodiscard]] QByteArray toBytes() const;

    /// The keys of these that have signed it, one at least. Signatures of other keys are ignored; one of a known key
    /// that does not fit rejects the note. Throws NoteError (BadSignature, NotSigned).
    [[nodiscard]] QList<VerifierKey> verify(const QList<VerifierKey> &known) const;

    /// A line `— name base64(id ‖ signature)`.
    struct Signature
    {
        QString name;
        KeyId id{};
        QByteArray signature;
    };
    [[nodiscard]] const QList<Signature> &signatures() const { return m_signatures; }

private:
    QByteArray m_text;
    QList<Signature> m_signatures;
};

} // namespace andon
