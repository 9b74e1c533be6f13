// SPDX-License-Identifier: Apache-2.0
// Pictures of the audit view in each of its states, for people to look at: written as PNG into the folder that
// ANDON_PICTURES names, if it does. What can be said without eyes is checked always.

#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/AuditTableModel.h"
#include "ui/audit/AuditView.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyleFactory>
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

        const QString folder = qEnvironmentVariable("ANDON_PICTURES");
        if (!folder.isEmpty()) {
            QVERIFY(QDir().mkpath(folder));
            QVERIFY(view.grab().save(QDir(folder).filePath(QString("audit-%1.png").arg(QTest::currentDataTag()))));
        }
    }
    QApplication::setPalette(before);
}

QTEST_MAIN(TestAuditPictures)
#include "tst_auditpictures.moc"
