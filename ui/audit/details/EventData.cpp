// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/EventData.h"

#include "ui/Theme.h"
#include "ui/audit/details/FindLine.h"
#include "ui/audit/details/JsonTreeModel.h"
#include "ui/audit/details/JsonTreeView.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPromise>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QTabBar>
#include <QTabWidget>
#include <QTextBlock>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace andon {

namespace {

/// Data up to this size is made readable at once: that takes well under a millisecond.
constexpr qsizetype kMaxAtOnce = 16 * 1024;
/// A longer line would take the text view long to lay out.
constexpr qsizetype kMaxLine = 4000;
/// More lines would, too.
constexpr int kMaxLines = 4000;
/// More marks than this would take the text view long to paint.
constexpr qsizetype kMaxMarks = 500;

EventText::Pretty makeReadable(const QString &data)
{
    EventText::Pretty pretty = EventText::pretty(data, EventData::kMaxShown);
    QString text;
    int lines = 0;
    for (const QStringView line : QStringView(pretty.text).split(u'\n')) {
        if (++lines > kMaxLines) {
            pretty.isCut = true;
            break;
        }
        if (lines > 1)
            text += u'\n';
        text += line.left(kMaxLine);
        if (line.size() > kMaxLine) {
            text += u'\u2026';
            pretty.isCut = true;
        }
    }
    pretty.text = text;
    return pretty;
}

} // namespace

EventData::EventData(QWidget *parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget(this))
    , m_tree(new JsonTreeView(m_tabs))
    , m_text(new QPlainTextEdit(m_tabs))
    , m_find(new FindLine(this))
    , m_note(new QLabel(this))
    , m_copy(new QPushButton(tr("Copy data"), this))
{
    build();
    connect(m_tree, &JsonTreeView::termRequested, this, &EventData::termRequested);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_data); });
    connect(m_find, &FindLine::textChosen, this, [this] { search(true); });
    connect(m_find, &FindLine::nextRequested, this, &EventData::findNext);
    connect(m_find, &FindLine::previousRequested, this, &EventData::findPrevious);
    connect(m_find, &FindLine::leaveRequested, this, [this] { m_tabs->currentWidget()->setFocus(); });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (m_isSwitching)
            return;
        m_isTreeChosen = isTreeShown();
        showNote();
        search(false);
    });
    presentNote({});
}

