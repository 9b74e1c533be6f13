// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/KeptCheckpoints.h"

#include "ui/PlainTip.h"
#include "ui/Theme.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QStandardPaths>
#include <QToolButton>

namespace andon {

KeptCheckpoints::KeptCheckpoints(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_forget(new QToolButton(this))
{
    setObjectName(QStringLiteral("keptCheckpoints"));
    m_text->setObjectName(QStringLiteral("keptCheckpointsText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setAccessibleName(tr("Checkpoint files"));
    m_forget->setObjectName(QStringLiteral("keptCheckpointsForgetButton"));
    m_forget->setText(QStringLiteral("\u2715"));
    m_forget->setAutoRaise(true);
    m_forget->setFocusPolicy(Qt::StrongFocus);
    m_forget->setToolTip(tr("Verify without these files"));
    m_forget->setAccessibleName(tr("Verify without the checkpoint files"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(Theme::kGrid);
    row->addWidget(m_text, 1);
    row->addWidget(m_forget, 0, Qt::AlignTop);
    connect(m_forget, &QToolButton::clicked, this, [this] {
        m_files.clear();
        showFiles();
        emit changed();
    });
    showFiles();
}

void KeptCheckpoints::chooseFiles()
{
    if (!m_dialog) {
        if (m_folder.isEmpty())
            m_folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
        m_dialog = new QFileDialog(this, tr("Hold the log against a checkpoint that was kept"), m_folder);
        m_dialog->setObjectName(QStringLiteral("checkpointDialog"));
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        m_dialog->setOptions(QFileDialog::DontUseNativeDialog | QFileDialog::ReadOnly);
        m_dialog->setAcceptMode(QFileDialog::AcceptOpen);
        m_dialog->setFileMode(QFileDialog::ExistingFiles);
        m_dialog->setModal(false);
        connect(m_dialog, &QFileDialog::filesSelected, this, &KeptCheckpoints::add);
    }
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

void KeptCheckpoints::add(const QStringList &fileNames)
{
    if (fileNames.isEmpty())
        return;
    m_folder = QFileInfo(fileNames.constFirst()).absolutePath();
    QStringList files = m_files + fileNames;
    files.removeDuplicates();
    if (files.size() > kMostFiles)
        return emit refused(
            tr("No more than %1 checkpoint files at a time. The largest checkpoint says the most.").arg(kMostFiles));
    m_files = files;
    showFiles();
    emit changed();
}

void KeptCheckpoints::showFiles()
{
    QStringList names;
    QStringList paths;
    for (const QString &file : std::as_const(m_files)) {
        names << QFileInfo(file).fileName();
        paths << QDir::toNativeSeparators(file);
    }
    m_text->setText(tr("A verification holds the log against: %1").arg(names.join(QStringLiteral(", "))));
    m_text->setToolTip(plainTip(paths.join(u'\n')));
    setVisible(!m_files.isEmpty());
}

} // namespace andon
