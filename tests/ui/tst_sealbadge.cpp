// SPDX-License-Identifier: Apache-2.0
// The badge of the seals: what it says of each state, that it says so in the room that there is, and that it can be
// reached without a mouse.

#include "tests/support/ui/SealScenes.h"
#include "ui/AlarmStrip.h"
#include "ui/Theme.h"
#include "ui/audit/SealMark.h"
#include "ui/audit/seal/SealBadge.h"

#include <QAccessible>
#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QSignalSpy>
#include <QtTest>

#include <limits>

using namespace andon;
using namespace andon::test;
using Kind = VerifyFinding::Kind;

Q_DECLARE_METATYPE(andon::SealKnowledge)

namespace {

QString number(qint64 value)
{
    return QLocale().toString(value);
}

SealSummary summaryOf(const SealKnowledge &known)
{
    return SealSummary::of(known, Qt::UTC);
}

VerifyReport with(VerifyReport report, Kind kind, qint64 event = 0)
{
    find(report, findingOf(kind, event));
    return report;
}

} // namespace

class TestSealBadge : public QObject
{
    Q_OBJECT

private slots:
    void saysEachState_data();
    void saysEachState();
    void aVerificationUnderWayIsNotRoundedUp();
    void tellsTheDayOfAnOlderVerification();
    void aLogThatBecameShorterIsAnAlarm();
    void troubleDoesNotHideTampering();
    void whatNobodyVouchesForIsSaid();
    void aHostileKeyNameStaysOnItsLine();
    void aKeyThatAndonMadeIsNamedShort();
    void shortensWhereThereIsNoRoom();
    void isReachedByKeyboardAndNamed();
    void everyMarkHasItsOwnOutline();
    void alarmStaysAsLongAsItIsSo();
};

