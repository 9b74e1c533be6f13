// SPDX-License-Identifier: Apache-2.0
// Any bytes as a proof: they are read, or refused as malformed. What is read is written as it was. With its checkpoint
// signed anew it verifies exactly where RFC 9162's own recursion, written down here once more, leads to the root.

#include "core/audit/note/TlogProof.h"

#include <cstdio>
#include <cstdlib>
#include <span>

using namespace andon;

namespace {

void must(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "fuzz_proof: %s\n", what);
    std::abort();
}

const SigningKey &knownKey()
{
    static const SigningKey key = SigningKey::parse(
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
    return key;
}

/// The root that a proof leads to: RFC 9162, 2.1.3.1, read backwards. Nothing where the number of hashes is wrong.
std::optional<TreeHash> rootOf(const TreeHash &leaf, qint64 index, qint64 size, std::span<const TreeHash> hashes)
{
    if (size == 1)
        return hashes.empty() ? std::optional(leaf) : std::nullopt;
    if (hashes.empty())
        return std::nullopt;
    qint64 left = 1;
    while (left < size - left)
        left *= 2;
    const bool isLeft = index < left;
    const std::span<const TreeHash> below = hashes.first(hashes.size() - 1);
    const std::optional<TreeHash> child = isLeft ? rootOf(leaf, index, left, below)
                                                 : rootOf(leaf, index - left, size - left, below);
    if (!child)
        return std::nullopt;
    return isLeft ? nodeHash(*child, hashes.back()) : nodeHash(hashes.back(), *child);
}

/// Nothing where it verifies.
std::optional<NoteError::Cause> failure(const TlogProof &proof, const TreeHash &leaf)
{
    try {
        const TlogProof::Proven proven = proof.verify(leaf, {knownKey().verifier()});
        must(proven.keys.size() == 1, "proven without a signer");
        return std::nullopt;
    } catch (const NoteError &error) {
        return error.why();
    }
}

TlogProof withCheckpoint(TlogProof proof, const Checkpoint &checkpoint)
{
    proof.checkpoint = SignedNote::sign(checkpoint.toText(), {knownKey()}).toBytes();
    return proof;
}

void checkProof(const TlogProof &proof)
{
    static const TreeHash leaf = leafHash("entry");
    static const TreeHash otherLeaf = leafHash("another entry");
    Checkpoint checkpoint = Checkpoint::parse(SignedNote::parse(proof.checkpoint).text());
    const bool isWithin = proof.index < checkpoint.size;
    const std::optional<TreeHash> root = isWithin ? rootOf(leaf, proof.index, checkpoint.size, proof.hashes)
                                                  : std::nullopt;
    must((!failure(withCheckpoint(proof, checkpoint), leaf)) == (root == checkpoint.root), "judged amiss");

    checkpoint.root = root.value_or(leaf);
    const TlogProof made = withCheckpoint(proof, checkpoint);
    must((!failure(made, leaf)) == root.has_value(), "a proof that leads to the root is refused, or another taken");
    must(failure(made, otherLeaf) == NoteError::Cause::NotIncluded, "taken for another entry");
    must(TlogProof::parse(made.toBytes()) == made, "a made proof is read otherwise");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    TlogProof proof;
    try {
        proof = TlogProof::parse(bytes);
    } catch (const NoteError &error) {
        must(error.why() == NoteError::Cause::Malformed, "refused for another cause than its form");
        return 0;
    }
    must(proof.toBytes() == bytes, "written otherwise than read");
    must(proof.hashes.size() <= TlogProof::kMostHashes && proof.index >= 0, "out of bounds");
    checkProof(proof);
    return 0;
}
