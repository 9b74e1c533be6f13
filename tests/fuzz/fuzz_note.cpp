// SPDX-License-Identifier: Apache-2.0
// Any bytes as a signed note and as the text of a checkpoint: they are read, or refused as malformed. What is read is
// written as it was; a note verifies only where libsodium, asked here once more, says that the key has signed its text;
// what is signed verifies, and no longer does with a byte changed.

#include "core/audit/note/Checkpoint.h"
#include "core/audit/note/SignedNote.h"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace andon;

namespace {

void must(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "fuzz_note: %s\n", what);
    std::abort();
}

/// The key of the example in Go's package golang.org/x/mod/sumdb/note: the corpus has a note that it signed.
const SigningKey &knownKey()
{
    static const SigningKey key = SigningKey::parse(
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
    return key;
}

/// Whether a line below the last empty one has a signature by the known key, read without anything of Andon's.
bool isSignedByKnownKey(const QByteArray &note)
{
    static const QByteArray publicKey = QByteArray::fromBase64("GlzZBxQ8OExB6DDFvOEqqIF+xWSaqr8sMTiLNbLXRNY=");
    const QByteArray begin = "\xe2\x80\x94 PeterNeumann x08go";
    const qsizetype end = note.lastIndexOf("\n\n");
    const QByteArray text = note.first(end + 1);
    const QByteArrayList lines = note.sliced(end + 2).split('\n');
    for (const QByteArray &line : lines) {
        if (!line.startsWith(begin))
            continue;
        const QByteArray signature = QByteArray::fromBase64(line.sliced(begin.size() - 5)).sliced(4);
        if (signature.size() == crypto_sign_BYTES
            && crypto_sign_verify_detached(reinterpret_cast<const unsigned char *>(signature.constData()),
                                           reinterpret_cast<const unsigned char *>(text.constData()),
                                           static_cast<unsigned long long>(text.size()),
                                           reinterpret_cast<const unsigned char *>(publicKey.constData()))
                == 0)
            return true;
    }
    return false;
}

void checkNote(const QByteArray &bytes)
{
    SignedNote note;
    try {
        note = SignedNote::parse(bytes);
    } catch (const NoteError &error) {
        must(error.why() == NoteError::Cause::Malformed, "refused for another cause than its form");
        return;
    }
    must(note.toBytes() == bytes, "written otherwise than read");
    must(note.signatures().size() >= 1 && note.signatures().size() <= SignedNote::kMostSignatures, "signatures");
    try {
        const QList<VerifierKey> signers = note.verify({knownKey().verifier()});
        must(signers.size() == 1 && isSignedByKnownKey(bytes), "verified without a signature");
    } catch (const NoteError &error) {
        must(error.why() != NoteError::Cause::Malformed, "malformed once it was read");
    }
}

void checkCheckpoint(const QByteArray &text)
{
    try {
        const Checkpoint checkpoint = Checkpoint::parse(text);
        must(checkpoint.size >= 0 && !checkpoint.origin.isEmpty(), "a checkpoint without size or origin");
        must(checkpoint.toText() == text, "a checkpoint is written otherwise than read");
    } catch (const NoteError &error) {
        must(error.why() == NoteError::Cause::Malformed, "a checkpoint is refused for another cause than its form");
    }
}

void checkSigning(const QByteArray &text)
{
    QByteArray bytes;
    try {
        bytes = SignedNote::sign(text, {knownKey()}).toBytes();
    } catch (const InvalidInputError &) {
        return;
    }
    const SignedNote note = SignedNote::parse(bytes);
    must(note.text() == text, "signed another text");
    must(note.verify({knownKey().verifier()}).size() == 1 && isSignedByKnownKey(bytes), "signed, and not verified");

    QByteArray other = bytes;
    const qsizetype place = text.size() / 2;
    other[place] = other.at(place) == 'a' ? 'b' : 'a';
    try {
        (void)SignedNote::parse(other).verify({knownKey().verifier()});
        must(false, "verified with a byte changed");
    } catch (const NoteError &) {
    }
}

void checkKeys(const QByteArray &text)
{
    try {
        const VerifierKey key = VerifierKey::parse(QString::fromUtf8(text));
        must(key.toString() == QString::fromUtf8(text), "a key is written otherwise than read");
    } catch (const InvalidInputError &) {
    }
    try {
        must(SigningKey::parse(text).toSecretText() == text, "a signing key is written otherwise than read");
    } catch (const InvalidInputError &) {
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    checkNote(bytes);
    checkCheckpoint(bytes);
    const qsizetype end = bytes.lastIndexOf("\n\n");
    if (end >= 0)
        checkCheckpoint(bytes.first(end + 1));
    checkSigning(bytes);
    checkKeys(bytes);
    return 0;
}
