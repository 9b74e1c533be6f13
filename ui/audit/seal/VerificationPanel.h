// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/seal/SealKnowledge.h"

#include <QStringList>
#include <QWidget>

class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QScrollArea;

namespace andon {

class CheckpointLines;
class FindingLines;
class KeptCheckpoints;
class ReportList;
class ReportSaver;
class SealMarkWidget;

/// The verification of the log: what is known of its seals and what that means, how far a verification has come, what
/// it has found, and the checkpoints that it was held against. It asks for what it wants by signals.
class VerificationPanel : public QWidget
{
    Q_OBJECT

public:
    explicit VerificationPanel(QWidget *parent = nullptr);

    void setKnowledge(const SealKnowledge &known);
    /// Qt::LocalTime or Qt::UTC.
    void setZone(Qt::TimeSpec zone);
    /// A sentence of what was done, until the next; empty for none.
    void setNote(const QString &sentence);

    /// Checkpoint files to hold the log against.
    [[nodiscard]] const QStringList &checkpointFiles() const;

signals:
    void verifyRequested();
    void cancelRequested();
    void checkpointRequested();
    void eventChosen(andon::EventId id);
    /// The reader has had enough of it.
    void closed();
    void failed(const QString &sentence, const QString &cause);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildProgress();
    QWidget *buildButtons();
    QWidget *buildFindings();
    QWidget *buildCheckpoints();
    void showHead();
    void showProgress();
    void showButtons();
    void showReport();
    void placeButtons();
    void applyStyle();
    [[nodiscard]] QString facts() const;
    [[nodiscard]] static QString archivesOf(const VerifyReport &report);
    [[nodiscard]] QString outcome() const;

    SealKnowledge m_known;
    Qt::TimeSpec m_zone = Qt::LocalTime;
    FindingLines *m_findings;
    CheckpointLines *m_checkpoints;

    QScrollArea *m_scroll = nullptr;
    SealMarkWidget *m_mark = nullptr;
    QLabel *m_headline = nullptr;
    QPushButton *m_close = nullptr;
    QLabel *m_outcome = nullptr;
    QLabel *m_meaning = nullptr;
    QLabel *m_archives = nullptr;
    QLabel *m_facts = nullptr;
    QWidget *m_progressRow = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_progressText = nullptr;
    QPushButton *m_cancel = nullptr;
    QGridLayout *m_buttons = nullptr;
    QPushButton *m_verify = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_add = nullptr;
    QPushButton *m_write = nullptr;
    KeptCheckpoints *m_kept = nullptr;
    ReportSaver *m_saver = nullptr;
    QLabel *m_note = nullptr;
    QWidget *m_findingsBox = nullptr;
    QLabel *m_findingsTitle = nullptr;
    ReportList *m_findingsList = nullptr;
    QWidget *m_checkpointsBox = nullptr;
    QLabel *m_checkpointsTitle = nullptr;
    ReportList *m_checkpointsList = nullptr;
};

} // namespace andon
