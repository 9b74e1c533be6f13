// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/ExportPanel.h"

#include "ui/Counted.h"
#include "ui/Theme.h"
#include "ui/audit/AuditSource.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStandardPaths>
#include <QToolButton>

#include <array>

namespace andon {

namespace {

/// Longer ones first: a name is asked for its ending in this order.
constexpr std::array kSuffixes{QLatin1StringView(".csv.gz"), QLatin1StringView(".jsonl.gz"), QLatin1StringView(".csv"),
                               QLatin1StringView(".jsonl")};

/// The ending that a name filter of the dialog stands for.
QString suffixOf(const QString &nameFilter)
{
    for (const QLatin1StringView suffix : kSuffixes) {
        if (nameFilter.contains(suffix))
            return suffix;
    }
    return kSuffixes.at(2);
}

/// The dialog has put a suffix of its own choice in the place of the last one.
QString withoutSuffixes(const QString &fileName)
{
    QFileInfo left(fileName);
    while (QStringList{QStringLiteral("csv"), QStringLiteral("jsonl"), QStringLiteral("gz")}.contains(left.suffix()))
        left.setFile(left.completeBaseName());
    return left.fileName();
}

/// The entry of the dialog that stands for an export with proofs.
QString withProofs()
{
    return ExportPanel::tr("JSON Lines, each event with its proof (*.jsonl)");
}

constexpr int kPerMille = 1000;

} // namespace

ExportPanel::ExportPanel(AuditSource *source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_text(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_replace(new QPushButton(tr("Replace"), this))
    , m_cancel(new QPushButton(tr("Cancel export"), this))
    , m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("exportPanel"));
    m_text->setObjectName(QStringLiteral("exportText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setAccessibleName(tr("State of the export"));
    m_progress->setObjectName(QStringLiteral("exportProgress"));
    m_progress->setAccessibleName(tr("Progress of the export"));
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(Theme::kGrid * 20);
    m_replace->setObjectName(QStringLiteral("exportReplaceButton"));
    m_replace->setAccessibleName(tr("Replace the file"));
    m_cancel->setObjectName(QStringLiteral("exportCancelButton"));
    m_cancel->setAccessibleName(tr("Cancel the export"));
    m_close->setObjectName(QStringLiteral("exportCloseButton"));
    m_close->setAccessibleName(tr("Hide the message about the export"));
    m_close->setText(QStringLiteral("\u2715"));
    m_close->setAutoRaise(true);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(Theme::kGrid);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_replace);
    layout->addWidget(m_cancel);
    layout->addWidget(m_close);
    connect(m_replace, &QPushButton::clicked, this, &ExportPanel::write);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (!cancel())
            hide(); // the question whether to replace
    });
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void ExportPanel::chooseFile(const AuditFilter &filter, qint64 expected)
{
    m_filter = filter;
    m_expected = expected;
    if (!m_dialog) {
        const QString folder = m_fileName.isEmpty()
            ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
            : QFileInfo(m_fileName).absolutePath();
        // Nothing in it may open a modal question, which would come between the operator and the kill switch:
        // this panel asks whether to replace a file, and folders are not changed from here.
        m_dialog = new QFileDialog(this, tr("Export the audit log"), folder);
        m_dialog->setObjectName(QStringLiteral("exportDialog"));
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        m_dialog->setOptions(QFileDialog::DontUseNativeDialog | QFileDialog::DontConfirmOverwrite
                             | QFileDialog::ReadOnly);
        m_dialog->setAcceptMode(QFileDialog::AcceptSave);
        m_dialog->setFileMode(QFileDialog::AnyFile);
        m_dialog->setNameFilters({tr("CSV, for spreadsheets (*.csv)"), tr("JSON Lines (*.jsonl)"),
                                  tr("CSV, compressed (*.csv.gz)"), tr("JSON Lines, compressed (*.jsonl.gz)"),
                                  withProofs()});
        m_dialog->selectFile(QStringLiteral("andon-audit.csv"));
        m_dialog->setModal(false);
        connect(m_dialog, &QFileDialog::fileSelected, this,
                [this](const QString &name) { takeFile(name, m_dialog->selectedNameFilter()); });
        connect(m_dialog, &QFileDialog::filterSelected, m_dialog, [dialog = m_dialog.data()](const QString &wanted) {
            const QFileInfo chosen(dialog->selectedFiles().value(0));
            dialog->selectFile(withoutSuffixes(chosen.fileName()) + suffixOf(wanted));
        });
    }
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

void ExportPanel::takeFile(const QString &fileName, const QString &nameFilter)
{
    m_fileName = fileName;
    if (QFileInfo(fileName).suffix().isEmpty())
        m_fileName += suffixOf(nameFilter);
    m_format = exportFormatFromFileName(suffixOf(nameFilter)).value_or(ExportFormat::Csv);
    if (const auto format = exportFormatFromFileName(m_fileName))
        m_format = *format; // what the name says counts
    m_format.isCompressed = isGzipFileName(m_fileName);
    m_format.withProofs = nameFilter == withProofs() && m_format.lines == ExportFormat::JsonLines;
    if (QFileInfo::exists(m_fileName))
        askToReplace();
    else
        write();
}

void ExportPanel::askToReplace()
{
    tell(tr("%1 is there already. Replace it?").arg(QDir::toNativeSeparators(m_fileName)));
    setButtons(true, true);
    m_cancel->setFocus();
}

void ExportPanel::write()
{
    showProgress(0, 0);
    setButtons(false, true);
    m_progress->show();
    const QFuture<qint64> writing = m_source->exportTo(m_filter, m_format, m_fileName);
    m_export.ask(
        writing,
        {
            .done =
                [this](qint64 rows) {
                    tell(tr("%1 written to %2.")
                             .arg(counted(rows, tr("1 event"), tr("%1 events")), QDir::toNativeSeparators(m_fileName)));
                    emit writingChanged(false);
                },
            .failed =
                [this](const QString &sentence, const QString &cause) {
                    tell(tr("Nothing was written. %1").arg(sentence));
                    emit writingChanged(false);
                    emit failed(sentence, cause);
                },
            .partial = {},
            .progress = [this, writing](qint64 done,
                                        qint64 total) { hearProgress(done, total, writing.progressText()); },
        });
    emit writingChanged(true);
}

bool ExportPanel::cancel()
{
    if (!m_export.isAsking())
        return false;
    m_export.cancel();
    tell(tr("The export was cancelled. Nothing was written to %1.").arg(QDir::toNativeSeparators(m_fileName)));
    emit writingChanged(false);
    return true;
}

void ExportPanel::hearProgress(qint64 done, qint64 total, const QString &rows)
{
    bool isShare = false;
    const qint64 written = rows.toLongLong(&isShare);
    if (isShare && total > 0)
        showProgress(written, static_cast<double>(done) / static_cast<double>(total));
    else // rows alone: they say how far it is where their number is known
        showProgress(done,
                     m_expected > 0 && done <= m_expected ? std::optional(double(done) / double(m_expected))
                                                          : std::nullopt);
}

void ExportPanel::showProgress(qint64 rows, std::optional<double> share)
{
    const QString file = QFileInfo(m_fileName).fileName();
    const QString written = counted(rows, tr("1 event"), tr("%1 events"));
    if (share) {
        // Not rounded up: 100 % is said by the message that it is done.
        const int percent = int(*share * 100);
        m_text->setText(tr("Writing %1: %2 so far, %3\u00a0%").arg(file, written).arg(percent));
    } else {
        m_text->setText(tr("Writing %1: %2 so far").arg(file, written));
    }
    m_progress->setRange(0, share ? kPerMille : 0);
    if (share)
        m_progress->setValue(int(*share * kPerMille));
    show();
}

void ExportPanel::tell(const QString &sentence)
{
    m_text->setText(sentence);
    m_progress->hide();
    setButtons(false, false);
    show();
}

void ExportPanel::setButtons(bool canReplace, bool canCancel)
{
    m_replace->setVisible(canReplace);
    m_cancel->setVisible(canCancel);
    m_close->setVisible(!canCancel);
}

} // namespace andon
