// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/PageCache.h"

#include <QtTest>

using namespace andon;

namespace {

AuditPageRequest requestFrom(qint64 id, const QString &filter = {})
{
    AuditPageRequest request;
    request.filter = AuditFilter::parse(filter, QDateTime::currentDateTimeUtc());
    request.from = EventId(id);
    request.limit = 100;
    return request;
}

AuditPage pageOf(int events, qsizetype dataSize = 100)
{
    AuditPage page;
    for (int i = 0; i < events; ++i) {
        AuditEvent event;
        event.id = EventId(1000 - i);
        event.eventData = QString(dataSize, u'x');
        page.events << event;
    }
    return page;
}

} // namespace

class TestPageCache : public QObject
{
    Q_OBJECT

private slots:
    void findsWhatWasKept()
    {
        PageCache cache;
        cache.keep(requestFrom(1001), pageOf(100));
        QVERIFY(cache.find(requestFrom(1001)));
        QCOMPARE(cache.find(requestFrom(1001))->events.constFirst().id, EventId(1000));
        QVERIFY(!cache.find(requestFrom(1002)));
        QVERIFY(!cache.find(requestFrom(1001, QStringLiteral("type:failed"))));
        AuditPageRequest up = requestFrom(1001);
        up.direction = AuditPageRequest::Direction::Newer;
        QVERIFY(!cache.find(up));
    }

    void keepsOnlyWhatCannotChange()
    {
        PageCache cache;
        AuditPage page = pageOf(100);
        page.reachedEnd = true; // more may come
        cache.keep(requestFrom(1001), page);
        page.reachedEnd = false;
        page.awaitsScan = true;
        cache.keep(requestFrom(1001), page);
        cache.keep(requestFrom(1001), pageOf(99)); // ended early
        cache.keep(requestFrom(0), pageOf(100));   // the newest of that moment
        AuditPageRequest sorted = requestFrom(1001);
        sorted.order.by = AuditOrder::By::Type; // a new event may come in between
        cache.keep(sorted, pageOf(100));
        QCOMPARE(cache.bytes(), 0);
    }

    void relativeTimesAreOtherQuestionsLater()
    {
        PageCache cache;
        const QDateTime now = QDateTime::currentDateTimeUtc();
        AuditPageRequest request = requestFrom(1001);
        request.filter = AuditFilter::parse(QStringLiteral("since:2h"), now);
        cache.keep(request, pageOf(100));
        QVERIFY(cache.find(request));
        request.filter = AuditFilter::parse(QStringLiteral("since:2h"), now.addSecs(60));
        QVERIFY(!cache.find(request));
    }

    void memoryIsBounded()
    {
        PageCache cache;
        for (int i = 1; i <= 500; ++i)
            cache.keep(requestFrom(i), pageOf(100, 1000));
        QVERIFY(cache.bytes() <= PageCache::kMaxBytes);
        QVERIFY(cache.bytes() > PageCache::kMaxBytes / 2);
        QVERIFY(!cache.find(requestFrom(1))); // the one used least
        QVERIFY(cache.find(requestFrom(500)));
        cache.keep(requestFrom(1000), pageOf(100, 1'000'000));
        QVERIFY(!cache.find(requestFrom(1000)));
    }
};

QTEST_APPLESS_MAIN(TestPageCache)
#include "tst_pagecache.moc"
