// SPDX-License-Identifier: Apache-2.0
// The text of a checkpoint is what C2SP tlog-checkpoint says.

#include "core/audit/note/Checkpoint.h"
#include "tests/support/NoteSamples.h"
#include "tests/support/Thrown.h"

#include <QtTest>

#include <limits>

using namespace andon;
using namespace andon::test;

class TestCheckpointNote : public QObject
{
    Q_OBJECT

private slots:
    void exampleOfTheSpecificationIsRead();
    void extensionsAreKept();
    void sizesOfAllLengths();
    void signedAndReadAgain();
    void malformedTextsAreRefused_data();
    void malformedTextsAreRefused();
};

void TestCheckpointNote::exampleOfTheSpecificationIsRead()
{
    const SignedNote note = SignedNote::parse(samples::kCheckpointNote);
    const Checkpoint checkpoint = Checkpoint::parse(note.text());
    QCOMPARE(checkpoint.origin, QStringLiteral("example.com/behind-the-sofa"));
    QCOMPARE(checkpoint.size, 20'852'163);
    QCOMPARE(toBase64(checkpoint.root), QByteArray("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="));
    QVERIFY(checkpoint.extensions.isEmpty());
    QCOMPARE(checkpoint.toText(), samples::kCheckpointText);
    QCOMPARE(note.signatures().constFirst().name, checkpoint.origin);
}

void TestCheckpointNote::extensionsAreKept()
{
    const QByteArray text = samples::kCheckpointText + "one \xc3\xa9\n+two\n";
    const Checkpoint checkpoint = Checkpoint::parse(text);
    QCOMPARE(checkpoint.extensions, (QStringList{QStringLiteral("one \u00e9"), QStringLiteral("+two")}));
    QCOMPARE(checkpoint.toText(), text);
}

void TestCheckpointNote::sizesOfAllLengths()
{
    for (const qint64 size : {qint64{0}, qint64{1}, qint64{10}, std::numeric_limits<qint64>::max()}) {
        const Checkpoint checkpoint{QStringLiteral("\ufefforigin with spaces + more"), size, emptyTreeHash(), {}};
        QCOMPARE(Checkpoint::parse(checkpoint.toText()), checkpoint);
    }
}

void TestCheckpointNote::signedAndReadAgain()
{
    const SigningKey key = SigningKey::make(QStringLiteral("ops-1/andon"));
    const Checkpoint checkpoint{QStringLiteral("ops-1/andon"), 42, leafHash("42"), {}};
    const SignedNote note = SignedNote::parse(SignedNote::sign(checkpoint.toText(), {key}).toBytes());
    QCOMPARE(note.verify({key.verifier()}), QList{key.verifier()});
    QCOMPARE(Checkpoint::parse(note.text()), checkpoint);
}

void TestCheckpointNote::malformedTextsAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("line feed") << QByteArray("\n");
    QTest::newRow("two lines") << QByteArray("origin\n1\n");
    QTest::newRow("no line feed at the end") << "origin\n1\n" + root.chopped(1);
    QTest::newRow("empty origin") << "\n1\n" + root;
    QTest::newRow("empty size") << "origin\n\n" + root;
    QTest::newRow("empty root") << QByteArray("origin\n1\n\n");
    QTest::newRow("empty root, extension") << QByteArray("origin\n1\n\nmore\n");
    QTest::newRow("empty extension") << "origin\n1\n" + root + '\n';
    QTest::newRow("empty extension within") << "origin\n1\n" + root + "\nmore\n";
    for (const char *size : {"00", "01", "-1", "+1", "-0", " 1", "1 ", "1.0", "1e3", "0x1", "x", "9223372036854775808",
                             "18446744073709551616", "\xd9\xa1", "99999999999999999999999999999999999999999999"})
        QTest::newRow(size) << QByteArray("origin\n") + size + '\n' + root;
    QTest::newRow("31 bytes") << "origin\n1\n" + QByteArray(31, 'x').toBase64() + '\n';
    QTest::newRow("33 bytes") << "origin\n1\n" + QByteArray(33, 'x').toBase64() + '\n';
    QTest::newRow("64 bytes") << "origin\n1\n" + QByteArray(64, 'x').toBase64() + '\n';
    QTest::newRow("no padding") << "origin\n1\n" + root.chopped(2) + '\n';
    QTest::newRow("unused bits") << "origin\n1\n" + root.chopped(3) + "J=\n";
    QTest::newRow("hexadecimal root") << "origin\n1\n" + QByteArray(32, 'x').toHex() + '\n';
    QTest::newRow("space behind the root") << "origin\n1\n" + root.chopped(1) + " \n";
    QTest::newRow("carriage returns") << QByteArray(samples::kCheckpointText).replace("\n", "\r\n");
    QTest::newRow("not UTF-8") << "orig\xffin\n1\n" + root;
    QTest::newRow("control character") << "orig\x01in\n1\n" + root;
    QTest::newRow("a whole note") << samples::kCheckpointNote;
    QTest::newRow("too long") << "origin\n1\n" + root + QByteArray(SignedNote::kMostBytes, 'x') + '\n';
}

void TestCheckpointNote::malformedTextsAreRefused()
{
    QFETCH(QByteArray, text);
    const auto error = thrown<NoteError>([&text] { (void)Checkpoint::parse(text); });
    QVERIFY(error);
    QCOMPARE(error->why(), NoteError::Cause::Malformed);
}

QTEST_APPLESS_MAIN(TestCheckpointNote)
#include "tst_checkpointnote.moc"
