// SPDX-License-Identifier: Apache-2.0
// Signed notes are judged as C2SP signed-note says.

#include "core/audit/note/SignedNote.h"
#include "tests/support/NoteSamples.h"
#include "tests/support/Thrown.h"

#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

using Cause = NoteError::Cause;

const QByteArray kDash = "\xe2\x80\x94 ";

/// A line of a signature by a key that nobody knows.
QByteArray strangeLine(const QByteArray &name = "stranger")
{
    return kDash + name + ' ' + QByteArray(68, 'x').toBase64() + '\n';
}

std::optional<Cause> parseFailure(const QByteArray &note)
{
    const auto error = thrown<NoteError>([&note] { (void)SignedNote::parse(note); });
    return error ? std::optional(error->why()) : std::nullopt;
}

std::optional<Cause> verifyFailure(const QByteArray &note, const QList<VerifierKey> &known)
{
    const auto error = thrown<NoteError>([&note, &known] { (void)SignedNote::parse(note).verify(known); });
    return error ? std::optional(error->why()) : std::nullopt;
}

VerifierKey goKey()
{
    return VerifierKey::parse(samples::kGoVerifier);
}

} // namespace

class TestSignedNote : public QObject
{
    Q_OBJECT

private slots:
    void exampleOfTheSpecificationIsRead();
    void exampleOfGoVerifies();
    void exampleOfGoIsSignedAlike();
    void changedTextIsRefused();
    void unknownKeysAreIgnored();
    void sameNameOrIdAloneIsUnknown();
    void badSignatureOfAKnownKeyRejectsTheNote();
    void keyThatIsKnownTwiceSignsOnce();
    void severalKeysSign();
    void oneSignerIsNamedOnce();
    void numberOfSignaturesIsBounded();
    void sizeIsBounded();
    void lastEmptyLineSeparates();
    void whatIsReadIsWrittenAlike();
    void malformedNotesAreRefused_data();
    void malformedNotesAreRefused();
    void oddNotesAreTaken_data();
    void oddNotesAreTaken();
    void unfitTextsAreNotSigned();
};

void TestSignedNote::exampleOfTheSpecificationIsRead()
{
    const SignedNote note = SignedNote::parse(samples::kSpecificationNote);
    QCOMPARE(note.text(), samples::kSpecificationText);
    QCOMPARE(note.signatures().size(), 1);
    const SignedNote::Signature &signature = note.signatures().constFirst();
    QCOMPARE(signature.name, QStringLiteral("quasimodo.example/salvatore"));
    QCOMPARE(signature.id, (KeyId{0x36, 0x7b, 0xa0, 0x4b}));
    QCOMPARE(signature.signature.size(), 64);
    QCOMPARE(note.toBytes(), samples::kSpecificationNote);
    QCOMPARE(verifyFailure(samples::kSpecificationNote, {goKey()}), Cause::NotSigned);
}

void TestSignedNote::exampleOfGoVerifies()
{
    const SignedNote note = SignedNote::parse(samples::kGoNote);
    QCOMPARE(note.text(), samples::kGoText);
    QCOMPARE(note.verify({goKey()}), QList{goKey()});
    QCOMPARE(note.verify({VerifierKey::parse(samples::kSumVerifier), goKey()}), QList{goKey()});
    QCOMPARE(note.toBytes(), samples::kGoNote);
}

void TestSignedNote::exampleOfGoIsSignedAlike()
{
    QCOMPARE(SignedNote::sign(samples::kGoText, {SigningKey::parse(samples::kGoSigner)}).toBytes(), samples::kGoNote);
}

void TestSignedNote::changedTextIsRefused()
{
    for (qsizetype i = 0; i < samples::kGoNote.size(); ++i) {
        QByteArray note = samples::kGoNote;
        note[i] = static_cast<char>(note.at(i) ^ 1);
        QVERIFY2(verifyFailure(note, {goKey()}), qPrintable(QString::number(i)));
    }
    QCOMPARE(verifyFailure("A" + samples::kGoNote, {goKey()}), Cause::BadSignature);
    QCOMPARE(verifyFailure("\n" + samples::kGoNote, {goKey()}), Cause::BadSignature);
    QCOMPARE(verifyFailure(samples::kGoText + "\n\n" + samples::kGoSignature, {goKey()}), Cause::BadSignature);
}

