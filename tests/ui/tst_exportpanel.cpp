// SPDX-License-Identifier: Apache-2.0
// The export panel: which names it offers, what it says of how far it has come, and that it can be cancelled.

#include "tests/support/ui/FakeAuditSource.h"
#include "ui/audit/ExportPanel.h"

#include <QFileDialog>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

using namespace andon;

namespace {

/// A log whose export goes as the test says.
class ScriptedExport : public test::FakeAuditSource
{
public:
    QFuture<qint64> exportTo(const AuditFilter &, ExportFormat format, const QString &fileName) override
    {
        formats << format;
        fileNames << fileName;
        promise = std::make_unique<QPromise<qint64>>();
        promise->start();
        promise->setProgressRange(0, 1000);
        return promise->future();
    }

    QList<ExportFormat> formats;
    QStringList fileNames;
    std::unique_ptr<QPromise<qint64>> promise;
};

} // namespace

class TestExportPanel : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aNameSaysWhatIsWritten_data();
    void aNameSaysWhatIsWritten();
    void theNameFollowsTheChosenKind();
    void proofsAreAKindOfTheirOwn_data();
    void proofsAreAKindOfTheirOwn();
    void tellsRowsAndPercent();
    void rowsAloneAreMeasuredAgainstTheCount();
    void cancelEndsTheWork();

private:
    [[nodiscard]] QFileDialog *dialog(qint64 expected = 0);
    void choose(const QString &name, qint64 expected = 0);
    [[nodiscard]] QString text() const { return m_panel->findChild<QLabel *>("exportText")->text(); }
    [[nodiscard]] QProgressBar *bar() const { return m_panel->findChild<QProgressBar *>("exportProgress"); }

    std::unique_ptr<ScriptedExport> m_source;
    std::unique_ptr<ExportPanel> m_panel;
    QTemporaryDir m_folder;
};

void TestExportPanel::init()
{
    m_panel.reset();
    m_source = std::make_unique<ScriptedExport>();
    m_panel = std::make_unique<ExportPanel>(m_source.get());
}

QFileDialog *TestExportPanel::dialog(qint64 expected)
{
    m_panel->chooseFile({}, expected);
    auto *dialog = m_panel->findChild<QFileDialog *>("exportDialog");
    dialog->setDirectory(m_folder.path());
    return dialog;
}

void TestExportPanel::choose(const QString &name, qint64 expected)
{
    QFileDialog *chooser = dialog(expected);
    chooser->selectFile(m_folder.filePath(name));
    QMetaObject::invokeMethod(chooser, "accept");
}

void TestExportPanel::aNameSaysWhatIsWritten_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("written");
    QTest::addColumn<bool>("isCsv");
    QTest::addColumn<bool>("isCompressed");
    QTest::newRow("csv") << "a.csv"
                         << "*.csv)"
                         << "a.csv" << true << false;
    QTest::newRow("compressed csv") << "a.csv.gz"
                                    << "*.csv)"
                                    << "a.csv.gz" << true << true;
    QTest::newRow("json lines") << "a.jsonl"
                                << "*.csv)"
                                << "a.jsonl" << false << false;
    QTest::newRow("compressed json lines") << "a.JSONL.GZ"
                                           << "*.csv)"
                                           << "a.JSONL.GZ" << false << true;
    QTest::newRow("no ending") << "a"
                               << "*.csv)"
                               << "a.csv" << true << false;
    QTest::newRow("no ending, compressed") << "a"
                                           << "*.jsonl.gz)"
                                           << "a.jsonl.gz" << false << true;
    QTest::newRow("another ending") << "a.txt"
                                    << "*.csv.gz)"
                                    << "a.txt" << true << false;
}

void TestExportPanel::aNameSaysWhatIsWritten()
{
    QFETCH(QString, name);
    QFETCH(QString, filter);
    QFETCH(bool, isCsv);
    QFETCH(bool, isCompressed);
    QFileDialog *chooser = dialog();
    const QStringList offered = chooser->nameFilters();
    for (const QString &one : offered) {
        if (one.endsWith('(' + filter))
            chooser->selectNameFilter(one);
    }
    QVERIFY(chooser->selectedNameFilter().endsWith('(' + filter));
    chooser->selectFile(m_folder.filePath(name));
    QMetaObject::invokeMethod(chooser, "accept");
    QCOMPARE(m_source->fileNames.size(), 1);
    QTEST(QFileInfo(m_source->fileNames.constFirst()).fileName(), "written");
    QCOMPARE(m_source->formats.constFirst(),
             ExportFormat(isCsv ? ExportFormat::Csv : ExportFormat::JsonLines, isCompressed));
}

