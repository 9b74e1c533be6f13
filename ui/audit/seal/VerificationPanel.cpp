// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/VerificationPanel.h"

#include "ui/Counted.h"
#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/audit/seal/KeptCheckpoints.h"
#include "ui/audit/seal/ReportLines.h"
#include "ui/audit/seal/ReportList.h"
#include "ui/audit/seal/ReportSaver.h"
#include "ui/audit/seal/SealMarkWidget.h"
#include "ui/audit/seal/SealSummary.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace andon {

namespace {

constexpr int kPerMille = 1000;
constexpr qsizetype kLongestName = 40;
constexpr qsizetype kMostArchives = 12;

QString number(qint64 value)
{
    return QLocale().toString(value);
}

/// A label that wraps its words and never widens what it lies in.
QLabel *wordsIn(QWidget *parent, const QString &name)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    return label;
}

/// A list below its title.
void stack(QWidget *box, QWidget *title, QWidget *list)
{
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins({});
    column->setSpacing(Theme::kGrid / 2);
    column->addWidget(title);
    column->addWidget(list, 1);
}

void tell(QLabel *label, const QString &text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

VerificationPanel::VerificationPanel(QWidget *parent)
    : QWidget(parent)
    , m_findings(new FindingLines(this))
    , m_checkpoints(new CheckpointLines(this))
    , m_scroll(new QScrollArea(this))
{
    setObjectName(QStringLiteral("verificationPanel"));
    setAccessibleName(tr("Verification of the audit log"));
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, Theme::kGrid / 2, Theme::kGrid / 2, 0);
    column->setSpacing(Theme::kGrid);
    column->addWidget(buildHead());
    m_outcome = wordsIn(content, QStringLiteral("verificationOutcome"));
    m_meaning = wordsIn(content, QStringLiteral("verificationMeaning"));
    m_archives = wordsIn(content, QStringLiteral("verificationArchives"));
    m_facts = wordsIn(content, QStringLiteral("verificationFacts"));
    column->addWidget(buildProgress());
    column->addWidget(m_outcome);
    column->addWidget(buildFindings(), 3);
    column->addWidget(m_meaning);
    column->addWidget(buildButtons());
    m_kept = new KeptCheckpoints(content);
    m_saver = new ReportSaver(content);
    m_note = wordsIn(content, QStringLiteral("verificationNote"));
    column->addWidget(m_kept);
    column->addWidget(m_saver);
    column->addWidget(m_note);
    column->addWidget(buildCheckpoints(), 2);
    column->addWidget(m_archives);
    column->addWidget(m_facts);
    column->addStretch(0);

    m_scroll->setObjectName(QStringLiteral("verificationScroll"));
    m_scroll->setAccessibleName(accessibleName());
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_scroll);

    connect(m_kept, &KeptCheckpoints::changed, this, [this] { setNote({}); });
    connect(m_kept, &KeptCheckpoints::refused, this, &VerificationPanel::setNote);
    connect(m_saver, &ReportSaver::failed, this, &VerificationPanel::failed);
    setFocusProxy(m_verify);
    setNote({});
    applyStyle();
    setKnowledge({});
}

