// SPDX-License-Identifier: Apache-2.0
// The tree is that of RFC 9162, and no proof is taken that is not its own.

#include "core/audit/seal/MerkleProof.h"
#include "core/audit/seal/MerkleTree.h"
#include "tests/support/MemoryTree.h"

#include <QtTest>

#include <algorithm>
#include <limits>

using namespace andon;
using namespace andon::test;

namespace {

using Proof = std::vector<TreeHash>;

constexpr qint64 kLargest = 300;

QByteArray hex(const TreeHash &hash)
{
    return QByteArray(reinterpret_cast<const char *>(hash.data()), static_cast<qsizetype>(hash.size())).toHex();
}

TreeHash flipped(TreeHash hash)
{
    hash.at(17) ^= 0x20;
    return hash;
}

/// What is no longer the proof: shorter, longer, in another order, with another bit.
std::vector<Proof> spoilt(const Proof &proof)
{
    std::vector<Proof> all;
    const auto add = [&all, &proof](const auto &spoil) {
        Proof other = proof;
        spoil(other);
        if (other != proof)
            all.push_back(other);
    };
    for (std::ptrdiff_t i = 0; i < std::ssize(proof); ++i) {
        add([i](Proof &hashes) { hashes.erase(hashes.begin() + i); });
        add([i](Proof &hashes) {
            hashes.at(static_cast<std::size_t>(i)) = flipped(hashes.at(static_cast<std::size_t>(i)));
        });
        add([i](Proof &hashes) { hashes.at(static_cast<std::size_t>(i)) = TreeHash{}; });
        add([i](Proof &hashes) { hashes.insert(hashes.begin() + i, hashes.at(static_cast<std::size_t>(i))); });
        if (i > 0)
            add([i](Proof &hashes) { std::swap(hashes.at(static_cast<std::size_t>(i)), hashes.front()); });
    }
    add([](Proof &hashes) { hashes.push_back(emptyTreeHash()); });
    add([](Proof &hashes) { hashes.insert(hashes.begin(), emptyTreeHash()); });
    add([](Proof &hashes) { hashes.clear(); });
    return all;
}

/// All sizes up to 17, and those about the powers of two.
bool isSampled(qint64 size)
{
    return size <= 17 || (size >= 31 && size <= 33) || size == 63 || size == 100 || size == 127 || size == 257
        || size == kLargest;
}

} // namespace

class TestMerkleTree : public QObject
{
    Q_OBJECT

private slots:
    void publishedRoots();
    void edgeIsTheReference();
    void edgeResumesAtAnySize();
    void edgeTakesWholeSubtrees();
    void everyInclusionProofHolds();
    void everyConsistencyProofHolds();
    void spoiltInclusionProofsAreRefused();
    void spoiltConsistencyProofsAreRefused();
    void inclusionInNoTreeIsRefused();
    void consistencyOfNoTreesIsRefused();
    void emptyTreeBeginsEveryTree();
    void hugeSizesEnd();
    void proofsReadFewNodes();
    void hashesAreExactly32Bytes();
};