void TestSignedNote::unknownKeysAreIgnored()
{
    QCOMPARE(SignedNote::parse(samples::kGoText + '\n' + strangeLine() + samples::kGoSignature + strangeLine())
                 .verify({goKey()}),
             QList{goKey()});
    QCOMPARE(verifyFailure(samples::kGoText + '\n' + strangeLine(), {goKey()}), Cause::NotSigned);
    QCOMPARE(verifyFailure(samples::kGoNote, {}), Cause::NotSigned);
    // A signature of another algorithm, which may have any length.
    QVERIFY(!verifyFailure(samples::kGoNote + kDash + "witness.example " + QByteArray(5, 'x').toBase64() + '\n' + kDash
                               + "witness.example " + QByteArray(5000, 'x').toBase64() + '\n',
                           {goKey()}));
}

void TestSignedNote::sameNameOrIdAloneIsUnknown()
{
    const SigningKey namesake = SigningKey::make(QStringLiteral("PeterNeumann"));
    QVERIFY(namesake.verifier().id() != goKey().id());
    QCOMPARE(verifyFailure(SignedNote::sign(samples::kGoText, {namesake}).toBytes(), {goKey()}), Cause::NotSigned);

    const QByteArray sameId = kDash + "other " + QByteArray::fromHex("c74f20a3").append(QByteArray(64, 'x')).toBase64()
        + '\n';
    QCOMPARE(verifyFailure(samples::kGoText + '\n' + sameId, {goKey()}), Cause::NotSigned);
    QVERIFY(!verifyFailure(samples::kGoNote + sameId, {goKey()}));
}

void TestSignedNote::badSignatureOfAKnownKeyRejectsTheNote()
{
    const QByteArray id = QByteArray::fromHex("c74f20a3");
    for (const qsizetype length : {1, 63, 64, 65}) {
        const QByteArray bad = kDash + "PeterNeumann " + (id + QByteArray(length, 'x')).toBase64() + '\n';
        QCOMPARE(verifyFailure(samples::kGoText + '\n' + bad, {goKey()}), Cause::BadSignature);
        QCOMPARE(verifyFailure(samples::kGoText + '\n' + bad + samples::kGoSignature, {goKey()}), Cause::BadSignature);
        QCOMPARE(verifyFailure(samples::kGoNote + bad, {goKey()}), Cause::BadSignature);
    }
    const SigningKey other = SigningKey::make(QStringLiteral("other"));
    const QByteArray good =
        SignedNote::sign("another text\n", {other}).toBytes().sliced(QByteArray("another text\n\n").size());
    QCOMPARE(verifyFailure(samples::kGoNote + good, {goKey(), other.verifier()}), Cause::BadSignature);
    QVERIFY(!verifyFailure(samples::kGoNote + good, {goKey()}));
}

void TestSignedNote::keyThatIsKnownTwiceSignsOnce()
{
    QCOMPARE(SignedNote::parse(samples::kGoNote).verify({goKey(), goKey()}), QList{goKey()});
}

void TestSignedNote::severalKeysSign()
{
    const SigningKey one = SigningKey::make(QStringLiteral("one.example"));
    const SigningKey two = SigningKey::make(QStringLiteral("two.example"));
    const SignedNote note = SignedNote::parse(SignedNote::sign("text\n", {one, two}).toBytes());
    QCOMPARE(note.verify({two.verifier(), one.verifier()}), (QList{one.verifier(), two.verifier()}));
    QCOMPARE(note.verify({two.verifier()}), QList{two.verifier()});
}

void TestSignedNote::oneSignerIsNamedOnce()
{
    QCOMPARE(SignedNote::parse(samples::kGoNote + samples::kGoSignature).verify({goKey()}), QList{goKey()});
}

void TestSignedNote::numberOfSignaturesIsBounded()
{
    QByteArray note = samples::kGoText + '\n';
    for (int i = 1; i < SignedNote::kMostSignatures; ++i)
        note += strangeLine("stranger" + QByteArray::number(i));
    note += samples::kGoSignature;
    QCOMPARE(SignedNote::parse(note).signatures().size(), 100);
    QCOMPARE(SignedNote::parse(note).verify({goKey()}), QList{goKey()});
    QCOMPARE(parseFailure(note + strangeLine()), Cause::Malformed);

    const QList<SigningKey> keys(101, SigningKey::parse(samples::kGoSigner));
    QCOMPARE(SignedNote::parse(SignedNote::sign(samples::kGoText, keys.first(100)).toBytes()).signatures().size(), 100);
    QVERIFY(thrown<InvalidInputError>([&keys] { (void)SignedNote::sign(samples::kGoText, keys); }));
}

