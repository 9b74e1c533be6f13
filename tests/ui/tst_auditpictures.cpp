// SPDX-License-Identifier: Apache-2.0
// Pictures of the audit view in each of its states, for people to look at: written as PNG into the folder that
// ANDON_PICTURES names, if it does. What can be said without eyes is checked always.

#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"
#include "ui/audit/timeline/ActivityTimeline.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyleFactory>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include <algorithm>
#include <array>

using namespace andon;
using andon::test::FakeAuditSource;

namespace {

QPalette darkPalette()
{
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(0x1B, 0x20, 0x26));
    palette.setColor(QPalette::Base, QColor(0x14, 0x19, 0x1F));
    palette.setColor(QPalette::AlternateBase, QColor(0x1B, 0x20, 0x26));
    palette.setColor(QPalette::Button, QColor(0x2A, 0x30, 0x38));
    palette.setColor(QPalette::ToolTipBase, QColor(0x2A, 0x30, 0x38));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, QColor(0xE6, 0xED, 0xF5));
    palette.setColor(QPalette::PlaceholderText, QColor(0x9A, 0xA5, 0xB1));
    palette.setColor(QPalette::Highlight, QColor(0x2F, 0x5D, 0x8A));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    return palette;
}

/// Where pictures go; empty where nobody asks for them.
void savePicture(QWidget &view)
{
    const QString folder = qEnvironmentVariable("ANDON_PICTURES");
    if (folder.isEmpty())
        return;
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(view.grab().save(QDir(folder).filePath(QString("audit-%1.png").arg(QTest::currentDataTag()))));
}

/// A label, button or line that is shown has room for itself and lies within what holds it.
QString squeezed(QWidget &view)
{
    const auto children = view.findChildren<QWidget *>();
    for (const QWidget *child : children) {
        const bool isControl = qobject_cast<const QAbstractButton *>(child) || qobject_cast<const QLineEdit *>(child);
        if (!isControl || !child->isVisible() || child->objectName().isEmpty() || child->objectName().startsWith("qt_"))
            continue;
        const QRect place(child->mapTo(&view, QPoint(0, 0)), child->size());
        if (!view.rect().contains(place))
            return child->objectName() + " lies outside";
        if (qobject_cast<const QAbstractButton *>(child) && child->width() < child->minimumSizeHint().width())
            return child->objectName() + " is too narrow";
        if (child->height() < child->minimumSizeHint().height())
            return child->objectName() + " is too low";
    }
    return {};
}

struct Sample
{
    const char *type;
    const char *actor;
    const char *data;
};

/// A day in the life of an agent, with what nobody expects.
void fillPlausibly(FakeAuditSource &source, int count)
{
    static const std::array<Sample, 9> samples{{
        {"proposed", "agent",
         R"({"action_name":"transfer_leader","action_type":"cluster","parameters":{"region":777,"to":4},"reason":"leader imbalance on store 4: 812 leaders, mean 440"})"},
        {"validated", "system", ""},
        {"executing", "agent", R"({"requester_id":"scheduler","agent_id":"agent-7"})"},
        {"completed", "agent", R"({"duration_ms":412,"result":{"moved":true}})"},
        {"failed", "agent", R"({"duration_ms":30000,"error":"connection timeout"})"},
        {"cancelled", "user", R"({"reason":"stop 7","by":"alice@ops-1"})"},
        {"kill_switch", "user", R"({"cancelled_count":12,"stop_id":7,"by":"alice@ops-1","reason":"smoke in row 3"})"},
        {"mode_change", "user", R"({"old_mode":"execute","new_mode":"observe","reason":"stop 7","by":"alice@ops-1"})"},
        {"agent_note", "agent", "line one\nline two \xE2\x80\xAE reversed"},
    }};
    const qsizetype first = source.log.size();
    source.append(count);
    for (qsizetype i = first; i < source.log.size(); ++i) {
        const Sample &sample = samples[size_t(i) % samples.size()];
        AuditEvent &event = source.log[i];
        event.eventType = QString::fromLatin1(sample.type);
        event.actor = QString::fromLatin1(sample.actor);
        event.eventData = QString::fromUtf8(sample.data);
        event.isNaiveTimestamp = event.eventType == "agent_note";
        if (event.actor != Actor::kAgent)
            event.proposalId = sample.actor == QByteArray("user") && event.eventType != "cancelled" ? std::nullopt
                                                                                                    : event.proposalId;
    }
}

} // namespace

