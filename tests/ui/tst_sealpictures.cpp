// SPDX-License-Identifier: Apache-2.0
// The seals in the real window, on a real database that is signed, verified and tampered with. What can be said without
// eyes is checked always; with ANDON_PICTURES set to a folder, the pictures are saved there to be looked at.

#include "core/audit/seal/Sealer.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Workbench.h"
#include "tests/support/ui/FakeAuditSource.h"
#include "tests/support/ui/PanelWindow.h"
#include "tests/support/ui/SealScenes.h"
#include "ui/AlarmStrip.h"
#include "ui/audit/AuditView.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/seal/ReportList.h"
#include "ui/audit/seal/SealBadge.h"
#include "ui/audit/seal/VerificationPanel.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <QStyleFactory>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

/// What an agent does in a morning.
void work(Workbench &bench, int actions)
{
    static const QStringList names{QStringLiteral("transfer_leader"), QStringLiteral("drain_store"),
                                   QStringLiteral("split_region"), QStringLiteral("restart_pod")};
    for (int i = 0; i < actions; ++i) {
        const ProposalId id = bench.proposeValidated(names.at(i % names.size()));
        if (i % 3 == 0)
            bench.store.cancel(id, QStringLiteral("superseded"));
    }
}

/// Changes two events and removes one behind Andon's back, and leaves the triggers as they were. Returns the first.
EventId tamper(const QString &path)
{
    ForeignClient file(path, 2000);
    const QStringList triggers = file.triggerDefinitions();
    file.dropTriggers();
    const qint64 first = file.number("SELECT max(id) FROM action_audit_log WHERE event_type = 'proposed' AND id <= 40");
    const QByteArray id = QByteArray::number(first);
    file.must("UPDATE action_audit_log SET event_data = replace(event_data, 'leader', 'disk'), actor = 'user' "
              "WHERE id = "
              + id);
    file.must("DELETE FROM action_audit_log WHERE id = 1 + " + id);
    file.must("UPDATE action_audit_log SET actor = 'nobody' WHERE id = 4 + " + id);
    for (const QString &trigger : triggers)
        file.must(trigger.toUtf8());
    return EventId(first);
}

/// A database with a log, before any panel has opened it.
class Log : public TemporaryDatabase
{
public:
    Log()
    {
        Workbench bench(path());
        work(bench, 24);
        Sealer(bench.database, bench.auditor.tables().auditColumns).sealAll(); // at a server no writer does it
    }
};

void press(PanelWindow &panel, const char *name)
{
    auto *button = panel.find<QAbstractButton>(name);
    QTRY_VERIFY2(button != nullptr && button->isVisible() && button->isEnabled(), name);
    button->click();
}

/// A control of the seals that is shown has room for itself and lies within the window.
QString squeezed(QWidget &view)
{
    QList<QAbstractButton *> children{view.findChild<SealBadge *>()};
    children += view.findChild<VerificationPanel *>()->findChildren<QAbstractButton *>();
    children += view.findChild<AlarmStrip *>(QStringLiteral("sealAlarm"))->findChildren<QAbstractButton *>();
    for (const QAbstractButton *child : std::as_const(children)) {
        if (!child->isVisible() || child->objectName().isEmpty()
            || child->objectName().startsWith(QStringLiteral("qt_")))
            continue;
        if (child->width() < child->minimumSizeHint().width() || child->height() < child->minimumSizeHint().height())
            return child->objectName() + QStringLiteral(" has no room");
        const QRect place(child->mapTo(&view, QPoint()), child->size());
        if (place.left() < 0 || place.right() >= view.width())
            return child->objectName() + QStringLiteral(" lies outside");
    }
    return {};
}

} // namespace

class TestSealPictures : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();
    void verifiedThenTampered_data();
    void verifiedThenTampered();
    void noKey_data();
    void noKey();
    void verifying_data();
    void verifying();
    void twiceTheScale();

private:
    void take(QWidget &window, const QString &scene);
};

void TestSealPictures::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(lightPalette());
}

void TestSealPictures::cleanup()
{
    QApplication::setPalette(lightPalette());
}

void TestSealPictures::take(QWidget &window, const QString &scene)
{
    QStringList name{QStringLiteral("seal"), scene, QString::fromLatin1(QTest::currentDataTag())};
    name.removeAll(QString());
    QTest::qWait(120); // what was found is shown ten times a second
    QCOMPARE(squeezed(window), QString());
    const QPixmap picture = window.grab();
    const QString folder = qEnvironmentVariable("ANDON_PICTURES");
    if (folder.isEmpty())
        return;
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(picture.save(QDir(folder).filePath(name.join(u'-') + QStringLiteral(".png"))));
}

void TestSealPictures::verifiedThenTampered_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<QSize>("size");
    QTest::newRow("light") << false << QSize(1200, 760);
    QTest::newRow("dark") << true << QSize(1200, 760);
    QTest::newRow("narrow") << false << QSize(640, 520);
}

