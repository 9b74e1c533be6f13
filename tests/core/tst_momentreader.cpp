// SPDX-License-Identifier: Apache-2.0
#include "core/storage/MomentReader.h"
#include "tests/support/AuditLogFixture.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;

/// MomentReader is a quick way to what parseTimestamp says, and to nothing else.
class TestMomentReader : public QObject
{
    Q_OBJECT

private slots:
    void readsAsTheTableDoes_data();
    void readsAsTheTableDoes();
    void readsAnyTextAsTheTableDoes();

private:
    static void compare(MomentReader &reader, const QString &text, TimestampStyle style)
    {
        const QByteArray bytes = text.toUtf8();
        const QDateTime wanted = parseTimestamp(text, style).moment;
        const std::optional<qint64> read = reader.read({bytes.constData(), size_t(bytes.size())});
        QVERIFY2(read.has_value() == wanted.isValid(), bytes.constData());
        if (read)
            QVERIFY2(*read == wanted.toMSecsSinceEpoch(), bytes.constData());
    }
};

void TestMomentReader::readsAsTheTableDoes_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"2026-01-31T12:00:00.000+00:00",
                             "2026-01-31T12:00:00.123+00:00",
                             "2026-01-31 12:00:00",
                             "2026-01-31",
                             "2026-01-31T12:00:00Z",
                             "2026-01-31T12:00:00.123456+02:00",
                             "2026-01-31T12:00:00.9999",
                             "2026-02-30T12:00:00",
                             "2026-02-29T12:00:00",
                             "2028-02-29T12:00:00",
                             "yesterday",
                             "",
                             "2026-01-31T24:00:00",
                             "2026-01-31T12:60:00",
                             "2026-13-01T12:00:00",
                             "2026-03-29T02:30:00.000",
                             "2026-10-25T02:30:00.000",
                             "2026-10-25T01:59:59.999",
                             "2026-10-25T03:00:00",
                             "0001-01-01T00:00:00",
                             "0099-05-05T00:00:00",
                             "9999-12-28T23:59:59.999+00:00",
                             "1969-12-28T23:59:59.999+00:00",
                             "1600-02-28T12:00:00Z",
                             "2026-01-31T12:00",
                             "2026-01-31t12:00:00",
                             "2026-01-31T12:00:00,5",
                             "2026-01-28T12:00:00.5",
                             "2026-01-28T12:00:00.",
                             "2026-01-28T12:00:00-0530"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestMomentReader::readsAsTheTableDoes()
{
    QFETCH(QString, text);
    for (const char *zone : {"UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"}) {
        const test::ZoneChange change(zone);
        for (const TimestampStyle style : {TimestampStyle::Utc, TimestampStyle::NaiveLocal, TimestampStyle::NaiveUtc}) {
            MomentReader reader(style);
            compare(reader, text, style);
        }
    }
}

void TestMomentReader::readsAnyTextAsTheTableDoes()
{
    const test::ZoneChange change("Europe/Berlin");
    MomentReader reader(TimestampStyle::NaiveLocal);
    QRandomGenerator random(5);
    QDateTime moment = QDateTime::fromString(QStringLiteral("2026-03-20T00:00:00Z"), Qt::ISODate);
    for (int i = 0; i < 20'000; ++i) {
        moment = moment.addMSecs(qint64(random.bounded(3'000'000)));
        QString text = formatTimestamp(moment, TimestampStyle(random.bounded(3)));
        if (random.bounded(10) == 0)
            text[random.bounded(int(text.size()))] = QChar(u'0' + random.bounded(16));
        compare(reader, text, TimestampStyle::NaiveLocal);
        if (QTest::currentTestFailed())
            return;
    }
}

QTEST_APPLESS_MAIN(TestMomentReader)
#include "tst_momentreader.moc"