class TestAuditPictures : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void pictures_data();
    void pictures();
    void parts_data();
    void parts();
};

void TestAuditPictures::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create("Fusion"));
}

void TestAuditPictures::pictures_data()
{
    QTest::addColumn<int>("events");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("selected");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<QString>("failure");
    const QSize wide(1100, 520);
    QTest::newRow("empty") << 0 << "" << -1 << wide << false << "";
    QTest::newRow("many") << 12000 << "" << -1 << wide << false << "";
    QTest::newRow("details") << 12000 << "" << 11 << wide << false << "";
    QTest::newRow("dark") << 12000 << "" << 5 << wide << true << "";
    QTest::newRow("filter-error") << 12000 << "type:failed since:yesteryear actor:agent" << -1 << wide << false << "";
    QTest::newRow("filter-error-dark") << 12000 << "type:failed since:yesteryear actor:agent" << -1 << wide << true
                                       << "";
    QTest::newRow("no-match") << 12000 << "type:reset" << -1 << wide << false << "";
    QTest::newRow("failure")
        << 12000 << "" << -1 << wide << false
        << "The audit log cannot be read: the database file is gone. Put it back, then press Retry.";
    QTest::newRow("narrow") << 12000 << "" << 11 << QSize(700, 520) << false << "";
}

void TestAuditPictures::pictures()
{
    QFETCH(int, events);
    QFETCH(QString, filter);
    QFETCH(int, selected);
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    QFETCH(QString, failure);
    const QPalette before = QApplication::palette();
    if (isDark)
        QApplication::setPalette(darkPalette());
    {
        auto *source = new FakeAuditSource;
        fillPlausibly(*source, events);
        source->failWith(failure);
        AuditView view{std::unique_ptr<AuditSource>(source)};
        view.resize(size);
        view.show();
        auto *table = view.findChild<AuditTable *>();
        auto *message = view.findChild<QLabel *>("auditMessage");
        if (events > 0 && failure.isEmpty())
            QTRY_VERIFY(table->auditModel()->rowCount() > 0);
        view.setFilterText(filter);
        if (selected >= 0)
            table->selectOnly(selected);
        QTest::qWait(150);

        QCOMPARE(view.width(), size.width()); // nothing forces it wider
        const bool hasMessage = events == 0 || !failure.isEmpty() || filter == "type:reset";
        QCOMPARE(message->isVisible(), hasMessage);
        QCOMPARE(view.findChild<QLabel *>("auditFilterError")->isVisible(), filter.contains("yesteryear"));
        for (const char *name : {"liveButton", "exportButton"}) {
            const auto *button = view.findChild<QPushButton *>(QLatin1String(name));
            QVERIFY(button->width() >= button->sizeHint().width());
            QVERIFY(view.rect().contains(button->geometry().translated(button->parentWidget()->pos())));
        }
        if (!hasMessage)
            QVERIFY(table->lastVisibleRow() - table->firstVisibleRow() >= 5);

        savePicture(view);
    }
    QApplication::setPalette(before);
}

void TestAuditPictures::parts_data()
{
    QTest::addColumn<QString>("scene");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<int>("percent");
    const QSize wide(1200, 700);
    for (const char *scene : {"scanning", "scan-cancelled", "story", "tree", "sorted", "utc", "range", "go-to",
                              "no-match", "filter-error"}) {
        QTest::newRow(scene) << scene << wide << false << 100;
        QTest::addRow("%s-dark", scene) << scene << wide << true << 100;
        QTest::addRow("%s-narrow", scene) << scene << QSize(640, 520) << false << 100;
        if (QByteArray(scene) != "no-match" && QByteArray(scene) != "range" && QByteArray(scene) != "utc")
            QTest::addRow("%s-200", scene) << scene << wide * 2 << false << 200;
    }
}