void TestExportPanel::theNameFollowsTheChosenKind()
{
    QFileDialog *chooser = dialog();
    const QStringList offered = chooser->nameFilters();
    QCOMPARE(offered.size(), 5);
    for (const QString suffix : {".jsonl.gz", ".csv", ".csv.gz", ".jsonl"}) {
        for (const QString &one : offered) {
            if (one.endsWith("(*" + suffix + ')')) {
                chooser->selectNameFilter(one);
                emit chooser->filterSelected(one);
            }
        }
        QCOMPARE(QFileInfo(chooser->selectedFiles().constFirst()).fileName(), "andon-audit" + suffix);
    }
}

void TestExportPanel::proofsAreAKindOfTheirOwn_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("withProofs");
    QTest::newRow("json lines") << "a.jsonl" << true;
    QTest::newRow("compressed") << "a.jsonl.gz" << true;
    QTest::newRow("no ending") << "a" << true;
    QTest::newRow("csv has no place for them") << "a.csv" << false;
}

void TestExportPanel::proofsAreAKindOfTheirOwn()
{
    QFETCH(QString, name);
    QFileDialog *chooser = dialog();
    const QStringList offered = chooser->nameFilters();
    for (const QString &one : offered) {
        if (one.contains("proof"))
            chooser->selectNameFilter(one);
    }
    chooser->selectFile(m_folder.filePath(name));
    QMetaObject::invokeMethod(chooser, "accept");
    QCOMPARE(m_source->formats.size(), 1);
    QTEST(m_source->formats.constFirst().withProofs, "withProofs");
}

void TestExportPanel::tellsRowsAndPercent()
{
    choose("big.csv.gz");
    QVERIFY(bar()->isVisibleTo(m_panel.get()));
    m_source->promise->setProgressValueAndText(371, "1234567");
    const QString rows = QLocale().toString(1'234'567);
    QTRY_COMPARE(text(), "Writing big.csv.gz: " + rows + " events so far, 37\u00a0%");
    QCOMPARE(bar()->maximum(), 1000);
    QCOMPARE(bar()->value(), 371);
    QTest::qWait(100); // what comes faster than it can be read is left out
    m_source->promise->setProgressValueAndText(999, "1234567");
    QTRY_VERIFY(text().endsWith("99\u00a0%"));
    m_source->promise->addResult(1'234'567);
    m_source->promise->finish();
    QTRY_COMPARE(text(),
                 rows + " events written to " + QDir::toNativeSeparators(m_folder.filePath("big.csv.gz")) + '.');
    QVERIFY(!bar()->isVisibleTo(m_panel.get()));
}

void TestExportPanel::rowsAloneAreMeasuredAgainstTheCount()
{
    choose("a.csv", 800);
    m_source->promise->setProgressValue(400);
    QTRY_COMPARE(text(), QString("Writing a.csv: 400 events so far, 50\u00a0%"));
    QTest::qWait(100);
    m_source->promise->setProgressValue(900); // more than were counted
    QTRY_COMPARE(text(), QString("Writing a.csv: 900 events so far"));
    QCOMPARE(bar()->maximum(), 0);
}

void TestExportPanel::cancelEndsTheWork()
{
    choose("a.csv");
    m_source->promise->setProgressValueAndText(10, "5");
    auto *cancel = m_panel->findChild<QPushButton *>("exportCancelButton");
    QVERIFY(cancel->isVisibleTo(m_panel.get()));
    cancel->click();
    QVERIFY(m_source->promise->isCanceled());
    QVERIFY(text().contains("cancelled. Nothing was written"));
    QVERIFY(!m_panel->isWriting());
}

QTEST_MAIN(TestExportPanel)
#include "tst_exportpanel.moc"
