// SPDX-License-Identifier: Apache-2.0
// What is written through GzipDevice is a gzip file (RFC 1952) that the real gzip reads back, the same each time, and a
// target that fails is an error.

#include "core/audit/export/GzipDevice.h"

#include <QBuffer>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using namespace andon;

namespace {

QByteArray compressed(const QByteArray &bytes, qsizetype atATime)
{
    QBuffer target;
    target.open(QIODevice::WriteOnly);
    GzipDevice gzip(target);
    if (!gzip.open(QIODevice::WriteOnly))
        return {};
    for (qsizetype at = 0; at < bytes.size(); at += atATime) {
        const QByteArray piece = bytes.mid(at, atATime);
        if (gzip.write(piece) != piece.size())
            return {};
    }
    return gzip.finish() ? target.data() : QByteArray();
}

QByteArray unzipped(const QByteArray &bytes)
{
    QProcess gzip;
    gzip.start("gzip", {"-dc"});
    gzip.write(bytes);
    gzip.closeWriteChannel();
    if (!gzip.waitForFinished() || gzip.exitCode() != 0)
        return "gzip: " + gzip.readAllStandardError();
    return gzip.readAllStandardOutput();
}

/// Takes so many bytes, then fails.
class FullDevice : public QIODevice
{
public:
    explicit FullDevice(qint64 room)
        : m_room(room)
    {
        open(WriteOnly | Unbuffered);
    }

protected:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *, qint64 size) override
    {
        m_room -= size;
        if (m_room >= 0)
            return size;
        setErrorString("no room");
        return -1;
    }

private:
    qint64 m_room;
};

} // namespace

class TestGzipDevice : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void gzipReadsItBack_data();
    void gzipReadsItBack();
    void theFileTellsNeitherTimeNorPlace();
    void aTargetThatFailsIsAnError_data();
    void aTargetThatFailsIsAnError();
    void nothingIsWrittenAfterTheEnd();
};

void TestGzipDevice::initTestCase()
{
    if (QStandardPaths::findExecutable("gzip").isEmpty())
        QSKIP("There is no gzip here.");
}

void TestGzipDevice::gzipReadsItBack_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("one byte") << QByteArray("x");
    QTest::newRow("zeros") << QByteArray(3'000'000, '\0');
    QByteArray text;
    for (int i = 0; i < 100'000; ++i)
        text += "line " + QByteArray::number(i * 7919) + '\n';
    QTest::newRow("text") << text;
    QByteArray noise(1'000'000, Qt::Uninitialized);
    QRandomGenerator random(1);
    for (char &byte : noise)
        byte = static_cast<char>(random.generate());
    QTest::newRow("noise, which does not shrink") << noise;
}

void TestGzipDevice::gzipReadsItBack()
{
    QFETCH(QByteArray, bytes);
    const QByteArray whole = compressed(bytes, 10'000'000);
    QVERIFY(whole.startsWith("\x1f\x8b\x08"));
    QVERIFY(unzipped(whole) == bytes);
    QVERIFY(unzipped(compressed(bytes, 4093)) == bytes);
}

void TestGzipDevice::theFileTellsNeitherTimeNorPlace()
{
    const QByteArray file = compressed("some text", 100);
    QCOMPARE(file.mid(3, 1).at(0), '\0');                 // flags: no name, no comment
    QCOMPARE(file.mid(4, 4), QByteArray(4, '\0'));        // modification time
    QCOMPARE(static_cast<uchar>(file.at(9)), uchar(255)); // operating system: unknown
    QTest::qWait(1100);
    QCOMPARE(compressed("some text", 100), file);
}

void TestGzipDevice::aTargetThatFailsIsAnError_data()
{
    QTest::addColumn<int>("room");
    for (const int room : {0, 5, 12, 100'000})
        QTest::addRow("%d", room) << room;
}

void TestGzipDevice::aTargetThatFailsIsAnError()
{
    QFETCH(int, room);
    FullDevice target(room);
    GzipDevice gzip(target);
    QVERIFY(gzip.open(QIODevice::WriteOnly));
    QByteArray noise(1'000'000, Qt::Uninitialized);
    QRandomGenerator random(2);
    for (char &byte : noise)
        byte = static_cast<char>(random.generate());
    const bool isWritten = gzip.write(noise) == noise.size() && gzip.finish();
    QVERIFY(!isWritten);
    QCOMPARE(gzip.errorString(), QString("no room"));
}

void TestGzipDevice::nothingIsWrittenAfterTheEnd()
{
    QBuffer target;
    target.open(QIODevice::WriteOnly);
    GzipDevice gzip(target);
    QVERIFY(gzip.open(QIODevice::WriteOnly));
    QVERIFY(!gzip.open(QIODevice::WriteOnly));
    QVERIFY(gzip.finish());
    const QByteArray whole = target.data();
    QCOMPARE(gzip.write("more"), -1);
    QVERIFY(!gzip.finish());
    QCOMPARE(target.data(), whole);
    QBuffer other;
    GzipDevice reading(other);
    QVERIFY(!reading.open(QIODevice::ReadOnly));
}

QTEST_GUILESS_MAIN(TestGzipDevice)
#include "tst_gzipdevice.moc"
