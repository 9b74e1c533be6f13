// SPDX-License-Identifier: Apache-2.0
// From what a person types to the event that is meant, in logs with gaps, equal times, unreadable times and clocks
// that were set back.

#include "core/audit/read/AuditReader.h"
#include "core/audit/read/EventLocator.h"
#include "tests/support/AuditLogFixture.h"
#include "tests/support/Thrown.h"

#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

QDateTime utc(const char *text)
{
    return QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs).toUTC();
}

const QDateTime kNow = utc("2026-01-31T18:00:00Z");

RawEvent at(const char *time, qint64 id = 0)
{
    RawEvent event;
    event.timestamp = QString::fromLatin1(time);
    event.id = id;
    return event;
}

/// Where in a log this leads to, as a plain number.
qint64 place(AuditLogFixture &log, const char *typed, const QDateTime &now = kNow)
{
    return AuditReader(log.database()).locate(QString::fromUtf8(typed), now).value;
}

/// The newest event at the moment or before it, by looking at all; the oldest where there is none.
qint64 oracle(const QList<AuditEvent> &newestFirst, const QDateTime &moment)
{
    for (const AuditEvent &event : newestFirst) {
        if (event.timestamp.isValid() && event.timestamp <= moment)
            return event.id->value;
    }
    return newestFirst.constLast().id->value;
}

} // namespace

class TestEventLocator : public QObject
{
    Q_OBJECT

private slots:
    void numbers_data();
    void numbers();
    void timesLeadToTheLastEventBefore_data();
    void timesLeadToTheLastEventBefore();
    void everyMomentOfALogWithGaps();
    void equalTimesLeadToTheNewestOfThem();
    void unreadableTimesAreLookedPast();
    void aTimeOfDayIsTheLastSuchBeforeTheNewestEvent();
    void aTimeOfDayWithoutReadableTimesIsCountedFromNow();
    void naiveLocalTimes();
    void theHourThatTheClockShowsTwice();
    void aClockThatWasSetBack();
    void anEmptyLogHasNoPlace();
    void nonsenseIsRefusedWithASentence_data();
    void nonsenseIsRefusedWithASentence();
    void aLargeLogIsHalvedAndNotRead();
};

void TestEventLocator::numbers_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<qint64>("id");
    QTest::newRow("plain") << QByteArray("17") << qint64(17);
    QTest::newRow("with a sign") << QByteArray("#17") << qint64(17);
    QTest::newRow("with space") << QByteArray("  #17 \t") << qint64(17);
    QTest::newRow("zeros") << QByteArray("00017") << qint64(17);
    QTest::newRow("not in the log") << QByteArray("#4000000") << qint64(4'000'000);
    QTest::newRow("18 digits") << QByteArray("#999999999999999999") << qint64(999'999'999'999'999'999);
    QTest::newRow("a year is a number") << QByteArray("2026") << qint64(2026);
}

void TestEventLocator::numbers()
{
    QFETCH(QByteArray, typed);
    QFETCH(qint64, id);
    AuditLogFixture log;
    log.fill(100);
    QCOMPARE(place(log, typed.constData()), id);
}

void TestEventLocator::timesLeadToTheLastEventBefore_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<qint64>("id");
    // Event i is i seconds and 118 ms after the beginning of the year.
    QTest::newRow("at it") << QByteArray("2026-01-01T00:10:00.118Z") << qint64(600);
    QTest::newRow("a millisecond before it") << QByteArray("2026-01-01T00:10:00.117Z") << qint64(599);
    QTest::newRow("between two") << QByteArray("2026-01-01T00:10:00.5Z") << qint64(600);
    QTest::newRow("to the minute") << QByteArray("2026-01-01 00:10Z") << qint64(599);
    QTest::newRow("with an offset") << QByteArray("2026-01-01T02:10:01+02:00") << qint64(600);
    QTest::newRow("before the first") << QByteArray("1999-12-31") << qint64(1);
    QTest::newRow("after the last") << QByteArray("2031-01-01") << qint64(5000);
    QTest::newRow("ago") << QByteArray("10m") << qint64(4399); // now is 00:00:00 and 5000 s
    QTest::newRow("long ago") << QByteArray("9w") << qint64(1);
    QTest::newRow("0 s ago") << QByteArray("0s") << qint64(4999);
}

void TestEventLocator::timesLeadToTheLastEventBefore()
{
    QFETCH(QByteArray, typed);
    QFETCH(qint64, id);
    AuditLogFixture log;
    log.fill(5000);
    QCOMPARE(place(log, typed.constData(), utc("2026-01-01T00:00:00Z").addSecs(5000)), id);
}