void TestSealPictures::verifiedThenTampered()
{
    QFETCH(bool, isDark);
    QFETCH(QSize, size);
    if (isDark)
        QApplication::setPalette(darkPalette());
    const Log log;
    PanelWindow panel(log.path(), PanelWindow::Live::Yes, false, log.folder());
    panel.show(size);
    press(panel, "sealBadge");
    press(panel, "writeCheckpointButton");
    QTRY_VERIFY(panel.find<QLabel>("verificationNote")->text().startsWith(QStringLiteral("A checkpoint of")));
    press(panel, "verifyButton");
    QTRY_VERIFY(panel.find("sealBadge")->accessibleName().contains(QStringLiteral("Verified to")));
    QVERIFY(panel.find<SealBadge>("sealBadge")->shownText().startsWith(QStringLiteral("Verified")));
    QVERIFY(!panel.shows("sealAlarm"));
    auto *table = panel.find<AuditTable>("auditTable");
    QTRY_COMPARE(table->auditModel()->index(3, AuditTableModel::Seal).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("Verified"));
    take(panel.window(), QStringLiteral("verified"));

    const EventId first = tamper(log.path());
    press(panel, "verifyButton");
    // An action whose last event is gone as well.
    QTRY_VERIFY(panel.find("sealBadge")->accessibleName().contains(QStringLiteral("Tampered: 4 findings")));
    QVERIFY(panel.shows("sealAlarm"));
    auto *findings = panel.find<ReportList>("findingsList");
    QCOMPARE(findings->model()->rowCount(), 4);
    findings->setFocus();
    QTest::keyClick(findings, Qt::Key_Home);
    QTest::keyClick(findings, Qt::Key_Return);
    QTRY_COMPARE(table->currentEvent(), first);
    QCOMPARE(panel.window().size(), size);
    take(panel.window(), QStringLiteral("tampered"));
}

void TestSealPictures::noKey_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestSealPictures::noKey()
{
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    const Log log;
    PanelWindow panel(log.path(), PanelWindow::Live::Yes, true, log.folder());
    panel.show();
    QTRY_VERIFY(panel.find("sealBadge")->accessibleName().contains(QStringLiteral("Not signed: no key")));
    press(panel, "sealBadge");
    QVERIFY(!panel.find("writeCheckpointButton")->isEnabled()); // a reader's
    take(panel.window(), QStringLiteral("no-key"));
}

void TestSealPictures::verifying_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestSealPictures::verifying()
{
    QFETCH(bool, isDark);
    if (isDark)
        QApplication::setPalette(darkPalette());
    auto made = std::make_unique<FakeAuditSource>();
    FakeAuditSource *source = made.get();
    source->append(12'345);
    source->seals = sealedTo(12'300);
    const auto promise = std::make_shared<QPromise<VerifyReport>>();
    source->verification = promise;
    promise->start();
    promise->setProgressRange(0, 1'000'000);
    AuditView view(std::move(made));
    view.resize(960, 640);
    view.show();
    QTRY_VERIFY(view.findChild<AuditTable *>()->auditModel()->rowCount() > 0);
    view.findChild<SealBadge *>()->click();
    view.findChild<QPushButton *>(QStringLiteral("verifyButton"))->click();
    if (!isDark)
        QTest::qWait(510); // from then on there is a rate
    promise->setProgressValueAndText(437'000, QStringLiteral("5394"));
    QTRY_VERIFY(view.findChild<SealBadge *>()->shownText().startsWith(QStringLiteral("Verifying 43")));
    take(view, QStringLiteral("verifying"));
}

void TestSealPictures::twiceTheScale()
{
    if (qEnvironmentVariableIsSet("ANDON_TWICE")) {
        const Log log;
        static_cast<void>(tamper(log.path()));
        PanelWindow panel(log.path(), PanelWindow::Live::Yes, false, log.folder());
        panel.show({900, 640});
        QCOMPARE(panel.window().devicePixelRatioF(), 2.0);
        press(panel, "sealBadge");
        press(panel, "verifyButton");
        QTRY_VERIFY(panel.find("sealBadge")->accessibleName().contains(QStringLiteral("Tampered")));
        take(panel.window(), QStringLiteral("twice-the-scale"));
        return;
    }
    QProcess twice;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
    environment.insert(QStringLiteral("ANDON_TWICE"), QStringLiteral("1"));
    twice.setProcessEnvironment(environment);
    twice.setProcessChannelMode(QProcess::MergedChannels);
    twice.start(QCoreApplication::applicationFilePath(), {QStringLiteral("twiceTheScale")});
    QVERIFY(twice.waitForFinished(60'000));
    QVERIFY2(twice.exitCode() == 0, twice.readAll().constData());
}

QTEST_MAIN(TestSealPictures)
#include "tst_sealpictures.moc"