QWidget *VerificationPanel::buildHead()
{
    auto *head = new QWidget(this);
    m_mark = new SealMarkWidget(head);
    m_headline = wordsIn(head, QStringLiteral("verificationHeadline"));
    m_close = new QPushButton(tr("Close"), head);
    m_close->setObjectName(QStringLiteral("verificationCloseButton"));
    m_close->setAccessibleName(tr("Close the verification"));
    m_close->setToolTip(tr("Esc"));
    connect(m_close, &QPushButton::clicked, this, &VerificationPanel::closed);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins({});
    row->setSpacing(Theme::kGrid);
    row->addWidget(m_mark, 0, Qt::AlignVCenter);
    row->addWidget(m_headline, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    return head;
}

QWidget *VerificationPanel::buildProgress()
{
    m_progressRow = new QWidget(this);
    m_progress = new QProgressBar(m_progressRow);
    m_progress->setObjectName(QStringLiteral("verifyProgress"));
    m_progress->setAccessibleName(tr("Progress of the verification"));
    m_progress->setTextVisible(false);
    m_progressText = wordsIn(m_progressRow, QStringLiteral("verifyProgressText"));
    m_cancel = new QPushButton(tr("Cancel"), m_progressRow);
    m_cancel->setObjectName(QStringLiteral("verifyCancelButton"));
    m_cancel->setAccessibleName(tr("Cancel the verification"));
    m_cancel->setToolTip(tr("Esc"));
    connect(m_cancel, &QPushButton::clicked, this, &VerificationPanel::cancelRequested);
    auto *grid = new QGridLayout(m_progressRow);
    grid->setContentsMargins({});
    grid->setSpacing(Theme::kGrid);
    grid->addWidget(m_progress, 0, 0);
    grid->addWidget(m_cancel, 0, 1);
    grid->addWidget(m_progressText, 1, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    return m_progressRow;
}

QWidget *VerificationPanel::buildButtons()
{
    auto *box = new QWidget(this);
    const auto button = [box](const QString &text, const char *name, const QString &accessible) {
        auto *made = new QPushButton(text, box);
        made->setObjectName(QLatin1StringView(name));
        made->setAccessibleName(accessible);
        return made;
    };
    m_verify = button(tr("Verify"), "verifyButton", tr("Verify the whole audit log"));
    m_save = button(tr("Save report\u2026"), "saveReportButton", tr("Save the report of the verification"));
    m_add = button(tr("Add a checkpoint file\u2026"), "addCheckpointButton",
                   tr("Hold the log against a checkpoint that was kept"));
    m_write = button(tr("Write a checkpoint now"), "writeCheckpointButton", tr("Sign the log as it is now"));
    m_buttons = new QGridLayout(box);
    m_buttons->setContentsMargins({});
    m_buttons->setSpacing(Theme::kGrid);
    connect(m_verify, &QPushButton::clicked, this, &VerificationPanel::verifyRequested);
    connect(m_save, &QPushButton::clicked, this, [this] { m_saver->chooseFile(*m_known.report); });
    connect(m_add, &QPushButton::clicked, this, [this] { m_kept->chooseFiles(); });
    connect(m_write, &QPushButton::clicked, this, &VerificationPanel::checkpointRequested);
    return box;
}

QWidget *VerificationPanel::buildFindings()
{
    m_findingsBox = new QWidget(this);
    m_findingsTitle = wordsIn(m_findingsBox, QStringLiteral("findingsTitle"));
    m_findingsList = new ReportList(m_findings, m_findingsBox);
    m_findingsList->setObjectName(QStringLiteral("findingsList"));
    m_findingsList->setAccessibleName(tr("What the verification has found"));
    m_findingsList->setAccessibleDescription(tr("Enter goes to the event"));
    connect(m_findingsList, &ReportList::chosen, this, [this](int row) {
        if (const EventId id = m_findings->findingAt(row).event; id.value != 0)
            emit eventChosen(id);
    });
    stack(m_findingsBox, m_findingsTitle, m_findingsList);
    return m_findingsBox;
}

QWidget *VerificationPanel::buildCheckpoints()
{
    m_checkpointsBox = new QWidget(this);
    m_checkpointsTitle = wordsIn(m_checkpointsBox, QStringLiteral("checkpointsTitle"));
    m_checkpointsList = new ReportList(m_checkpoints, m_checkpointsBox);
    m_checkpointsList->setObjectName(QStringLiteral("checkpointsList"));
    m_checkpointsList->setAccessibleName(tr("Checkpoints that the log was held against"));
    stack(m_checkpointsBox, m_checkpointsTitle, m_checkpointsList);
    return m_checkpointsBox;
}

void VerificationPanel::setKnowledge(const SealKnowledge &known)
{
    const bool isOtherReport = known.report != m_known.report;
    m_known = known;
    showHead();
    showProgress();
    showButtons();
    if (isOtherReport || !known.report)
        showReport();
    if (isOtherReport)
        m_scroll->verticalScrollBar()->setValue(0);
}

void VerificationPanel::setZone(Qt::TimeSpec zone)
{
    m_zone = zone;
    m_checkpoints->setZone(zone);
    showHead();
}

void VerificationPanel::setNote(const QString &sentence)
{
    tell(m_note, sentence);
}

const QStringList &VerificationPanel::checkpointFiles() const
{
    return m_kept->files();
}

QString VerificationPanel::outcome() const
{
    if (m_known.verifying)
        return {};
    const QString before = m_known.report ? u' ' + tr("What is shown is from the verification before.") : QString();
    if (!m_known.problem.isEmpty())
        return tr("The log could not be verified. %1").arg(m_known.problem) + before;
    if (m_known.wasCancelled)
        return tr("The verification was cancelled: it says nothing about the log.") + before;
    return m_known.report ? m_known.report->headline() : QString();
}

QString VerificationPanel::facts() const
{
    const auto moment = [this](const QDateTime &time) {
        return time.toTimeSpec(m_zone).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
    };
    QStringList facts;
    if (const VerifyReport *report = m_known.report.get())
        facts << tr("%1 entries read in %2, at %3")
                     .arg(number(report->entries), EventText::duration(qRound64(report->seconds * 1000)),
                          moment(report->at));
    const SealStatus &status = m_known.status;
    if (status.isKnown)
        facts << tr("sealed now: %1").arg(number(status.treeSize));
    if (status.unsealed > 0)
        facts << tr("not sealed yet: %1").arg(number(status.unsealed));
    if (status.checkpoint)
        facts << tr("newest checkpoint: %1 entries, by %2 (%3), %4")
                     .arg(number(status.checkpoint->size), EventText::visible(status.checkpoint->keyName, kLongestName),
                          status.checkpoint->keyId, moment(status.checkpoint->signedAt));
    return facts.join(QStringLiteral(" \u00B7 "));
}

/// Where entries are that are not in the log any more: a line for each file.
QString VerificationPanel::archivesOf(const VerifyReport &report)
{
    QStringList lines;
    for (const ArchivedEvents &archive : report.archives.mid(0, kMostArchives)) {
        const QString file = EventText::visible(archive.file, kLongestName);
        const QString what = archive.isChecked
            ? tr("Archived in %1, which was read too: %2, %3 to %4")
            : tr("Archived in %1, which was not read (andonctl verify --archive FILE reads it): %2, %3 to %4");
        lines << what.arg(file, counted(archive.events, tr("1 event"), tr("%1 events")),
                          number(archive.firstEvent.value), number(archive.lastEvent.value));
    }
    if (report.archives.size() > kMostArchives)
        lines << tr("And %1 archives more; the report names all.").arg(number(report.archives.size() - kMostArchives));
    return lines.join(u'\n');
}

void VerificationPanel::showHead()
{
    const SealSummary summary = SealSummary::of(m_known, m_zone);
    m_mark->setMark(summary.mark, summary.share);
    m_headline->setText(summary.forms.value(0));
    tell(m_outcome, outcome());
    const bool isGood = m_known.report && m_known.findings() == 0 && m_known.problem.isEmpty();
    m_outcome->setFont(isGood ? font() : Theme::boldFont(font()));
    tell(m_meaning, summary.meaning);
    tell(m_facts, facts());
    setAccessibleDescription(summary.forms.value(0) + u' ' + outcome());
}

void VerificationPanel::showProgress()
{
    m_progressRow->setVisible(m_known.verifying.has_value());
    if (!m_known.verifying)
        return;
    const SealKnowledge::Progress &progress = *m_known.verifying;
    QStringList parts;
    const qint64 total = m_known.status.treeSize + m_known.status.unsealed;
    if (progress.entries > 0 && progress.entries <= total)
        parts << tr("%1 of %2 entries").arg(number(progress.entries), number(total));
    else if (progress.entries > 0)
        parts << tr("%1 entries").arg(number(progress.entries));
    if (progress.entriesASecond > 0)
        parts << tr("%1 a second").arg(number(progress.entriesASecond));
    if (progress.secondsLeft >= 0)
        parts << (progress.secondsLeft < 120 ? tr("%1 s left").arg(progress.secondsLeft)
                                             : tr("%1 min left").arg(progress.secondsLeft / 60));
    m_progress->setRange(0, progress.share > 0 ? kPerMille : 0);
    m_progress->setValue(static_cast<int>(progress.share * kPerMille));
    m_progressText->setText(parts.isEmpty() ? tr("Beginning\u2026") : parts.join(QStringLiteral(" \u00B7 ")));
}

void VerificationPanel::showButtons()
{
    m_verify->setText(m_known.report ? tr("Verify again") : tr("Verify"));
    m_verify->setEnabled(!m_known.verifying);
    m_save->setEnabled(m_known.report != nullptr);
    m_save->setToolTip(m_known.report ? QString() : tr("There is a report once the log was verified."));
    m_add->setToolTip(tr("A checkpoint that was kept elsewhere shows whether the log was rewritten since, whoever did "
                         "it."));
    m_write->setEnabled(!m_known.isReadOnly && !m_known.isSigning && m_known.status.isKnown);
    QString why = tr("Signs the log as it is now, into the database and the folders of the settings.");
    if (m_known.isReadOnly)
        why = tr("This panel only reads. Write a checkpoint where somebody may write, with andonctl checkpoint.");
    else if (!m_known.status.isKnown)
        why = tr("There are no seals to sign yet.");
    else if (m_known.isSigning)
        why = tr("A checkpoint is being written.");
    else if (!m_known.status.hasKey)
        why += u' ' + tr("There is no key yet: the first checkpoint makes one.");
    m_write->setToolTip(plainTip(why));
    m_write->setAccessibleDescription(why);
}

void VerificationPanel::showReport()
{
    const VerifyReport report = m_known.report ? *m_known.report : VerifyReport();
    m_findings->setFindings(report.findings);
    m_checkpoints->setCheckpoints(report.checkpoints);

    qint64 all = 0;
    for (const qint64 number : report.counts)
        all += number;
    const bool isListedWhole = report.findings.size() < VerifyReport::kMostFindings;
    tell(m_findingsTitle,
         isListedWhole ? QString()
                       : tr("Found: %1. The first %2 are listed.").arg(number(all), number(report.findings.size())));
    m_findingsBox->setVisible(!report.findings.isEmpty());
    tell(m_archives, archivesOf(report));

    const qint64 checkpoints = std::max<qint64>(report.checkpointCount, report.checkpoints.size());
    QString title = counted(checkpoints, tr("Held against 1 checkpoint"), tr("Held against %1 checkpoints"));
    if (checkpoints > CheckpointLines::kMostLines)
        title += tr(", of which %1 are listed").arg(number(CheckpointLines::kMostLines));
    m_checkpointsTitle->setText(title);
    m_checkpointsBox->setVisible(!report.checkpoints.isEmpty());
}

/// As many buttons in a row as there is room for.
void VerificationPanel::placeButtons()
{
    const std::array<QPushButton *, 4> buttons{m_verify, m_save, m_add, m_write};
    int widest = 0;
    for (const QPushButton *button : buttons)
        widest = std::max(widest, button->sizeHint().width());
    int columns = static_cast<int>(buttons.size());
    while (columns > 1 && columns * (widest + Theme::kGrid) > width())
        columns /= 2;
    for (size_t i = 0; i < buttons.size(); ++i) {
        m_buttons->removeWidget(buttons.at(i));
        const int place = static_cast<int>(i);
        m_buttons->addWidget(buttons.at(i), place / columns, place % columns);
    }
}

void VerificationPanel::applyStyle()
{
    for (QLabel *label : {m_headline, m_findingsTitle, m_checkpointsTitle})
        label->setFont(Theme::boldFont(font()));
    showHead();
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, Theme::of(this).quietText());
    if (m_facts->palette() != quiet)
        m_facts->setPalette(quiet);
    m_progressText->setFont(Theme::figuresFont(font()));
    placeButtons();
}

void VerificationPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeButtons();
}

void VerificationPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        applyStyle();
}

void VerificationPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Escape)
        QWidget::keyPressEvent(event);
    else if (m_known.verifying)
        emit cancelRequested();
    else
        emit closed();
}

} // namespace andon
