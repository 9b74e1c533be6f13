// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/story/StoryView.h"

#include "ui/Counted.h"
#include "ui/Theme.h"
#include "ui/audit/AuditSource.h"
#include "ui/audit/EventText.h"
#include "ui/audit/story/StoryModel.h"
#include "ui/audit/story/StoryShareDelegate.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <QtConcurrentRun>

#include <algorithm>
#include <numeric>

namespace andon {

StoryView::StoryView(AuditSource *source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_model(new StoryModel(this))
    , m_title(new QLabel(this))
    , m_facts(new QLabel(this))
    , m_close(new QPushButton(tr("Close"), this))
    , m_table(new QTableView(this))
    , m_message(new QLabel(this))
    , m_retry(new QPushButton(tr("Retry"), this))
{
    setObjectName(QStringLiteral("storyView"));
    setAccessibleName(tr("Story of a proposal"));
    build();
    connect(m_close, &QPushButton::clicked, this, &StoryView::closed);
    connect(m_retry, &QPushButton::clicked, this, &StoryView::readOn);
    connect(m_table, &QTableView::doubleClicked, this,
            [this](const QModelIndex &index) { emit eventChosen(m_model->idAt(index.row())); });
    applyStyle();
    clear();
}

void StoryView::build()
{
    m_title->setObjectName(QStringLiteral("storyTitle"));
    m_facts->setObjectName(QStringLiteral("storyFacts"));
    m_close->setObjectName(QStringLiteral("storyCloseButton"));
    m_close->setAccessibleName(tr("Close the story"));
    m_close->setToolTip(tr("Esc"));
    m_table->setObjectName(QStringLiteral("storyTable"));
    m_table->setAccessibleName(tr("Events of the proposal, the oldest first"));
    m_message->setObjectName(QStringLiteral("storyMessage"));
    m_retry->setObjectName(QStringLiteral("storyRetryButton"));
    m_retry->setAccessibleName(tr("Read the story again"));
    for (QLabel *label : {m_title, m_facts, m_message}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // one long word must not widen the view
    }

    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(StoryModel::After, new StoryShareDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->installEventFilter(this);
    setFocusProxy(m_table);

    auto *head = new QHBoxLayout;
    head->setSpacing(Theme::kGrid);
    head->addWidget(m_title, 1);
    head->addWidget(m_close, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(Theme::kGrid / 2);
    column->addLayout(head);
    column->addWidget(m_facts);
    column->addWidget(m_message);
    column->addWidget(m_retry, 0, Qt::AlignLeft);
    column->addWidget(m_table, 1);
    column->addStretch(0);
}

bool StoryView::isFull() const
{
    return m_model->rowCount() >= kMaxEvents;
}

bool StoryView::isReading() const
{
    return m_page.isAsking() || m_lines.isAsking();
}

void StoryView::clear()
{
    m_page.cancel();
    m_lines.cancel();
    m_model->clear();
    m_proposal = {};
    m_filter = {};
    m_through = {};
    m_hasReadAll = false;
    m_isMoreExpected = false;
    m_problem.clear();
    showState();
}

void StoryView::tell(ProposalId id)
{
    clear();
    if (!id.isValid())
        return;
    m_proposal = id;
    m_filter = AuditFilter::parse(QStringLiteral("proposal:") + id.toString(), QDateTime::currentDateTimeUtc());
    readOn();
}

void StoryView::refresh()
{
    if (!m_proposal.isValid() || isFull())
        return;
    if (isReading())
        m_isMoreExpected = true;
    else
        readOn();
}

void StoryView::setZone(Qt::TimeSpec zone)
{
    m_zone = zone;
    m_model->setZone(zone);
    showState();
    fitColumns();
}

void StoryView::readOn()
{
    m_problem.clear();
    m_isMoreExpected = false;
    const int wanted = std::min(kPageSize, kMaxEvents - m_model->rowCount());
    m_page.ask(m_source->page({m_filter, AuditPageRequest::Direction::Newer, m_through, wanted}),
               {
                   .done = [this](const AuditPage &page) { onPage(page); },
                   .failed = [this](const QString &sentence, const QString &cause) { onFailed(sentence, cause); },
                   .partial = {},
                   .progress = {},
               });
    showState();
}

void StoryView::onPage(const AuditPage &page)
{
    const EventId before = m_through;
    if (page.through.isValid())
        m_through = page.through;
    else if (!page.events.isEmpty())
        m_through = page.events.constFirst().id.value_or(m_through);
    // A page that brings the reading no further would be asked for without end.
    const bool reachedEnd = page.reachedEnd || m_through <= before;
    if (page.events.isEmpty())
        return onLines({}, reachedEnd);
    // An event may have megabytes of data.
    m_lines.ask(QtConcurrent::run(&StoryLine::of, page.events),
                {
                    .done = [this, reachedEnd](const QList<StoryLine> &lines) { onLines(lines, reachedEnd); },
                    .failed = [this](const QString &sentence, const QString &cause) { onFailed(sentence, cause); },
                    .partial = {},
                    .progress = {},
                });
}

void StoryView::onLines(const QList<StoryLine> &lines, bool reachedEnd)
{
    const bool wasEmpty = m_model->rowCount() == 0;
    m_model->append(lines);
    if (wasEmpty && !lines.isEmpty()) {
        // The keyboard begins there, but nobody has chosen it.
        m_table->selectionModel()->setCurrentIndex(m_model->index(0, 0), QItemSelectionModel::NoUpdate);
    }
    fitColumns();
    if (reachedEnd)
        m_hasReadAll = true;
    if (!isFull() && (!reachedEnd || m_isMoreExpected))
        readOn();
    else
        showState();
}

void StoryView::onFailed(const QString &sentence, const QString &cause)
{
    m_problem = sentence;
    showState();
    emit failed(sentence, cause);
}

void StoryView::showState()
{
    const StoryLine *first = m_model->first();
    const StoryLine *last = m_model->last();
    QStringList title{tr("Proposal #%1").arg(m_proposal.toString())};
    QStringList facts;
    if (first != nullptr) {
        title << first->actionName << first->reason;
        title.removeAll(QString());
        facts << counted(m_model->rowCount(), tr("1 event"), tr("%1 events"));
        if (m_model->hasClockGoneBack())
            facts << tr("the clock went back in between");
        else if (const auto total = m_model->totalMs())
            facts << tr("%1 in all").arg(EventText::duration(*total));
        if (m_isNarrow && first->event.timestamp.isValid()) // the table has no room for the date
            facts << tr("from %1").arg(EventText::time(first->event, m_zone).left(10));
        facts << tr("now: %1").arg(last->event.eventType);
    }
    m_title->setText(m_proposal.isValid() ? title.join(QStringLiteral(" \u00B7 ")) : QString());
    m_facts->setText(facts.join(QStringLiteral(" \u00B7 ")));
    m_facts->setVisible(!facts.isEmpty());

    QString message;
    if (!m_proposal.isValid())
        message = tr("Choose a proposal to read its story.");
    else if (!m_problem.isEmpty())
        message = m_problem;
    else if (first == nullptr)
        message = isReading() ? tr("Reading the story\u2026") : tr("No event of this proposal is in the log.");
    else if (isFull())
        message = tr("These are the first %1 events. Filter by proposal:%2 to see the others.")
                      .arg(QLocale().toString(kMaxEvents), m_proposal.toString());
    else if (!m_hasReadAll)
        message = tr("Reading on\u2026");
    m_message->setText(message);
    m_message->setVisible(!message.isEmpty());
    m_retry->setVisible(!m_problem.isEmpty());
    m_table->setVisible(first != nullptr);
    setAccessibleDescription(m_title->text() + u' ' + (message.isEmpty() ? m_facts->text() : message));
}

void StoryView::copy() const
{
    QList<int> rows;
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    for (const QModelIndex &index : selected)
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    if (rows.isEmpty()) {
        rows.resize(m_model->rowCount());
        std::iota(rows.begin(), rows.end(), 0);
    }
    if (!rows.isEmpty())
        QGuiApplication::clipboard()->setText(m_model->textOf(rows));
}

bool StoryView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_table || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->matches(QKeySequence::Copy)) {
        copy();
        return true;
    }
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        const EventId id = m_model->idAt(m_table->currentIndex().row());
        if (id.isValid())
            emit eventChosen(id);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void StoryView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        emit closed();
    else
        QWidget::keyPressEvent(event);
}

void StoryView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        applyStyle();
}

void StoryView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool wasNarrow = m_isNarrow;
    m_isNarrow = width() < 75 * fontMetrics().averageCharWidth();
    m_model->setTimesShort(m_isNarrow);
    if (wasNarrow != m_isNarrow)
        showState();
    fitColumns();
}