void TestAuditPictures::parts()
{
    QFETCH(QString, scene);
    QFETCH(QSize, size);
    QFETCH(bool, isDark);
    QFETCH(int, percent);
    const QPalette paletteBefore = QApplication::palette();
    const QFont fontBefore = QApplication::font();
    if (isDark)
        QApplication::setPalette(darkPalette());
    QFont font = fontBefore;
    font.setPointSizeF(font.pointSizeF() * percent / 100);
    QApplication::setFont(font);
    {
        auto *source = new FakeAuditSource;
        source->idStep = 200;
        fillPlausibly(*source, 3000);
        for (qsizetype i = 0; i < source->log.size(); ++i) {
            AuditEvent &event = source->log[i];
            if (event.proposalId)
                event.proposalId = ProposalId(i / 5 + 1);
            event.timestamp = QDateTime::fromString("2026-01-31T06:00:00Z", Qt::ISODate).addSecs(i * 8 + i % 900 / 3);
            event.timestampText = event.timestamp.toString(Qt::ISODateWithMs);
        }
        AuditView view{std::unique_ptr<AuditSource>(source)};
        view.resize(size);
        view.show();
        auto *table = view.findChild<AuditTable *>();
        auto *list = view.findChild<AuditList *>();
        QTRY_VERIFY(list->hasEvents());
        QTRY_VERIFY(list->scan()->findings()->summary().isWhole);
        if (scene.startsWith("scan")) {
            source->scanSlowly();
            view.setFilterText("type:failed,cancelled");
            for (int i = 0; i < 4; ++i) {
                QTest::qWait(120);
                source->scanOn(90'000);
            }
            QTRY_VERIFY(list->model()->rowCount() > 0);
            if (scene == "scan-cancelled")
                QVERIFY(list->cancel());
        } else if (scene == "story") {
            table->selectOnly(9);
            emit table->eventActivated(table->currentEvent());
            QTRY_VERIFY(view.findChild<QTableView *>("storyTable")->isVisible());
        } else if (scene == "tree") {
            int row = 0;
            while (!list->model()->eventAt(row).eventData.contains("parameters"))
                ++row;
            table->selectOnly(row);
        } else if (scene == "sorted") {
            emit table->orderRequested({AuditOrder::By::Type, true});
            QTRY_VERIFY(!list->pager()->isNewestFirst());
        } else if (scene == "utc") {
            view.findChild<QToolButton *>("utcButton")->click();
            table->selectOnly(3);
        } else if (scene == "range") {
            view.setFilterText("since:2026-01-31T08:00Z before:2026-01-31T09:30Z");
        } else if (scene == "go-to") {
            QTest::keyClicks(table, "1");
            auto *edit = view.findChild<QLineEdit *>("goToEdit");
            QTest::keyClicks(edit, "x");
            QTest::keyClick(edit, Qt::Key_Return);
        } else if (scene == "no-match") {
            view.setFilterText("type:reset");
        } else {
            view.setFilterText("type:failed since:yesteryear actor:agent");
        }
        QTest::qWait(110); // what was found is shown ten times a second

        QCOMPARE(view.size(), size);
        QCOMPARE(squeezed(view), QString());
        auto *timeline = view.findChild<ActivityTimeline *>();
        QVERIFY(timeline->height() >= timeline->minimumSizeHint().height());
        if (scene != "no-match") {
            const int rows = table->lastVisibleRow() - table->firstVisibleRow();
            QVERIFY2(rows >= 3, qPrintable(QString::number(rows)));
        }
        savePicture(view);
    }
    QApplication::setFont(fontBefore);
    QApplication::setPalette(paletteBefore);
}

QTEST_MAIN(TestAuditPictures)
#include "tst_auditpictures.moc"