void EventData::build()
{
    m_tabs->setObjectName(QStringLiteral("eventDataTabs"));
    m_tabs->setAccessibleName(tr("How the data is shown"));
    m_tabs->tabBar()->setAccessibleName(m_tabs->accessibleName());
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_tree, tr("Tree"));
    m_tabs->addTab(m_text, tr("Text"));
    m_text->setObjectName(QStringLiteral("eventData"));
    m_text->setAccessibleName(tr("Data of the event"));
    m_text->setReadOnly(true);
    m_text->setUndoRedoEnabled(false);
    m_text->setTabChangesFocus(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_note->setObjectName(QStringLiteral("eventDataNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setAccessibleName(tr("About the data"));
    m_copy->setObjectName(QStringLiteral("copyDataButton"));
    m_copy->setAccessibleName(tr("Copy the data of the event"));

    m_tabs->setCornerWidget(m_copy);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(Theme::kGrid / 2);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_find);
    column->addWidget(m_note);
}

bool EventData::isTreeShown() const
{
    return m_tabs->currentWidget() == m_tree;
}

EventData::Prepared EventData::prepare(const QString &data, const JsonTree::IsWanted &isWanted)
{
    const JsonTree::Parsed json = JsonTree::parse(data, isWanted);
    if (isWanted && !isWanted())
        return {};
    return {makeReadable(data), json};
}

void EventData::clearShown()
{
    m_preparing.cancel();
    m_searching.cancel();
    m_tree->setTree(nullptr);
    m_text->clear();
    m_data.clear();
    m_sentence.clear();
    m_nodes.clear();
    m_positions.clear();
    setTotal(0, false, false);
}

void EventData::presentNote(const QString &sentence)
{
    clearShown();
    m_sentence = sentence;
    m_copy->setEnabled(false);
    showNote();
}

void EventData::present(const QString &text)
{
    if (text.size() <= kMaxAtOnce) {
        clearShown();
        m_data = text;
        return showPrepared(prepare(text, {}));
    }
    presentNote(tr("Loading\u2026"));
    m_data = text;
    const auto work = [text](QPromise<Prepared> &promise) {
        promise.addResult(prepare(text, [&promise] { return !promise.isCanceled(); }));
    };
    m_preparing.ask(QtConcurrent::run(work),
                    {
                        .done = [this](const Prepared &prepared) { showPrepared(prepared); },
                        .failed =
                            [this](const QString &sentence, const QString &) {
                                m_sentence = sentence;
                                showNote();
                            },
                        .partial = {},
                        .progress = {},
                    });
}

void EventData::showPrepared(const Prepared &prepared)
{
    m_sentence.clear();
    m_problem = prepared.json.problem;
    m_isTextCut = prepared.pretty.isCut;
    m_copy->setEnabled(!m_data.isEmpty());
    m_text->setPlainText(prepared.pretty.text);
    m_tree->setTree(prepared.json.tree);
    {
        const QScopedValueRollback<bool> switching(m_isSwitching, true);
        const bool hasTree = prepared.json.tree != nullptr;
        m_tabs->setTabEnabled(m_tabs->indexOf(m_tree), hasTree);
        m_tabs->setCurrentWidget(hasTree && m_isTreeChosen ? static_cast<QWidget *>(m_tree) : m_text);
    }
    showNote();
    search(false);
}

void EventData::showNote()
{
    QString note;
    const auto &tree = m_tree->jsonModel()->tree();
    if (!m_sentence.isEmpty())
        return say(m_sentence);
    if (m_data.isEmpty())
        note = tr("This event has no data.");
    else if (m_problem == JsonTree::Problem::TooDeep)
        note = tr("Nested deeper than %1 levels: shown as text.").arg(JsonTree::kMaxDepth);
    else if (m_problem == JsonTree::Problem::NotJson)
        note = tr("Not JSON: shown as it is stored.");
    else if (isTreeShown() && tree && tree->isCut())
        note = tr("The first %1 values. Copying takes all of it.").arg(QLocale().toString(JsonTree::kMaxNodes));
    if (!isTreeShown() && m_isTextCut) {
        const QString cut = tr("The beginning of %1 characters. Copying takes all of it.")
                                .arg(QLocale().toString(m_data.size()));
        note = note.isEmpty() ? cut : note + u' ' + cut;
    }
    say(note);
}

void EventData::say(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void EventData::setTextFont(const QFont &font)
{
    m_text->setFont(font);
}

void EventData::focusFind()
{
    m_find->focusEdit();
}

void EventData::search(bool goesThere)
{
    const QString text = m_find->text();
    m_tree->setMarked(text);
    m_positions.clear();
    const QString shown = m_text->toPlainText();
    for (qsizetype at = text.isEmpty() ? -1 : shown.indexOf(text, 0, Qt::CaseInsensitive);
         at >= 0 && m_positions.size() < kMaxPlaces; at = shown.indexOf(text, at + text.size(), Qt::CaseInsensitive))
        m_positions << int(at);
    markText();
    m_searching.cancel();
    isTreeShown() ? searchTree(goesThere) : searchText(goesThere);
}

void EventData::searchText(bool goesThere)
{
    setTotal(m_positions.size(), m_positions.size() >= kMaxPlaces, goesThere);
}

void EventData::searchTree(bool goesThere)
{
    m_nodes.clear();
    const auto tree = m_tree->jsonModel()->tree();
    const QString text = m_find->text();
    if (!tree || text.isEmpty())
        return setTotal(0, false, false);
    m_find->setSearching();
    const auto work = [tree, text](QPromise<JsonTree::Found> &promise) {
        promise.addResult(tree->find(text, kMaxPlaces, [&promise] { return !promise.isCanceled(); }));
    };
    m_searching.ask(QtConcurrent::run(work),
                    {
                        .done =
                            [this, goesThere](const JsonTree::Found &found) {
                                m_nodes = found.nodes;
                                setTotal(m_nodes.size(), found.isAtLeast, goesThere);
                            },
                        .failed = [this](const QString &, const QString &) { setTotal(0, false, false); },
                        .partial = {},
                        .progress = {},
                    });
}

void EventData::markText()
{
    const FindLine::Mark mark = FindLine::mark();
    QTextCharFormat format;
    format.setBackground(mark.ground);
    format.setForeground(mark.text);
    QList<QTextEdit::ExtraSelection> marks;
    const auto length = int(m_find->text().size());
    for (const int position : m_positions.first(std::min(m_positions.size(), kMaxMarks))) {
        QTextCursor cursor(m_text->document());
        cursor.setPosition(position);
        cursor.setPosition(position + length, QTextCursor::KeepAnchor);
        marks << QTextEdit::ExtraSelection{cursor, format};
    }
    m_text->setExtraSelections(marks);
}

void EventData::setTotal(qsizetype total, bool isAtLeast, bool goesThere)
{
    m_total = total;
    m_isAtLeast = isAtLeast;
    m_current = 0;
    if (goesThere && total > 0)
        return goTo(1);
    m_find->setPlaces(0, total, isAtLeast);
}

void EventData::findNext()
{
    if (m_total > 0)
        goTo(m_current % m_total + 1);
}

void EventData::findPrevious()
{
    if (m_total > 0)
        goTo(m_current <= 1 ? m_total : m_current - 1);
}

void EventData::goTo(qsizetype place)
{
    m_current = place;
    m_find->setPlaces(place, m_total, m_isAtLeast);
    if (isTreeShown())
        return m_tree->showNode(m_nodes.at(place - 1));
    const int position = m_positions.at(place - 1);
    QTextCursor cursor(m_text->document());
    cursor.setPosition(position);
    cursor.setPosition(position + int(m_find->text().size()), QTextCursor::KeepAnchor);
    m_text->setTextCursor(cursor);
    m_text->ensureCursorVisible();
}

} // namespace andon
