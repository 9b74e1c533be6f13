// SPDX-License-Identifier: Apache-2.0
#include "core/audit/note/TlogProof.h"

#include "core/audit/note/NoteText.h"
#include "core/audit/seal/MerkleProof.h"

namespace andon {

namespace {

constexpr QByteArrayView kHeader = "c2sp.org/tlog-proof@v1";
constexpr QByteArrayView kExtra = "extra ";
constexpr QByteArrayView kIndex = "index ";

NoteError malformed(const QString &why)
{
    return {NoteError::Cause::Malformed, QStringLiteral("This is no proof of an entry: ") + why};
}

/// Takes lines from the front of a file.
class Lines
{
public:
    explicit Lines(QByteArrayView file)
        : m_rest(file)
    {
    }

    /// The next line, its line feed left out. Throws NoteError where none ends any more.
    QByteArrayView next()
    {
        const qsizetype end = m_rest.indexOf('\n');
        if (end < 0)
            throw malformed(QStringLiteral("it ends too early."));
        const QByteArrayView line = m_rest.first(end);
        m_rest = m_rest.sliced(end + 1);
        return line;
    }

    [[nodiscard]] QByteArrayView rest() const { return m_rest; }

private:
    QByteArrayView m_rest;
};

} // namespace

TlogProof TlogProof::parse(const QByteArray &file)
{
    if (file.size() > kMostBytes)
        throw malformed(QStringLiteral("it has more than %1 bytes.").arg(kMostBytes));
    Lines lines(file);
    if (lines.next() != kHeader)
        throw malformed(QStringLiteral("its first line is not c2sp.org/tlog-proof@v1."));

    TlogProof proof;
    QByteArrayView line = lines.next();
    if (line.startsWith(kExtra)) {
        proof.extra = NoteText::fromBase64(line.sliced(kExtra.size()));
        if (!proof.extra || proof.extra->isEmpty())
            throw malformed(QStringLiteral("its extra data are not Base64, or there are none."));
        line = lines.next();
    }

    const std::optional<qint64> index = line.startsWith(kIndex) ? NoteText::fromDecimal(line.sliced(kIndex.size()))
                                                                : std::nullopt;
    if (!index)
        throw malformed(QStringLiteral("it does not say the index of the entry."));
    proof.index = *index;

    for (line = lines.next(); !line.isEmpty(); line = lines.next()) {
        const std::optional<TreeHash> hash = treeHashFromBase64(line);
        if (!hash)
            throw malformed(QStringLiteral("a hash is not the Base64 of 32 bytes."));
        if (proof.hashes.size() == kMostHashes)
            throw malformed(QStringLiteral("it has more than %1 hashes.").arg(kMostHashes));
        proof.hashes.push_back(*hash);
    }

    proof.checkpoint = lines.rest().toByteArray();
    (void)Checkpoint::parse(SignedNote::parse(proof.checkpoint).text());
    return proof;
}

QByteArray TlogProof::toBytes() const
{
    QByteArray file = kHeader.toByteArray() + '\n';
    if (extra && !extra->isEmpty())
        file += kExtra.toByteArray() + extra->toBase64() + '\n';
    file += kIndex.toByteArray() + QByteArray::number(index) + '\n';
    for (const TreeHash &hash : hashes)
        file += toBase64(hash) + '\n';
    return file + '\n' + checkpoint;
}

TlogProof::Proven TlogProof::verify(const TreeHash &leaf, const QList<VerifierKey> &known) const
{
    Proven proven = openCheckpoint(checkpoint, known);
    requireIncluded(leaf, proven.checkpoint);
    return proven;
}

TlogProof::Proven TlogProof::openCheckpoint(const QByteArray &note, const QList<VerifierKey> &known)
{
    const SignedNote signedNote = SignedNote::parse(note);
    QList<VerifierKey> keys = signedNote.verify(known);
    return {Checkpoint::parse(signedNote.text()), std::move(keys)};
}

void TlogProof::requireIncluded(const TreeHash &leaf, const Checkpoint &signedTree) const
{
    if (!isIncluded(leaf, index, signedTree.size, hashes, signedTree.root))
        throw NoteError(NoteError::Cause::NotIncluded,
                        QStringLiteral("The entry is not number %1 of the log that the checkpoint was made of: the "
                                       "entry, the proof or the checkpoint is another one.")
                            .arg(index));
}

} // namespace andon
