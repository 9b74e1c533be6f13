// SPDX-License-Identifier: Apache-2.0
// Proofs of entries: the format of C2SP tlog-proof, and nothing taken that is not proven.

#include "core/audit/note/TlogProof.h"
#include "tests/support/MemoryTree.h"
#include "tests/support/NoteSamples.h"
#include "tests/support/Thrown.h"

#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

using Cause = NoteError::Cause;

constexpr qint64 kSize = 100;

/// The hashes in the example of C2SP tlog-proof (c2sp.org/tlog-proof); its checkpoint is given in part only.
const QByteArray kPublishedHashes = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
                                    "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
                                    "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
                                    "RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
                                    "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n";

SigningKey key()
{
    return SigningKey::parse(samples::kGoSigner);
}

QByteArray signedCheckpoint(qint64 size, const TreeHash &root)
{
    return SignedNote::sign(Checkpoint{QStringLiteral("PeterNeumann"), size, root, {}}.toText(), {key()}).toBytes();
}

/// Of one leaf in a tree of `kSize`.
TlogProof proofOf(qint64 leaf)
{
    MemoryTree nodes(kSize);
    return {{}, leaf, MerkleTree(nodes).inclusionProof(leaf, kSize), signedCheckpoint(kSize, nodes.edge().root())};
}

std::optional<Cause> failure(const TlogProof &proof, const TreeHash &leaf, const QList<VerifierKey> &known)
{
    const auto error = thrown<NoteError>([&] { (void)proof.verify(leaf, known); });
    return error ? std::optional(error->why()) : std::nullopt;
}

} // namespace

class TestTlogProof : public QObject
{
    Q_OBJECT

private slots:
    void writtenAsTheSpecificationSays();
    void everyLeafIsProven();
    void treeOfOneNeedsNoHash();
    void spoiltProofsAreRefused();
    void otherSignersAreRefused();
    void extraIsKeptAndProvesNothing();
    void mostHashes();
    void malformedProofsAreRefused_data();
    void malformedProofsAreRefused();
};