void TestEventLocator::everyMomentOfALogWithGaps()
{
    AuditLogFixture log;
    QList<RawEvent> events;
    const QDateTime start = utc("2026-01-31T00:00:00Z");
    qint64 id = 0;
    for (int i = 0; i < 120; ++i) {
        id += i % 10 == 0 ? 1'000'003 : 1 + i % 4; // as after a restored backup, or rows that were taken back
        RawEvent event = at("", id);
        event.timestamp = formatTimestamp(start.addSecs(i / 3 * 60));
        events << event;
    }
    events << at("2026-02-01T00:00:00Z", qint64(1) << 61);
    log.insert(events);
    const QList<AuditEvent> all = log.everything(TimestampStyle::Utc);
    EventLocator locator(log.database(), TimestampStyle::Utc);
    for (int minute = -2; minute < 45; ++minute) {
        for (const int second : {0, 30}) {
            const QDateTime moment = start.addSecs(minute * 60 + second);
            QCOMPARE(locator.at(moment).value, oracle(all, moment));
        }
    }
}

void TestEventLocator::equalTimesLeadToTheNewestOfThem()
{
    AuditLogFixture log;
    log.insert(QList<RawEvent>(300, at("2026-01-31T10:00:00Z")));
    log.insert(QList<RawEvent>(300, at("2026-01-31T11:00:00Z")));
    log.insert(QList<RawEvent>(300, at("2026-01-31T12:00:00Z")));
    QCOMPARE(place(log, "2026-01-31T11:00Z"), 600);
    QCOMPARE(place(log, "2026-01-31T10:59Z"), 300);
    QCOMPARE(place(log, "2026-01-31T12:00Z"), 900);
    QCOMPARE(place(log, "2026-01-31T09:00Z"), 1);
}

void TestEventLocator::unreadableTimesAreLookedPast()
{
    AuditLogFixture log;
    QList<RawEvent> events;
    for (int i = 0; i < 400; ++i) {
        RawEvent event;
        event.timestamp = i % 8 == 0 ? formatTimestamp(utc("2026-01-31T00:00:00Z").addSecs(i * 60))
                                     : (i % 2 == 0 ? QStringLiteral("yesterday") : QStringLiteral(""));
        events << event;
    }
    log.insert(events);
    const auto readable = [&log](qint64 id) { return log.everything(TimestampStyle::Utc).at(400 - id).timestamp; };
    EventLocator locator(log.database(), TimestampStyle::Utc);
    for (int minute = 3; minute < 400; minute += 13) {
        const QDateTime moment = utc("2026-01-31T00:00:00Z").addSecs(minute * 60);
        const EventId found = locator.at(moment);
        // The event itself, or one of those behind it that say nothing of their time.
        const qint64 wanted = minute / 8 * 8 + 1;
        QVERIFY2(found.value >= wanted && found.value < wanted + 8,
                 qPrintable(QStringLiteral("%1 for %2").arg(found.value).arg(wanted)));
        QVERIFY(!readable(found.value).isValid() || readable(found.value) <= moment);
    }
    // None can be read.
    AuditLogFixture silent;
    silent.insert(QList<RawEvent>(200, at("soon")));
    QVERIFY(place(silent, "2026-01-31T11:00Z") >= 1);
    QVERIFY(place(silent, "2026-01-31T11:00Z") <= 200);
}

void TestEventLocator::aTimeOfDayIsTheLastSuchBeforeTheNewestEvent()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange zone("Asia/Kolkata"); // five and a half hours east
    AuditLogFixture log;
    QList<RawEvent> events;
    for (int hour = 0; hour < 72; ++hour) { // from 05:30 local on the 1st
        RawEvent event;
        event.timestamp = formatTimestamp(utc("2026-01-01T00:00:00Z").addSecs(hour * 3600));
        events << event;
    }
    log.insert(events);
    // The newest is of 04:30 local on the 4th.
    QCOMPARE(place(log, "04:30"), 72);
    QCOMPARE(place(log, "4:30"), 72);
    QCOMPARE(place(log, "04:29:59.999"), 71);
    QCOMPARE(place(log, "04:31"), 48); // that of the day before
    QCOMPARE(place(log, "05:30"), 49);
    QCOMPARE(place(log, "23:59"), 67);
    QCOMPARE(place(log, "00:00"), 67);
#endif
}

void TestEventLocator::aTimeOfDayWithoutReadableTimesIsCountedFromNow()
{
    AuditLogFixture log;
    log.insert(QList<RawEvent>(10, at("soon")));
    QVERIFY(place(log, "12:00") >= 1);
}

