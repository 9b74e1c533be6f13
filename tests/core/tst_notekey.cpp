// SPDX-License-Identifier: Apache-2.0
// Keys of notes: the form of C2SP signed-note's tools, Ed25519 as RFC 8032 has it.

#include "core/Error.h"
#include "core/audit/note/NoteKey.h"
#include "tests/support/NoteSamples.h"
#include "tests/support/Thrown.h"

#include <QtTest>

#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

/// The verifier key of a raw one, both in their text forms.
VerifierKey rawKey(const QByteArray &hex)
{
    const QByteArray bytes = QByteArray::fromHex(hex);
    VerifierKey::PublicKey key;
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return {QStringLiteral("test"), key};
}

} // namespace

class TestNoteKey : public QObject
{
    Q_OBJECT

private slots:
    void publishedKeysAreRead();
    void publishedSigningKeyIsRead();
    void vectorsOfRfc8032_data();
    void vectorsOfRfc8032();
    void weakKeysSignNothing();
    void newKeysDiffer();
    void keysAreMadeInManyThreads();
    void malformedVerifiersAreRefused_data();
    void malformedVerifiersAreRefused();
    void malformedSignersAreRefused_data();
    void malformedSignersAreRefused();
    void namesAreJudged_data();
    void namesAreJudged();
};

void TestNoteKey::publishedKeysAreRead()
{
    for (const QString &text : {samples::kGoVerifier, samples::kSumVerifier}) {
        const VerifierKey key = VerifierKey::parse(text);
        QCOMPARE(key.toString(), text);
        QCOMPARE(key.name(), text.section(u'+', 0, 0));
        QCOMPARE(key.idText(), text.section(u'+', 1, 1));
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(key.id().data()), 4).toHex(), key.idText().toLatin1());
    }
    QVERIFY(!(VerifierKey::parse(samples::kGoVerifier) == VerifierKey::parse(samples::kSumVerifier)));
}

void TestNoteKey::publishedSigningKeyIsRead()
{
    const SigningKey key = SigningKey::parse(samples::kGoSigner);
    QCOMPARE(key.toSecretText(), samples::kGoSigner);
    QCOMPARE(key.verifier().toString(), samples::kGoVerifier);
    QVERIFY(key.verifier().hasSigned(samples::kGoText, key.sign(samples::kGoText)));
    QVERIFY(!key.verifier().hasSigned(samples::kGoText + ' ', key.sign(samples::kGoText)));
}