void StoryView::applyStyle()
{
    const bool isDark = Theme::of(this).isDark();
    m_model->setStyle(Theme::figuresFont(font()), QColor(isDark ? 0xFF8A80 : 0xB3261E),
                      QColor(isDark ? 0xFFC04D : 0x8A5A00));
    m_title->setFont(Theme::boldFont(font()));
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + Theme::kGrid);
    fitColumns();
}

/// The columns before the last are as wide as what is in them; on a narrow view those that are least needed go.
void StoryView::fitColumns()
{
    const int letter = fontMetrics().averageCharWidth();
    const QFontMetrics figures(Theme::figuresFont(font()));
    const auto room = [](const QFontMetrics &metrics, const QString &text) {
        return metrics.horizontalAdvance(text) + 2 * Theme::kGrid;
    };
    // As wide as the durations that are there, so that there is room for what happened.
    m_table->resizeColumnToContents(StoryModel::After);
    const int after = std::max(room(figures, u'+' + EventText::duration(999)),
                               m_table->columnWidth(StoryModel::After) + Theme::kGrid);
    const int time = room(figures,
                          m_isNarrow ? QStringLiteral("00:00:00.000 ~") : QStringLiteral("2026-00-00 00:00:00.000 ~"));
    const int type = (m_isNarrow ? 11 : 14) * letter;
    m_table->setColumnHidden(StoryModel::Actor, m_isNarrow);
    m_table->setColumnWidth(StoryModel::Time, time);
    m_table->setColumnWidth(StoryModel::After, after);
    m_table->setColumnWidth(StoryModel::Type, type);
    m_table->setColumnWidth(StoryModel::Actor, 10 * letter);
    // What happened is never squeezed out: it is scrolled to.
    m_table->horizontalHeader()->setStretchLastSection(!m_isNarrow);
    if (m_isNarrow)
        m_table->setColumnWidth(StoryModel::What,
                                std::max(40 * letter, m_table->viewport()->width() - time - type - after));
}

} // namespace andon