void TestMerkleTree::publishedRoots()
{
    // Leaves and roots as the tests of Certificate Transparency's Merkle trees publish them (RFC 6962's reference code,
    // github.com/google/certificate-transparency, merkletree tests); RFC 9162 has the same tree.
    const QByteArrayList leaves{
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    const QByteArrayList roots{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    MemoryTree nodes;
    MerkleTree tree(nodes);
    QCOMPARE(hex(tree.root(0)), QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(nodes.edge().root(), tree.root(0));
    for (qsizetype i = 0; i < leaves.size(); ++i) {
        nodes.append(leafHash(QByteArray::fromHex(leaves.at(i)).toStdString()));
        QCOMPARE(hex(tree.root(i + 1)), roots.at(i));
        QCOMPARE(hex(nodes.edge().root()), roots.at(i));
    }
    QCOMPARE(hex(tree.root(5)), roots.at(4)); // an earlier size, later on
}

void TestMerkleTree::edgeIsTheReference()
{
    MemoryTree nodes;
    ReferenceTree reference;
    for (qint64 size = 1; size <= kLargest; ++size) {
        nodes.append(numberedLeaf(size - 1));
        QCOMPARE(nodes.edge().size(), size);
        QCOMPARE(nodes.edge().root(), reference.hash(0, size));
    }
    QVERIFY(nodes.isInOrder());
    MerkleTree tree(nodes);
    for (qint64 size = 0; size <= kLargest; ++size)
        QCOMPARE(tree.root(size), reference.hash(0, size));
}

void TestMerkleTree::edgeResumesAtAnySize()
{
    MemoryTree nodes(kLargest);
    ReferenceTree reference;
    for (qint64 size = 0; size < kLargest; ++size) {
        (void)nodes.takeReads();
        TreeEdge edge(size, nodes);
        QCOMPARE(nodes.takeReads(), std::popcount(static_cast<quint64>(size)));
        QCOMPARE(edge.root(), reference.hash(0, size));
        qint64 completed = 0;
        edge.append(numberedLeaf(size), [&completed](const TreeHash &) { ++completed; });
        QCOMPARE(completed, 1 + std::countr_one(static_cast<quint64>(size)));
        QCOMPARE(edge.size(), size + 1);
        QCOMPARE(edge.root(), reference.hash(0, size + 1));
    }
}

void TestMerkleTree::edgeTakesWholeSubtrees()
{
    ReferenceTree reference;
    TreeEdge edge;
    for (const int level : {5, 5, 4, 4, 5, 2, 0, 0, 1, 3}) {
        const qint64 begin = edge.size();
        const qint64 end = begin + (qint64{1} << level);
        edge.appendSubtree(level, reference.hash(begin, end));
        QCOMPARE(edge.size(), end);
        QCOMPARE(edge.root(), reference.hash(0, end));
    }
    edge.append(numberedLeaf(edge.size()), [](const TreeHash &) {});
    QCOMPARE(edge.root(), reference.hash(0, edge.size()));
}

void TestMerkleTree::everyInclusionProofHolds()
{
    MemoryTree nodes(kLargest);
    MerkleTree tree(nodes);
    ReferenceTree reference;
    for (qint64 size = 1; size <= kLargest; ++size) {
        const TreeHash root = reference.hash(0, size);
        for (qint64 leaf = 0; leaf < size; ++leaf) {
            const Proof proof = tree.inclusionProof(leaf, size);
            if (proof != reference.path(leaf, 0, size) || !isIncluded(numberedLeaf(leaf), leaf, size, proof, root))
                QFAIL(qPrintable(QStringLiteral("leaf %1 of %2").arg(leaf).arg(size)));
        }
    }
}

void TestMerkleTree::everyConsistencyProofHolds()
{
    MemoryTree nodes(kLargest);
    MerkleTree tree(nodes);
    ReferenceTree reference;
    for (qint64 later = 1; later <= kLargest; ++later) {
        const TreeHash root = reference.hash(0, later);
        for (qint64 earlier = 1; earlier <= later; ++earlier) {
            const Proof proof = tree.consistencyProof(earlier, later);
            if (proof != reference.subproof(earlier, 0, later, true)
                || !isConsistent(earlier, reference.hash(0, earlier), later, root, proof))
                QFAIL(qPrintable(QStringLiteral("%1 of %2").arg(earlier).arg(later)));
        }
    }
}

void TestMerkleTree::spoiltInclusionProofsAreRefused()
{
    MemoryTree nodes(kLargest);
    MerkleTree tree(nodes);
    qint64 refused = 0;
    for (qint64 size = 1; size <= kLargest; ++size) {
        if (!isSampled(size))
            continue;
        const TreeHash root = tree.root(size);
        for (qint64 index = 0; index < size; index += 1 + size / 40) {
            const TreeHash leaf = numberedLeaf(index);
            const Proof proof = tree.inclusionProof(index, size);
            std::vector<bool> taken;
            for (const Proof &other : spoilt(proof))
                taken.push_back(isIncluded(leaf, index, size, other, root));
            for (const qint64 other : {index - 1, index + 1, index ^ 2, size - 1 - index, size, -1 - index}) {
                if (other != index)
                    taken.push_back(isIncluded(leaf, other, size, proof, root));
            }
            taken.push_back(isIncluded(flipped(leaf), index, size, proof, root));
            taken.push_back(isIncluded(numberedLeaf(index + 1), index, size, proof, root));
            taken.push_back(isIncluded(leaf, index, size, proof, flipped(root)));
            taken.push_back(isIncluded(leaf, index, size, proof, emptyTreeHash()));
            taken.push_back(isIncluded(leaf, index, size, proof, TreeHash{}));
            taken.push_back(isIncluded(leaf, index, size + 1, proof, tree.root(std::min(size + 1, kLargest)))
                            && size < kLargest);
            taken.push_back(isIncluded(leaf, index, size * 4, proof, root));
            taken.push_back(isIncluded(leaf, index, 0, proof, root));
            taken.push_back(isIncluded(leaf, index, -size, proof, root));
            if (std::find(taken.begin(), taken.end(), true) != taken.end())
                QFAIL(qPrintable(QStringLiteral("leaf %1 of %2").arg(index).arg(size)));
            refused += static_cast<qint64>(taken.size());
        }
    }
    QVERIFY(refused > 10'000);
}

void TestMerkleTree::spoiltConsistencyProofsAreRefused()
{
    MemoryTree nodes(kLargest + 1);
    MerkleTree tree(nodes);
    qint64 refused = 0;
    for (qint64 later = 1; later <= kLargest; ++later) {
        if (!isSampled(later))
            continue;
        const TreeHash root = tree.root(later);
        for (qint64 earlier = 1; earlier <= later; earlier += 1 + later / 40) {
            const TreeHash earlierRoot = tree.root(earlier);
            const Proof proof = tree.consistencyProof(earlier, later);
            std::vector<bool> taken;
            for (const Proof &other : spoilt(proof))
                taken.push_back(isConsistent(earlier, earlierRoot, later, root, other));
            for (const TreeHash &other : {flipped(earlierRoot), emptyTreeHash(), TreeHash{}, tree.root(earlier + 1)}) {
                taken.push_back(isConsistent(earlier, other, later, root, proof));
                taken.push_back(isConsistent(earlier, other, later, other, proof) && earlier < later);
            }
            for (const TreeHash &other : {flipped(root), emptyTreeHash(), TreeHash{}, tree.root(later + 1)})
                taken.push_back(isConsistent(earlier, earlierRoot, later, other, proof));
            taken.push_back(isConsistent(earlier - 1, earlierRoot, later, root, proof));
            taken.push_back(isConsistent(earlier - 1, tree.root(earlier - 1), later, root, proof) && !proof.empty());
            taken.push_back(isConsistent(earlier + 1, earlierRoot, later, root, proof));
            taken.push_back(isConsistent(-earlier, earlierRoot, later, root, proof));
            if (earlier < later) {
                taken.push_back(isConsistent(later, root, earlier, earlierRoot, proof));
                taken.push_back(isConsistent(earlier, root, later, earlierRoot, proof));
                taken.push_back(isConsistent(later, earlierRoot, later, root, {}));
            }
            if (std::find(taken.begin(), taken.end(), true) != taken.end())
                QFAIL(qPrintable(QStringLiteral("%1 of %2").arg(earlier).arg(later)));
            refused += static_cast<qint64>(taken.size());
        }
    }
    QVERIFY(refused > 10'000);
}

void TestMerkleTree::inclusionInNoTreeIsRefused()
{
    const TreeHash leaf = numberedLeaf(0);
    QVERIFY(isIncluded(leaf, 0, 1, {}, leaf));
    QVERIFY(!isIncluded(leaf, 0, 0, {}, leaf));
    QVERIFY(!isIncluded(leaf, 0, 0, {}, emptyTreeHash()));
    QVERIFY(!isIncluded(emptyTreeHash(), 0, 0, {}, emptyTreeHash()));
    QVERIFY(!isIncluded(leaf, 1, 1, {}, leaf));
    QVERIFY(!isIncluded(leaf, -1, 1, {}, leaf));
    QVERIFY(!isIncluded(leaf, 0, -1, {}, leaf));
}

void TestMerkleTree::consistencyOfNoTreesIsRefused()
{
    const TreeHash root = numberedLeaf(0);
    QVERIFY(isConsistent(1, root, 1, root, {}));
    QVERIFY(!isConsistent(-1, root, 1, root, {}));
    QVERIFY(!isConsistent(-1, emptyTreeHash(), -1, emptyTreeHash(), {}));
    QVERIFY(!isConsistent(2, root, 1, root, {}));
    QVERIFY(!isConsistent(1, root, 1, root, {root}));
    QVERIFY(!isConsistent(1, root, 2, root, {}));
    QVERIFY(!isConsistent(2, root, 3, root, {}));
    QVERIFY(!isConsistent(3, root, 4, root, {}));
}

void TestMerkleTree::emptyTreeBeginsEveryTree()
{
    MemoryTree nodes(5);
    MerkleTree tree(nodes);
    QVERIFY(tree.consistencyProof(0, 5).empty());
    QVERIFY(tree.consistencyProof(0, 0).empty());
    QVERIFY(isConsistent(0, emptyTreeHash(), 0, emptyTreeHash(), {}));
    QVERIFY(isConsistent(0, emptyTreeHash(), 5, tree.root(5), {}));
    QVERIFY(!isConsistent(0, tree.root(5), 5, tree.root(5), {}));
    QVERIFY(!isConsistent(0, emptyTreeHash(), 0, tree.root(5), {}));
    QVERIFY(!isConsistent(0, emptyTreeHash(), 5, tree.root(5), {tree.root(5)}));
    QVERIFY(!isConsistent(0, emptyTreeHash(), 0, emptyTreeHash(), {emptyTreeHash()}));
}

void TestMerkleTree::hugeSizesEnd()
{
    constexpr qint64 most = std::numeric_limits<qint64>::max();
    const TreeHash hash = numberedLeaf(0);
    for (const std::size_t length : {0U, 1U, 62U, 63U, 64U, 1000U}) {
        const Proof proof(length, hash);
        QVERIFY(!isIncluded(hash, 0, most, proof, hash));
        QVERIFY(!isIncluded(hash, most - 1, most, proof, hash));
        QVERIFY(!isIncluded(hash, most, most, proof, hash));
        QVERIFY(!isConsistent(1, hash, most, hash, proof));
        QVERIFY(!isConsistent(most - 1, hash, most, hash, proof));
    }
}

void TestMerkleTree::proofsReadFewNodes()
{
    MemoryTree nodes(100'000);
    MerkleTree tree(nodes);
    constexpr int levels = 17;
    for (const qint64 leaf : {0, 1, 65'535, 65'536, 99'998, 99'999}) {
        (void)nodes.takeReads();
        const Proof proof = tree.inclusionProof(leaf, 100'000);
        QVERIFY(nodes.takeReads() <= 2 * levels);
        QVERIFY(isIncluded(numberedLeaf(leaf), leaf, 100'000, proof, nodes.edge().root()));
        (void)nodes.takeReads();
        (void)tree.consistencyProof(leaf + 1, 100'000);
        QVERIFY(nodes.takeReads() <= 2 * levels);
    }
}

void TestMerkleTree::hashesAreExactly32Bytes()
{
    const QByteArray bytes(33, 'x');
    for (qsizetype length = 0; length <= 33; ++length) {
        QCOMPARE(treeHashFromBase64(bytes.first(length).toBase64()).has_value(), length == 32);
        QCOMPARE(treeHashFromBytes(bytes.first(length).toStdString()).has_value(), length == 32);
    }
    const TreeHash hash = numberedLeaf(0);
    const QByteArray base64 = toBase64(hash);
    QCOMPARE(treeHashFromBase64(base64), hash);
    QVERIFY(base64.endsWith('='));
    QVERIFY(!treeHashFromBase64(base64.chopped(1)));
    QVERIFY(!treeHashFromBase64(base64 + '='));
    QVERIFY(!treeHashFromBase64(base64 + '\n'));
    QVERIFY(!treeHashFromBase64(' ' + base64));
    QByteArray urlSafe(43, '_');
    QVERIFY(!treeHashFromBase64(urlSafe + '='));
    QByteArray unused = QByteArray(42, 'A') + "B="; // bits that belong to no byte are set
    QCOMPARE(QByteArray::fromBase64(unused).size(), 32);
    QVERIFY(!treeHashFromBase64(unused));
}

QTEST_APPLESS_MAIN(TestMerkleTree)
#include "tst_merkletree.moc"