void TestSealBadge::saysEachState_data()
{
    QTest::addColumn<SealKnowledge>("known");
    QTest::addColumn<int>("mark");
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("isAlarm");
    const auto row = [](const char *name, const SealKnowledge &known, SealMark mark, const QString &words,
                        bool isAlarm = false) { QTest::newRow(name) << known << int(mark) << words << isAlarm; };

    row("nothing known", {}, SealMark::Unknown, "No seals known");
    row("an empty log", knowing(unsignedTo(0)), SealMark::Unsealed, "Nothing sealed yet");
    row("no key", knowing(unsignedTo(12)), SealMark::Unsigned, "Not signed: no key");
    SealStatus strange = unsignedTo(12);
    strange.checkpoint = SealStatus::Newest{12, {}, "somebody", "01020304", false};
    row("a stranger's key", knowing(strange), SealMark::Unsigned, "Signed by an unknown key");
    strange.checkpoint->isTrusted = true;
    row("a trusted key", knowing(strange), SealMark::Sealed, "Sealed to 12, not verified yet");
    row("sealed", knowing(sealedTo(12'345)), SealMark::Sealed,
        QString("Sealed to %1, not verified yet").arg(number(12'345)));
    SealKnowledge verified = knowing(sealedTo(12'350), wholeReport(12'345));
    const QString at = verified.report->at.toUTC().toString("HH:mm");
    const QString whole = QString("Verified to %1 at %2 by key andon-ops-1").arg(number(12'345), at);
    row("verified", verified, SealMark::Verified, whole);
    row("verified, and some unsealed", knowing(sealedTo(12'350), with(wholeReport(12'345), Kind::Unsealed, 12'346)),
        SealMark::Verified, whole);
    row("nobody vouches", knowing(unsignedTo(12), unvouchedReport(12)), SealMark::Unsigned,
        QString("Fits its seals to 12 at %1, not signed").arg(unvouchedReport(12).at.toString("HH:mm")));
    row("tampered", knowing(sealedTo(100), tamperedReport(100)), SealMark::Alarm, "Tampered: 12 findings", true);
    row("one thing", knowing(sealedTo(100), with(wholeReport(100), Kind::Edited, 7)), SealMark::Alarm,
        "Tampered: 1 finding", true);
    row("a trigger is gone", knowing(sealedTo(100), with(wholeReport(100), Kind::Unprotected)), SealMark::Alarm,
        "Tampered: 1 finding", true);
    row("incomplete", knowing(sealedTo(100), with(wholeReport(100), Kind::ExecutionWithoutRecord)),
        SealMark::Incomplete, "Incomplete: 1 finding");
    SealStatus troubled = sealedTo(12);
    troubled.trouble = "The log is not what was signed.";
    row("trouble", knowing(troubled), SealMark::Alarm, "Trouble with the seals", true);
    SealKnowledge verifying = verified;
    verifying.verifying = SealKnowledge::Progress{0.437, 5400};
    row("verifying", verifying, SealMark::Verifying, "Verifying 43\u00a0%");
    SealKnowledge again = knowing(sealedTo(100), tamperedReport(100));
    again.verifying = SealKnowledge::Progress{};
    row("verifying again", again, SealMark::Verifying, "Verifying 0\u00a0%", true); // what was found stands
}

void TestSealBadge::saysEachState()
{
    QFETCH(SealKnowledge, known);
    QFETCH(bool, isAlarm);
    const SealSummary summary = summaryOf(known);
    QTEST(int(summary.mark), "mark");
    QTEST(summary.forms.constFirst(), "words");
    QCOMPARE(!summary.alarm.isEmpty(), isAlarm);
    QVERIFY(!summary.meaning.isEmpty());
    const QFontMetrics letters{QFont()};
    int last = std::numeric_limits<int>::max();
    for (const QString &form : summary.forms) {
        QVERIFY(!form.isEmpty());
        QVERIFY2(letters.horizontalAdvance(form) < last, qPrintable(form)); // ever shorter
        last = letters.horizontalAdvance(form);
    }
}

void TestSealBadge::aVerificationUnderWayIsNotRoundedUp()
{
    SealKnowledge known = knowing(sealedTo(9));
    known.verifying = SealKnowledge::Progress{0.9999};
    QCOMPARE(summaryOf(known).forms.constFirst(), QString("Verifying 99\u00a0%"));
}

void TestSealBadge::tellsTheDayOfAnOlderVerification()
{
    VerifyReport report = wholeReport(9);
    report.at = QDateTime::fromString("2026-01-31T23:30:00Z", Qt::ISODate);
    QVERIFY(summaryOf(knowing(sealedTo(9), report)).forms.constFirst().contains("at 2026-01-31 23:30 by"));
}

void TestSealBadge::aLogThatBecameShorterIsAnAlarm()
{
    const SealSummary summary = summaryOf(knowing(sealedTo(90), wholeReport(100)));
    QCOMPARE(summary.mark, SealMark::Alarm);
    QVERIFY(summary.forms.constFirst().startsWith("Tampered"));
    QVERIFY(summary.alarm.contains("verified to 100") && summary.alarm.contains("ends at 90"));
    // A database that cannot be read says nothing of its length.
    QVERIFY(summaryOf(knowing({}, wholeReport(100))).alarm.isEmpty());
}

void TestSealBadge::troubleDoesNotHideTampering()
{
    SealStatus status = sealedTo(100);
    status.trouble = "The disk of the checkpoints is full.";
    const SealSummary summary = summaryOf(knowing(status, tamperedReport(100)));
    QCOMPARE(summary.forms.constFirst(), QString("Tampered: 12 findings"));
    QVERIFY(summary.alarm.contains("tampered with") && summary.alarm.contains(status.trouble));
}

void TestSealBadge::whatNobodyVouchesForIsSaid()
{
    VerifyReport report = wholeReport(100);
    report.checkpoints[0].size = 60;
    const SealSummary summary = summaryOf(knowing(sealedTo(100), report));
    QCOMPARE(summary.mark, SealMark::Verified);
    QVERIFY2(summary.meaning.contains("first 60 of 100"), qPrintable(summary.meaning));
}

void TestSealBadge::aHostileKeyNameStaysOnItsLine()
{
    VerifyReport report = wholeReport(100);
    report.checkpoints[0].keyName = QString("<b>\n\u202e") + QString(5000, u'x');
    SealBadge badge;
    badge.setSummary(summaryOf(knowing(sealedTo(100), report)));
    QVERIFY(!badge.accessibleName().contains(u'\n') && !badge.accessibleName().contains(u'\u202e'));
    QVERIFY(badge.accessibleName().size() < 120);
    QVERIFY(!badge.toolTip().contains("<b>"));
}

void TestSealBadge::aKeyThatAndonMadeIsNamedShort()
{
    VerifyReport report = wholeReport(100);
    report.checkpoints[0].keyName = "andon/log/4c981e48d01aaed5d4d677c3eace67b2";
    QVERIFY(summaryOf(knowing(sealedTo(100), report)).forms.constFirst().endsWith("by key 4c981e48\u2026"));
}

void TestSealBadge::shortensWhereThereIsNoRoom()
{
    SealBadge badge;
    const SealSummary summary = summaryOf(knowing(sealedTo(12'345), wholeReport(12'345)));
    badge.setSummary(summary);
    badge.resize(badge.sizeHint());
    QCOMPARE(badge.shownText(), summary.forms.constFirst());
    qsizetype form = 0;
    for (int width = badge.width(); width >= badge.minimumSizeHint().width(); --width) {
        badge.resize(width, badge.height());
        const qsizetype shown = summary.forms.indexOf(badge.shownText());
        QVERIFY(shown == form || shown == form + 1);
        form = shown;
    }
    QCOMPARE(form, summary.forms.size() - 1);
    QVERIFY(badge.minimumSizeHint().width() < badge.fontMetrics().averageCharWidth() * 24);
    QVERIFY(badge.accessibleName().endsWith(summary.forms.constFirst())); // said whole, always
}

void TestSealBadge::isReachedByKeyboardAndNamed()
{
    SealBadge badge;
    badge.show();
    badge.setFocus();
    QSignalSpy clicked(&badge, &QAbstractButton::clicked);
    QTest::keyClick(&badge, Qt::Key_Return);
    QTest::keyClick(&badge, Qt::Key_Space);
    QTest::mouseClick(&badge, Qt::LeftButton);
    QCOMPARE(clicked.size(), 3);
    QVERIFY((badge.focusPolicy() & Qt::TabFocus) != 0);
    QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(&badge);
    QCOMPARE(accessible->text(QAccessible::Name), QString("Seals of the audit log: No seals known"));
    QCOMPARE(accessible->role(), QAccessible::Button);
}

void TestSealBadge::everyMarkHasItsOwnOutline()
{
    QList<QImage> pictures;
    for (int mark = 0; mark <= int(SealMark::Alarm); ++mark) {
        QImage picture(24, 24, QImage::Format_ARGB32_Premultiplied);
        picture.fill(Qt::white);
        QPainter painter(&picture);
        paintSeal(painter, QRectF(2, 2, 20, 20), static_cast<SealMark>(mark), Qt::black, Qt::white, 0.4);
        painter.end();
        QVERIFY2(!pictures.contains(picture), qPrintable(QString::number(mark)));
        pictures << picture;
    }
}

void TestSealBadge::alarmStaysAsLongAsItIsSo()
{
    AlarmStrip alarm(QStringLiteral("sealAlarm"));
    alarm.offerDetails("Show", "Show what was found");
    QVERIFY(alarm.isHidden());
    alarm.setSentence("The log was rewritten.");
    QCOMPARE(alarm.sentence(), QString("The log was rewritten."));
    QCOMPARE(alarm.accessibleName(), QString("Alarm: The log was rewritten."));
    QSignalSpy details(&alarm, &AlarmStrip::detailsRequested);
    alarm.findChild<QAbstractButton *>("sealAlarmButton")->click();
    QCOMPARE(details.size(), 1);
    QVERIFY(!alarm.isHidden());
    alarm.setSentence({});
    QVERIFY(alarm.isHidden());
}

QTEST_MAIN(TestSealBadge)
#include "tst_sealbadge.moc"