void TestSignedNote::sizeIsBounded()
{
    const SigningKey key = SigningKey::parse(samples::kGoSigner);
    const qsizetype others = SignedNote::sign("\n", {key}).toBytes().size();
    const QByteArray text = QByteArray(SignedNote::kMostBytes - others, 'x') + '\n';
    const QByteArray note = SignedNote::sign(text, {key}).toBytes();
    QCOMPARE(note.size(), SignedNote::kMostBytes);
    QVERIFY(!verifyFailure(note, {goKey()}));
    QCOMPARE(parseFailure('x' + note), Cause::Malformed);
    QVERIFY(thrown<InvalidInputError>([&] { (void)SignedNote::sign('x' + text, {key}); }));
}

void TestSignedNote::lastEmptyLineSeparates()
{
    const SigningKey key = SigningKey::parse(samples::kGoSigner);
    const QByteArray text = samples::kGoNote + "\n\nmore\n\n"; // a note within a note, and empty lines about it
    const SignedNote note = SignedNote::parse(SignedNote::sign(text, {key}).toBytes());
    QCOMPARE(note.text(), text);
    QCOMPARE(note.signatures().size(), 1);
    QCOMPARE(note.verify({goKey()}), QList{goKey()});
    QCOMPARE(parseFailure(samples::kGoNote + '\n'), Cause::Malformed); // the last empty line has no signature below
}

void TestSignedNote::whatIsReadIsWrittenAlike()
{
    for (const QByteArray &note :
         {samples::kSpecificationNote, samples::kGoNote, samples::kCheckpointNote, samples::kGoNote + strangeLine(),
          "\n\n" + strangeLine("\xef\xbb\xbfmark"), "\xef\xbb\xbftext\n\n" + strangeLine()})
        QCOMPARE(SignedNote::parse(note).toBytes(), note);
}