void TestEventLocator::naiveLocalTimes()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange zone("America/New_York");
    AuditLogFixture local(TimestampStyle::NaiveLocal); // event 1 is of 2020
    local.insert({at("2026-01-31T07:00:00"), at("2026-01-31T08:00:00"), at("2026-01-31T09:00:00")});
    QCOMPARE(place(local, "2026-01-31T08:30"), 3);
    QCOMPARE(place(local, "2026-01-31T13:30Z"), 3);
    QCOMPARE(place(local, "2026-01-31T08:00"), 3);
    QCOMPARE(place(local, "08:59"), 3);
    QCOMPARE(place(local, "2h", utc("2026-01-31T15:10:00Z")), 3);
    QCOMPARE(place(local, "2021-01-01"), 1);

    AuditLogFixture inUtc(TimestampStyle::NaiveUtc);
    inUtc.insert({at("2026-01-31 12:00:00"), at("2026-01-31 13:00:00"), at("2026-01-31 14:00:00")});
    QCOMPARE(place(inUtc, "2026-01-31T08:30"), 3);
    QCOMPARE(place(inUtc, "2026-01-31T13:30Z"), 3);
    QCOMPARE(place(inUtc, "08:59"), 3);
#endif
}

void TestEventLocator::theHourThatTheClockShowsTwice()
{
#ifdef Q_OS_WIN
    QSKIP("TZ does not set the zone here.");
#else
    const ZoneChange zone("Europe/Berlin"); // 2026-10-25: 03:00 summer time is 02:00 again
    AuditLogFixture log;
    log.insert({at("2026-10-25T00:10:00Z"), at("2026-10-25T00:40:00Z"), at("2026-10-25T01:10:00Z"),
                at("2026-10-25T01:40:00Z"), at("2026-10-25T02:10:00Z")});
    QCOMPARE(place(log, "2026-10-25T02:45+02:00"), 2);
    QCOMPARE(place(log, "2026-10-25T02:45+01:00"), 4);
    QCOMPARE(place(log, "2026-10-25T03:05"), 4);
    const qint64 either = place(log, "2026-10-25T02:45");
    QVERIFY(either == 2 || either == 4);
#endif
}

void TestEventLocator::aClockThatWasSetBack()
{
    AuditLogFixture log;
    QList<RawEvent> events;
    const QDateTime start = utc("2026-01-31T00:00:00Z");
    for (int i = 0; i < 600; ++i) { // at the 300th event the clock is set back by 100 minutes
        RawEvent event;
        event.timestamp = formatTimestamp(start.addSecs((i < 300 ? i : i - 100) * 60));
        events << event;
    }
    log.insert(events);
    EventLocator locator(log.database(), TimestampStyle::Utc);
    for (int minute = 0; minute < 500; minute += 7) {
        // One of the places of that time: its event is of that minute, and the next is later or the first of the
        // time that was set back.
        const qint64 id = locator.at(start.addSecs(minute * 60)).value;
        const qint64 first = minute + 1;
        const qint64 second = minute + 101;
        const bool isOfFirstPass = id == first && id <= 300;
        const bool isOfSecondPass = id == second && id > 300;
        QVERIFY2(isOfFirstPass || isOfSecondPass, qPrintable(QStringLiteral("%1 at %2").arg(id).arg(minute)));
    }
}

void TestEventLocator::anEmptyLogHasNoPlace()
{
    AuditLogFixture log;
    QVERIFY(!EventLocator(log.database(), TimestampStyle::Utc).at(kNow).isValid());
    for (const char *typed : {"12:00", "2026-01-31", "2h"})
        QCOMPARE(place(log, typed), 0);
    QCOMPARE(place(log, "#5"), 5);
}

void TestEventLocator::nonsenseIsRefusedWithASentence_data()
{
    QTest::addColumn<QByteArray>("typed");
    for (const char *typed : {"", " ", "#", "yesterday", "#12x", "-5", "##5", "25:00", "12:60", "12:00:61", "1:2",
                              "2026-13-01", "2026-02-30", "12 :00", "9999999999999999999999", "2026-01-31T", "3y",
                              "'; DROP TABLE action_audit_log; --", "\xD9\xA3"})
        QTest::addRow("'%s'", typed) << QByteArray(typed);
}

void TestEventLocator::nonsenseIsRefusedWithASentence()
{
    QFETCH(QByteArray, typed);
    AuditLogFixture log;
    log.fill(10);
    const auto error = thrown<InvalidInputError>([&] { (void)place(log, typed.constData()); });
    QVERIFY(error);
    QVERIFY(error->message().contains(QString::fromUtf8(typed).trimmed()));
    QVERIFY(error->message().contains(QStringLiteral("14:03"))); // says what would do
    const auto longError = thrown<InvalidInputError>([&] { (void)place(log, QByteArray(100'000, 'x').constData()); });
    QVERIFY(longError && longError->message().size() < 300);
}

void TestEventLocator::aLargeLogIsHalvedAndNotRead()
{
    AuditLogFixture log;
    log.fill(300'000);
    EventLocator locator(log.database(), TimestampStyle::Utc);
    QElapsedTimer timer;
    timer.start();
    for (int i = 1; i <= 100; ++i)
        QCOMPARE(locator.at(utc("2026-01-01T00:00:00.500Z").addSecs(i * 2999)).value, i * 2999);
    // A read of the whole log takes longer than this each time.
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_GUILESS_MAIN(TestEventLocator)
#include "tst_eventlocator.moc"
