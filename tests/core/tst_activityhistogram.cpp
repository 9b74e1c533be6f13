// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/ActivityHistogram.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace andon;

class TestActivityHistogram : public QObject
{
    Q_OBJECT

private slots:
    void countsByTypeAndBin();
    void joinsBinsExactly();
    void mergingIsAdding();
    void rareTypesCountAsOther();
    void anyMomentHasABin();
};

void TestActivityHistogram::countsByTypeAndBin()
{
    ActivityHistogram histogram;
    QVERIFY(histogram.isEmpty());
    histogram.add(5'500, "failed");
    histogram.add(5'999, "failed", 2);
    histogram.add(7'000, "proposed");
    histogram.addUndated();
    QCOMPARE(histogram.binMs(), 1000);
    QCOMPARE(histogram.binCount(), 3);
    QCOMPARE(histogram.startMs(0), 5000);
    QCOMPARE(histogram.types(), QStringList({"failed", "proposed"}));
    QCOMPARE(histogram.count(0, 0), 3);
    QCOMPARE(histogram.total(1), 0);
    QCOMPARE(histogram.count(2, 1), 1);
    QCOMPARE(histogram.undated(), 1);
}

void TestActivityHistogram::joinsBinsExactly()
{
    QRandomGenerator random(1);
    QList<qint64> moments;
    for (int i = 0; i < 3000; ++i)
        moments << qint64(random.bounded(2'000'000'000)) * 10 - 3'000'000'000;
    ActivityHistogram histogram;
    for (const qint64 moment : std::as_const(moments))
        histogram.add(moment, "proposed");
    QVERIFY(histogram.binCount() <= ActivityHistogram::kMaxBins);
    for (int bin = 0; bin < histogram.binCount(); ++bin) {
        QCOMPARE(histogram.startMs(bin) % histogram.binMs(), 0);
        const auto count = std::count_if(moments.begin(), moments.end(), [&](qint64 moment) {
            return moment >= histogram.startMs(bin) && moment < histogram.startMs(bin + 1);
        });
        QCOMPARE(histogram.total(bin), count);
    }
}

void TestActivityHistogram::mergingIsAdding()
{
    QRandomGenerator random(2);
    ActivityHistogram all;
    ActivityHistogram merged;
    for (int part = 0; part < 20; ++part) {
        ActivityHistogram one;
        const qint64 start = qint64(random.bounded(1'000'000)) * 60'000;
        for (int i = 0; i < 200; ++i) {
            const qint64 moment = start + qint64(random.bounded(50'000));
            const std::string_view type = i % 3 == 0 ? "failed" : i % 3 == 1 ? "proposed" : "completed";
            one.add(moment, type);
            all.add(moment, type);
        }
        one.addUndated(2);
        all.addUndated(2);
        merged.merge(one);
    }
    QCOMPARE(merged.binMs(), all.binMs());
    QCOMPARE(merged.binCount(), all.binCount());
    QCOMPARE(merged.undated(), 40);
    for (int bin = 0; bin < all.binCount(); ++bin) {
        for (const QString &type : all.types())
            QCOMPARE(merged.count(bin, int(merged.types().indexOf(type))),
                     all.count(bin, int(all.types().indexOf(type))));
    }
    ActivityHistogram copy;
    copy.merge(all);
    QCOMPARE(copy, all);
}

void TestActivityHistogram::rareTypesCountAsOther()
{
    ActivityHistogram histogram;
    for (int i = 0; i < 40; ++i)
        histogram.add(1000, QByteArray("type" + QByteArray::number(i)).toStdString());
    QCOMPARE(histogram.types().size(), ActivityHistogram::kMaxTypes);
    QCOMPARE(histogram.types().constLast(), ActivityHistogram::kOther);
    QCOMPARE(histogram.count(0, ActivityHistogram::kMaxTypes - 1), 40 - (ActivityHistogram::kMaxTypes - 1));
    QCOMPARE(histogram.total(0), 40);
}

void TestActivityHistogram::anyMomentHasABin()
{
    ActivityHistogram histogram;
    const qint64 first = QDateTime(QDate(1, 1, 1), QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
    const qint64 last = QDateTime(QDate(9999, 12, 31), QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
    histogram.add(last, "proposed");
    histogram.add(first, "proposed");
    histogram.add(0, "proposed");
    QVERIFY(histogram.binCount() <= ActivityHistogram::kMaxBins);
    QVERIFY(histogram.startMs(0) <= first);
    QVERIFY(histogram.startMs(histogram.binCount()) > last);
}

QTEST_APPLESS_MAIN(TestActivityHistogram)
#include "tst_activityhistogram.moc"