void TestNoteKey::vectorsOfRfc8032_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("signature");
    // RFC 8032, 7.1
    QTest::newRow("1") << QByteArray("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a") << QByteArray()
                       << QByteArray("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                                     "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    QTest::newRow("2") << QByteArray("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
                       << QByteArray("72")
                       << QByteArray("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                                     "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    QTest::newRow("3") << QByteArray("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
                       << QByteArray("af82")
                       << QByteArray("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
                                     "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

void TestNoteKey::vectorsOfRfc8032()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, signature);
    const VerifierKey verifier = rawKey(key);
    const QByteArray message = QByteArray::fromHex(text);
    const QByteArray bytes = QByteArray::fromHex(signature);
    QVERIFY(verifier.hasSigned(message, bytes));
    QVERIFY(!verifier.hasSigned(message + 'x', bytes));
    QVERIFY(!verifier.hasSigned(message, bytes.chopped(1)));
    QVERIFY(!verifier.hasSigned(message, bytes + '\0'));
    QVERIFY(!verifier.hasSigned(message, {}));
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        QByteArray other = bytes;
        other[i] = static_cast<char>(other.at(i) ^ 1);
        QVERIFY(!verifier.hasSigned(message, other));
    }
    QVERIFY(!VerifierKey::parse(samples::kGoVerifier).hasSigned(message, bytes));
}

void TestNoteKey::weakKeysSignNothing()
{
    // The neutral point: with it, R = the neutral point and S = 0 would fit every text.
    const QByteArray neutral = QByteArray("01").leftJustified(64, '0');
    QVERIFY(!rawKey(neutral).hasSigned("any text\n", QByteArray::fromHex(neutral + QByteArray(64, '0'))));
}

void TestNoteKey::newKeysDiffer()
{
    const QString name = QStringLiteral("ops-1.example/\u0430ndon");
    const SigningKey one = SigningKey::make(name);
    const SigningKey two = SigningKey::make(name);
    QVERIFY(one.toSecretText() != two.toSecretText());
    QVERIFY(!(one.verifier() == two.verifier()));
    QCOMPARE(one.verifier().name(), name);

    const SigningKey again = SigningKey::parse(one.toSecretText());
    QVERIFY(again.verifier() == one.verifier());
    QCOMPARE(again.sign("text\n"), one.sign("text\n")); // RFC 8032: no randomness in a signature
    QVERIFY(VerifierKey::parse(one.verifier().toString()) == one.verifier());
    SigningKey copy = two;
    copy = one;
    QCOMPARE(copy.toSecretText(), one.toSecretText());
}

void TestNoteKey::keysAreMadeInManyThreads()
{
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&good] {
            const SigningKey key = SigningKey::make(QStringLiteral("name"));
            if (key.verifier().hasSigned("text\n", key.sign("text\n")))
                ++good;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(good.load(), 8);
}

void TestNoteKey::malformedVerifiersAreRefused_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *text) { QTest::newRow(name) << QString::fromUtf8(text); };
    row("empty", "");
    row("name alone", "PeterNeumann");
    row("no key", "PeterNeumann+c74f20a3");
    row("empty key", "PeterNeumann+c74f20a3+");
    row("no name", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("another name", "PeterNewmann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("another hash", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("upper case", "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("short hash", "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("long hash", "PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("no hash", "PeterNeumann++ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("hash of letters", "PeterNeumann+c74f20ag+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("another key", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX");
    row("another type", "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    row("short key", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=");
    row("long key", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==");
    row("no Base64", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq_LDE4izWy10TW");
    row("no ASCII", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq\u00ecDE4izWy10TW");
    row("blank behind", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ");
    row("line feed", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n");
    row("signing key", samples::kGoSigner.constData());
}

void TestNoteKey::malformedVerifiersAreRefused()
{
    QFETCH(QString, text);
    const auto error = thrown<InvalidInputError>([&text] { (void)VerifierKey::parse(text); });
    QVERIFY(error);
    QVERIFY(!error->message().contains(QStringLiteral("AYEKFALVFGyNhPJEMzD1QIDr"))); // a secret that was mistaken
}

void TestNoteKey::malformedSignersAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("prefix") << QByteArray("PRIVATE+KEY+");
    QTest::newRow("verifier") << samples::kGoVerifier.toUtf8();
    QTest::newRow("no prefix") << samples::kGoSigner.sliced(12);
    QTest::newRow("line feed") << samples::kGoSigner + '\n';
    QTest::newRow("cut") << samples::kGoSigner.chopped(4);
    QTest::newRow("longer") << samples::kGoSigner + "AAAA";
    QTest::newRow("another name") << QByteArray(samples::kGoSigner).replace("Neumann", "Newmann");
    QTest::newRow("another hash") << QByteArray(samples::kGoSigner).replace("c74f20a3", "c74f20a2");
    QTest::newRow("another seed") << QByteArray(samples::kGoSigner).replace("AYEK", "AYEL");
    QTest::newRow("another type") << QByteArray(samples::kGoSigner).replace("AYEK", "AoEK");
    QTest::newRow("no ASCII") << QByteArray(samples::kGoSigner).replace("AYEK", "AYE\xec");
    QTest::newRow("bad name") << QByteArray(samples::kGoSigner).replace("PeterNeumann", "Peter\xffNeumann");
    QTest::newRow("space") << QByteArray(samples::kGoSigner).replace("PeterNeumann", "Peter Neumann");
}

void TestNoteKey::malformedSignersAreRefused()
{
    QFETCH(QByteArray, text);
    const auto error = thrown<InvalidInputError>([&text] { (void)SigningKey::parse(text); });
    QVERIFY(error);
    QVERIFY(!error->message().contains(QStringLiteral("EKFALVFGyNhPJEMzD1QIDr")));
}

void TestNoteKey::namesAreJudged_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isGood");
    QTest::newRow("plain") << QStringLiteral("example.com/log42") << true;
    QTest::newRow("other script") << QStringLiteral("\u65e5\u672c.example/\U0001f512") << true;
    QTest::newRow("mark") << QStringLiteral("\ufeffname") << true;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("plus") << QStringLiteral("a+b") << false;
    QTest::newRow("space") << QStringLiteral("a b") << false;
    QTest::newRow("line feed") << QStringLiteral("a\nb") << false;
    QTest::newRow("tab") << QStringLiteral("a\tb") << false;
    QTest::newRow("zero") << QStringLiteral("a") + QChar(u'\0') << false;
    QTest::newRow("bell") << QStringLiteral("a\x07") << false;
    QTest::newRow("no-break space") << QStringLiteral("a\u00a0") << false;
    QTest::newRow("next line") << QStringLiteral("\u0085") << false;
    QTest::newRow("em space") << QStringLiteral("a\u2003b") << false;
    QTest::newRow("line separator") << QStringLiteral("a\u2028b") << false;
    QTest::newRow("ideographic space") << QStringLiteral("a\u3000b") << false;
    QTest::newRow("half a character") << QString(QChar(0xd800)) << false;
}

void TestNoteKey::namesAreJudged()
{
    QFETCH(QString, name);
    QFETCH(bool, isGood);
    QCOMPARE(!thrown<InvalidInputError>([&name] { (void)VerifierKey(name, {}); }), isGood);
    QCOMPARE(!thrown<InvalidInputError>([&name] { (void)SigningKey::make(name); }), isGood);
    if (isGood) {
        const SigningKey key = SigningKey::make(name);
        QCOMPARE(VerifierKey::parse(key.verifier().toString()).name(), name);
        QCOMPARE(SigningKey::parse(key.toSecretText()).verifier().name(), name);
    }
}

QTEST_APPLESS_MAIN(TestNoteKey)
#include "tst_notekey.moc"
