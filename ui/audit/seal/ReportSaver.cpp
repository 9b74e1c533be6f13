// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/ReportSaver.h"

#include "ui/Theme.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QStandardPaths>
#include <QToolButton>
#include <QtConcurrentRun>

namespace andon {

namespace {

QString jsonSuffix()
{
    return QStringLiteral("json");
}

/// Writes the whole file or nothing. Returns why not; nothing for success.
QString writeTo(const QString &fileName, const VerifyReport &report)
{
    const bool isJson = QFileInfo(fileName).suffix().compare(jsonSuffix(), Qt::CaseInsensitive) == 0;
    const QByteArray bytes = isJson ? QJsonDocument(report.toJson()).toJson() : report.toText().toUtf8();
    QSaveFile file(fileName);
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
    return isWritten ? QString() : file.errorString();
}

} // namespace

ReportSaver::ReportSaver(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_replace(new QPushButton(tr("Replace"), this))
    , m_keep(new QPushButton(tr("Keep it"), this))
    , m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("reportSaver"));
    m_text->setObjectName(QStringLiteral("reportSaverText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setAccessibleName(tr("What became of the report"));
    m_replace->setObjectName(QStringLiteral("reportReplaceButton"));
    m_replace->setAccessibleName(tr("Replace the file"));
    m_keep->setObjectName(QStringLiteral("reportKeepButton"));
    m_keep->setAccessibleName(tr("Keep the file and write nothing"));
    m_close->setObjectName(QStringLiteral("reportSaverCloseButton"));
    m_close->setAccessibleName(tr("Hide the message about the report"));
    m_close->setText(QStringLiteral("\u2715"));
    m_close->setAutoRaise(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(Theme::kGrid);
    row->addWidget(m_text, 1);
    for (QWidget *button : std::initializer_list<QWidget *>{m_replace, m_keep, m_close})
        row->addWidget(button, 0, Qt::AlignTop);
    connect(m_replace, &QPushButton::clicked, this, &ReportSaver::write);
    connect(m_keep, &QPushButton::clicked, this, &QWidget::hide);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void ReportSaver::chooseFile(const VerifyReport &report)
{
    m_report = report;
    if (!m_dialog)
        openDialog();
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

void ReportSaver::openDialog()
{
    const QString folder = m_fileName.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                                                : QFileInfo(m_fileName).absolutePath();
    // Nothing in it may open a modal question: this widget asks whether to replace a file.
    m_dialog = new QFileDialog(this, tr("Save the report of the verification"), folder);
    m_dialog->setObjectName(QStringLiteral("reportDialog"));
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setOptions(QFileDialog::DontUseNativeDialog | QFileDialog::DontConfirmOverwrite | QFileDialog::ReadOnly);
    m_dialog->setAcceptMode(QFileDialog::AcceptSave);
    m_dialog->setFileMode(QFileDialog::AnyFile);
    m_dialog->setNameFilters({tr("Text (*.txt)"), tr("JSON (*.json)")});
    m_dialog->selectFile(QStringLiteral("andon-verification.txt"));
    m_dialog->setModal(false);
    connect(m_dialog, &QFileDialog::fileSelected, this,
            [this](const QString &name) { takeFile(name, m_dialog->selectedNameFilter()); });
    connect(m_dialog, &QFileDialog::filterSelected, m_dialog, [dialog = m_dialog.data()](const QString &wanted) {
        const QFileInfo chosen(dialog->selectedFiles().value(0));
        dialog->selectFile(chosen.completeBaseName()
                           + (wanted.contains(jsonSuffix()) ? QStringLiteral(".json") : QStringLiteral(".txt")));
    });
}

void ReportSaver::takeFile(const QString &fileName, const QString &nameFilter)
{
    m_fileName = fileName;
    if (QFileInfo(fileName).suffix().isEmpty())
        m_fileName += nameFilter.contains(jsonSuffix()) ? QStringLiteral(".json") : QStringLiteral(".txt");
    if (QFileInfo::exists(m_fileName)) {
        tell(tr("%1 is there already. Replace it?").arg(QDir::toNativeSeparators(m_fileName)), true);
        m_keep->setFocus();
    } else {
        write();
    }
}

void ReportSaver::write()
{
    tell(tr("Writing %1\u2026").arg(QDir::toNativeSeparators(m_fileName)));
    m_writing.ask(QtConcurrent::run(&writeTo, m_fileName, m_report),
                  {
                      .done = [this](const QString &obstacle) { onWritten(obstacle); },
                      .failed = [this](const QString &, const QString &cause) { onWritten(cause); },
                      .partial = {},
                      .progress = {},
                  });
}

void ReportSaver::onWritten(const QString &obstacle)
{
    const QString file = QDir::toNativeSeparators(m_fileName);
    if (obstacle.isEmpty())
        return tell(tr("The report was written to %1.").arg(file));
    const QString sentence = tr("The report could not be written to %1. Choose another place.").arg(file);
    tell(sentence);
    emit failed(sentence, obstacle);
}

void ReportSaver::tell(const QString &sentence, bool asks)
{
    m_text->setText(sentence);
    m_replace->setVisible(asks);
    m_keep->setVisible(asks);
    m_close->setVisible(!asks);
    show();
}

} // namespace andon