void TestSignedNote::malformedNotesAreRefused_data()
{
    QTest::addColumn<QByteArray>("note");
    const QByteArray text = "text\n";
    const QByteArray base64 = QByteArray(68, 'x').toBase64();
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("line feed") << QByteArray("\n");
    QTest::newRow("line feeds") << QByteArray("\n\n\n");
    QTest::newRow("text alone") << text;
    QTest::newRow("no signature") << text + '\n';
    QTest::newRow("no empty line") << text + strangeLine();
    QTest::newRow("no text") << '\n' + strangeLine();
    QTest::newRow("signature alone") << strangeLine();
    QTest::newRow("no line feed at the end") << (text + '\n' + strangeLine()).chopped(1);
    QTest::newRow("text behind signatures") << text + '\n' + strangeLine() + text;
    QTest::newRow("text between signatures") << text + '\n' + strangeLine() + text + strangeLine();
    QTest::newRow("empty line behind") << text + '\n' + strangeLine() + '\n';
    QTest::newRow("carriage returns") << QByteArray(text + '\n' + strangeLine()).replace("\n", "\r\n");
    QTest::newRow("carriage return") << "te\rxt\n\n" + strangeLine();
    QTest::newRow("tab") << "te\txt\n\n" + strangeLine();
    QTest::newRow("zero") << QByteArray("te\0xt\n\n", 7) + strangeLine();
    QTest::newRow("escape") << "te\x1bxt\n\n" + strangeLine();
    QTest::newRow("control in a name") << text + '\n' + strangeLine("a\x01z");
    QTest::newRow("tab in a name") << text + '\n' + strangeLine("a\tb");
    QTest::newRow("not UTF-8") << "te\xffxt\n\n" + strangeLine();
    QTest::newRow("overlong UTF-8") << "te\xc0\xafxt\n\n" + strangeLine();
    QTest::newRow("surrogate") << "te\xed\xa0\x80xt\n\n" + strangeLine();
    QTest::newRow("cut UTF-8") << text + '\n' + strangeLine("a\xe2\x80");
    QTest::newRow("hyphen") << text + "\n- name " + base64 + '\n';
    QTest::newRow("en dash") << text + "\n\xe2\x80\x93 name " + base64 + '\n';
    QTest::newRow("no space") << text + "\n\xe2\x80\x94name " + base64 + '\n';
    QTest::newRow("no name") << text + '\n' + kDash + base64 + '\n';
    QTest::newRow("empty name") << text + '\n' + kDash + ' ' + base64 + '\n';
    QTest::newRow("plus in a name") << text + '\n' + strangeLine("a+b");
    QTest::newRow("space in a name") << text + '\n' + strangeLine("a b");
    QTest::newRow("wide space in a name") << text + '\n' + strangeLine("a\xe2\x80\x83z");
    QTest::newRow("no-break space in a name") << text + '\n' + strangeLine("a\xc2\xa0z");
    QTest::newRow("name alone") << text + '\n' + kDash + "name\n";
    QTest::newRow("empty signature") << text + '\n' + kDash + "name \n";
    QTest::newRow("two spaces") << text + '\n' + kDash + "name  " + base64 + '\n';
    QTest::newRow("space behind") << text + '\n' + kDash + "name " + base64 + " \n";
    QTest::newRow("two signatures in a line") << text + '\n' + kDash + "name " + base64 + ' ' + base64 + '\n';
    QTest::newRow("no padding") << text + '\n' + kDash + "name " + QByteArray(base64).replace("=", "") + '\n';
    QTest::newRow("padding amiss") << text + '\n' + kDash + "name " + base64 + "=\n";
    QTest::newRow("padding within") << text + '\n' + kDash + "name eHh4eA==" + base64 + '\n';
    QTest::newRow("unused bits") << text + '\n' + kDash + "name eHh4eHh=\n";
    QTest::newRow("URL alphabet") << text + '\n' + kDash + "name ____" + base64 + '\n';
    QTest::newRow("no ASCII") << text + '\n' + kDash + "name " + base64 + "\xe2\x80\x83x\n";
    QTest::newRow("no ASCII within") << text + '\n' + kDash + "name x41g\xe2\x80\x83x" + base64 + '\n';
    QTest::newRow("no Base64") << text + '\n' + kDash + "name !!!!\n";
    QTest::newRow("id alone") << text + '\n' + kDash + "name " + QByteArray(4, 'x').toBase64() + '\n';
    QTest::newRow("less than an id") << text + '\n' + kDash + "name " + QByteArray(3, 'x').toBase64() + '\n';
    QTest::newRow("good one, then a bad one") << samples::kGoNote + kDash + "name !!!!\n";
}

void TestSignedNote::malformedNotesAreRefused()
{
    QFETCH(QByteArray, note);
    QCOMPARE(parseFailure(note), Cause::Malformed);
}

void TestSignedNote::oddNotesAreTaken_data()
{
    QTest::addColumn<QByteArray>("note");
    QTest::newRow("empty line as text") << "\n\n" + strangeLine();
    QTest::newRow("dashes in the text") << strangeLine() + '\n' + strangeLine();
    QTest::newRow("delete character") << "te\x7fxt\n\n" + strangeLine();
    QTest::newRow("C1 control") << "te\xc2\x85xt\n\n" + strangeLine();
    QTest::newRow("one byte of signature") << "text\n\n" + kDash + "name " + QByteArray(5, 'x').toBase64() + '\n';
    QTest::newRow("unicode name") << "text\n\n" + strangeLine("\xf0\x9f\x94\x92/\xe6\x97\xa5");
}

void TestSignedNote::oddNotesAreTaken()
{
    QFETCH(QByteArray, note);
    QVERIFY(!parseFailure(note));
    QCOMPARE(SignedNote::parse(note).toBytes(), note);
}

void TestSignedNote::unfitTextsAreNotSigned()
{
    const QList keys{SigningKey::parse(samples::kGoSigner)};
    for (const QByteArray &text : {QByteArray(), QByteArray("text"), QByteArray("te\txt\n"), QByteArray("\xff\n"),
                                   QByteArray("te\r\n"), QByteArray("\0\n", 2)})
        QVERIFY(thrown<InvalidInputError>([&] { (void)SignedNote::sign(text, keys); }));
    QVERIFY(thrown<InvalidInputError>([] { (void)SignedNote::sign("text\n", {}); }));
}

QTEST_APPLESS_MAIN(TestSignedNote)
#include "tst_signednote.moc"