void TestTlogProof::writtenAsTheSpecificationSays()
{
    const QByteArray file = "c2sp.org/tlog-proof@v1\n"
                            "extra YWdlLXYxLjIuMQ==\n"
                            "index 73894\n"
        + kPublishedHashes + '\n' + samples::kCheckpointNote;
    const TlogProof proof = TlogProof::parse(file);
    QCOMPARE(proof.extra, QByteArray("age-v1.2.1"));
    QCOMPARE(proof.index, 73'894);
    QCOMPARE(proof.hashes.size(), 5U);
    QCOMPARE(toBase64(proof.hashes.front()) + '\n', kPublishedHashes.first(45));
    QCOMPARE(proof.checkpoint, samples::kCheckpointNote);
    QCOMPARE(proof.toBytes(), file);
}

void TestTlogProof::everyLeafIsProven()
{
    for (qint64 leaf = 0; leaf < kSize; ++leaf) {
        const TlogProof proof = TlogProof::parse(proofOf(leaf).toBytes());
        const TlogProof::Proven proven = proof.verify(numberedLeaf(leaf), {key().verifier()});
        QCOMPARE(proven.checkpoint.size, kSize);
        QCOMPARE(proven.keys, QList{key().verifier()});
    }
}

void TestTlogProof::treeOfOneNeedsNoHash()
{
    const TlogProof proof{{}, 0, {}, signedCheckpoint(1, numberedLeaf(0))};
    QCOMPARE(proof.toBytes(), "c2sp.org/tlog-proof@v1\nindex 0\n\n" + proof.checkpoint);
    QVERIFY(!failure(TlogProof::parse(proof.toBytes()), numberedLeaf(0), {key().verifier()}));
    const TlogProof none{{}, 0, {}, signedCheckpoint(0, emptyTreeHash())};
    QCOMPARE(failure(none, emptyTreeHash(), {key().verifier()}), Cause::NotIncluded);
}

void TestTlogProof::spoiltProofsAreRefused()
{
    const QList known{key().verifier()};
    const TreeHash leaf = numberedLeaf(42);
    const TlogProof good = proofOf(42);
    QVERIFY(!failure(good, leaf, known));
    QCOMPARE(failure(good, numberedLeaf(43), known), Cause::NotIncluded);

    TlogProof other = good;
    other.index = 43;
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    other.index = -1;
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    other.index = kSize;
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    other = good;
    other.hashes.pop_back();
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    other = good;
    other.hashes.push_back(leaf);
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    other = good;
    std::swap(other.hashes.front(), other.hashes.back());
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    for (TreeHash &hash : (other = good).hashes) {
        hash.back() ^= 0x80;
        QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
        hash.back() ^= 0x80;
    }
    QVERIFY(!failure(other, leaf, known));

    MemoryTree nodes(kSize);
    other.checkpoint = signedCheckpoint(kSize * 2, nodes.edge().root());
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    other.checkpoint = signedCheckpoint(kSize, emptyTreeHash());
    QCOMPARE(failure(other, leaf, known), Cause::NotIncluded);
    other.checkpoint = QByteArray(good.checkpoint).replace("\n100\n", "\n101\n");
    QCOMPARE(failure(other, leaf, known), Cause::BadSignature);
    other.checkpoint = "no note\n";
    QCOMPARE(failure(other, leaf, known), Cause::Malformed);
    other.checkpoint = SignedNote::sign("a note, and no checkpoint\n", {key()}).toBytes();
    QCOMPARE(failure(other, leaf, known), Cause::Malformed);
}

void TestTlogProof::otherSignersAreRefused()
{
    const TlogProof proof = proofOf(7);
    QCOMPARE(failure(proof, numberedLeaf(7), {}), Cause::NotSigned);
    QCOMPARE(failure(proof, numberedLeaf(7), {VerifierKey::parse(samples::kSumVerifier)}), Cause::NotSigned);
    QVERIFY(!failure(proof, numberedLeaf(7), {VerifierKey::parse(samples::kSumVerifier), key().verifier()}));
}

void TestTlogProof::extraIsKeptAndProvesNothing()
{
    TlogProof proof = proofOf(3);
    const QByteArray plain = proof.toBytes();
    proof.extra = QByteArray("\0any\xff", 5);
    const TlogProof read = TlogProof::parse(proof.toBytes());
    QCOMPARE(read, proof);
    QVERIFY(!failure(read, numberedLeaf(3), {key().verifier()}));
    proof.extra = QByteArray();
    QCOMPARE(proof.toBytes(), plain);
    QVERIFY(!TlogProof::parse(plain).extra);
}

void TestTlogProof::mostHashes()
{
    TlogProof proof = proofOf(3);
    proof.hashes.assign(63, numberedLeaf(3));
    QCOMPARE(TlogProof::parse(proof.toBytes()).hashes.size(), 63U);
    proof.hashes.push_back(numberedLeaf(3));
    QVERIFY(thrown<NoteError>([&] { (void)TlogProof::parse(proof.toBytes()); }));
}

void TestTlogProof::malformedProofsAreRefused_data()
{
    QTest::addColumn<QByteArray>("file");
    const QByteArray header = "c2sp.org/tlog-proof@v1\n";
    const QByteArray note = samples::kCheckpointNote;
    const QByteArray end = kPublishedHashes + '\n' + note;
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("line feed") << QByteArray("\n");
    QTest::newRow("header alone") << header;
    QTest::newRow("no header") << "index 1\n" + end;
    QTest::newRow("another version") << "c2sp.org/tlog-proof@v2\nindex 1\n" + end;
    QTest::newRow("mark before") << "\xef\xbb\xbf" + header + "index 1\n" + end;
    QTest::newRow("empty line before") << '\n' + header + "index 1\n" + end;
    QTest::newRow("carriage returns") << QByteArray(header + "index 1\n" + end).replace("\n", "\r\n");
    QTest::newRow("no index") << header + end;
    QTest::newRow("index twice") << header + "index 1\nindex 1\n" + end;
    for (const char *index : {"", "00", "01", "-1", "+1", " 1", "1 ", "x", "9223372036854775808", "1\t"})
        QTest::addRow("index %s", index) << header + "index " + index + '\n' + end;
    QTest::newRow("index without a space") << header + "index1\n" + end;
    QTest::newRow("index in capitals") << header + "Index 1\n" + end;
    QTest::newRow("extra below") << header + "index 1\nextra eHg=\n" + end;
    QTest::newRow("extra twice") << header + "extra eHg=\nextra eHg=\nindex 1\n" + end;
    QTest::newRow("extra of nothing") << header + "extra \nindex 1\n" + end;
    QTest::newRow("extra alone") << header + "extra\nindex 1\n" + end;
    QTest::newRow("extra that is not Base64") << header + "extra ?\nindex 1\n" + end;
    QTest::newRow("extra that is not ASCII") << header + "extra YWd\xec\nindex 1\n" + end;
    QTest::newRow("extra without padding") << header + "extra eHg\nindex 1\n" + end;
    QTest::newRow("hash of 31 bytes") << header + "index 1\n" + QByteArray(31, 'x').toBase64() + "\n\n" + note;
    QTest::newRow("hash of 33 bytes") << header + "index 1\n" + QByteArray(33, 'x').toBase64() + "\n\n" + note;
    QTest::newRow("hash of nothing but a space") << header + "index 1\n \n\n" + note;
    QTest::newRow("hash in hexadecimal") << header + "index 1\n" + QByteArray(32, 'x').toHex() + "\n\n" + note;
    QTest::newRow("two hashes in a line")
        << header + "index 1\n" + QByteArray(kPublishedHashes).replace("\n", "") + "\n\n" + note;
    QTest::newRow("no empty line") << header + "index 1\n" + kPublishedHashes + note;
    QTest::newRow("two empty lines") << header + "index 1\n" + kPublishedHashes + "\n\n" + note;
    QTest::newRow("no checkpoint") << header + "index 1\n" + kPublishedHashes + '\n';
    QTest::newRow("ends within a hash") << header + "index 1\n" + kPublishedHashes.chopped(1);
    QTest::newRow("checkpoint without a signature") << header + "index 1\n\n" + samples::kCheckpointText;
    QTest::newRow("note that is no checkpoint") << header + "index 1\n\n" + samples::kGoNote;
    QTest::newRow("checkpoint twice") << header + "index 1\n" + end + '\n' + note;
    QTest::newRow("more behind") << header + "index 1\n" + end + "more\n";
    QTest::newRow("too long") << header + "extra " + QByteArray(TlogProof::kMostBytes, 'x').toBase64() + "\nindex 1\n"
            + end;
}

void TestTlogProof::malformedProofsAreRefused()
{
    QFETCH(QByteArray, file);
    const auto error = thrown<NoteError>([&file] { (void)TlogProof::parse(file); });
    QVERIFY(error);
    QCOMPARE(error->why(), Cause::Malformed);
}

QTEST_APPLESS_MAIN(TestTlogProof)
#include "tst_tlogproof.moc"
