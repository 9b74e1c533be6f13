// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/FilterCompleter.h"

#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/audit/filter/FilterEdit.h"
#include "ui/audit/filter/FilterOverlay.h"

#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace andon {

namespace {

constexpr int kDescriptionRole = Qt::UserRole + 1;
constexpr int kVisibleRows = 10;

/// What to insert on the left, what it means on the right.
class EntryDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString description = index.data(kDescriptionRole).toString();
        if (description.isEmpty())
            return;
        const bool isSelected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setPen(isSelected ? option.palette.color(QPalette::HighlightedText)
                                   : Theme(option.palette).quietText());
        painter->drawText(option.rect.adjusted(0, 0, -Theme::kGrid, 0), Qt::AlignRight | Qt::AlignVCenter, description);
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        const QString description = index.data(kDescriptionRole).toString();
        if (!description.isEmpty())
            size.rwidth() += option.fontMetrics.horizontalAdvance(description) + Theme::kGrid * 4;
        size.setHeight(std::max(size.height(), option.fontMetrics.height() + Theme::kGrid));
        return size;
    }
};

} // namespace

FilterCompleter::FilterCompleter(FilterEdit *edit, QObject *parent)
    : QObject(parent)
    , m_edit(edit)
    , m_sheet(new FilterOverlay(edit))
    , m_model(new QStandardItemModel(m_sheet))
    , m_list(new QListView(m_sheet))
{
    m_list->setObjectName(QStringLiteral("filterProposals"));
    m_list->setAccessibleName(tr("What may stand here in the filter"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    auto *layout = new QVBoxLayout(m_sheet);
    layout->setContentsMargins({});
    layout->addWidget(m_list);
    m_sheet->setObjectName(QStringLiteral("filterProposalSheet"));
    m_sheet->setFocusPolicy(Qt::NoFocus);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) { accept(index.row()); });
    connect(m_edit, &QLineEdit::textEdited, this, [this] { propose(false); });
    connect(m_edit, &QLineEdit::cursorPositionChanged, this, [this] {
        const qsizetype cursor = m_edit->cursorPosition();
        if (isShown() && (cursor < m_completion.position || cursor > m_completion.position + m_completion.length))
            close();
    });
    m_edit->installEventFilter(this);
}

FilterCompleter::~FilterCompleter()
{
    delete m_sheet; // it belongs to the window by now
}

bool FilterCompleter::isShown() const
{
    return m_sheet && m_sheet->isVisible();
}

void FilterCompleter::close()
{
    if (m_sheet)
        m_sheet->hide();
}

void FilterCompleter::propose(bool isAskedFor)
{
    if (!m_sheet)
        return;
    const QString text = m_edit->text();
    const qsizetype cursor = m_edit->cursorPosition();
    m_completion = FilterCompletion::at(text, cursor, m_vocabulary);
    // Between terms, a list of all fields would only be in the way.
    const bool isBetween = cursor == 0 || text.at(cursor - 1).isSpace();
    if (m_completion.isEmpty() || (isBetween && !isAskedFor)) {
        close();
        return;
    }
    m_model->clear();
    for (qsizetype i = 0; i < m_completion.entries.size(); ++i) {
        auto *item = new QStandardItem(EventText::visible(m_completion.entries.at(i)));
        item->setData(m_completion.descriptions.at(i), kDescriptionRole);
        item->setAccessibleDescription(m_completion.descriptions.at(i));
        m_model->appendRow(item);
    }
    show();
    if (isAskedFor)
        choose(1);
}

void FilterCompleter::show()
{
    m_list->setFont(m_edit->font());
    const int rowHeight = std::max(m_list->sizeHintForRow(0), 1);
    const int rows = std::min(m_model->rowCount(), kVisibleRows);
    const int scrollBar = m_model->rowCount() > kVisibleRows ? m_list->style()->pixelMetric(QStyle::PM_ScrollBarExtent)
                                                             : 0;
    constexpr int kEdges = 2;
    const QSize wanted(std::max(m_list->sizeHintForColumn(0) + scrollBar + Theme::kGrid, Theme::kGrid * 20) + kEdges,
                       rowHeight * rows + kEdges);
    // Under the word and not under the cursor, so that it does not move with each letter.
    const QString typed = m_edit->text().mid(m_completion.position, m_edit->cursorPosition() - m_completion.position);
    const int left = m_edit->cursorPlace().center().x() - m_edit->fontMetrics().horizontalAdvance(typed);
    m_sheet->open(std::max(left, 0), wanted);
}

int FilterCompleter::chosen() const
{
    const QModelIndexList rows = m_list->selectionModel()->selectedIndexes();
    return rows.isEmpty() ? -1 : rows.constFirst().row();
}

void FilterCompleter::choose(int step)
{
    const int count = m_model->rowCount();
    const int now = chosen();
    const int next = now < 0 ? (step > 0 ? 0 : count - 1) : std::clamp(now + step, 0, count - 1);
    m_list->setCurrentIndex(m_model->index(next, 0));
}

void FilterCompleter::accept(int row)
{
    if (row < 0 || row >= m_completion.entries.size())
        return;
    const FilterCompletion completion = m_completion;
    close();
    m_edit->setSelection(int(completion.position), int(completion.length));
    m_edit->insert(completion.entries.at(row)); // can be undone; and proposes what comes next
}

bool FilterCompleter::takesKey(const QKeyEvent &event) const
{
    if (event.key() == Qt::Key_Space)
        return event.modifiers().testFlag(Qt::ControlModifier);
    if (!isShown() || event.modifiers() != Qt::NoModifier)
        return event.key() == Qt::Key_Enter && isShown() && chosen() >= 0;
    switch (event.key()) {
    case Qt::Key_Tab:
    case Qt::Key_Escape:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        return true;
    case Qt::Key_Return:
        return chosen() >= 0;
    default:
        return false;
    }
}

bool FilterCompleter::onKey(const QKeyEvent &event)
{
    if (!takesKey(event)) {
        if (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter)
            close();
        return false;
    }
    switch (event.key()) {
    case Qt::Key_Space:
        propose(true);
        break;
    case Qt::Key_Up:
        choose(-1);
        break;
    case Qt::Key_Down:
        choose(1);
        break;
    case Qt::Key_PageUp:
        choose(-kVisibleRows);
        break;
    case Qt::Key_PageDown:
        choose(kVisibleRows);
        break;
    case Qt::Key_Escape:
        close();
        break;
    default:
        accept(std::max(chosen(), 0));
    }
    return true;
}

bool FilterCompleter::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit) {
        switch (event->type()) {
        case QEvent::ShortcutOverride: // what is for the list is no shortcut of the window
            if (takesKey(*static_cast<QKeyEvent *>(event))) {
                event->accept();
                return true;
            }
            break;
        case QEvent::KeyPress:
            if (onKey(*static_cast<QKeyEvent *>(event)))
                return true;
            break;
        case QEvent::FocusOut:
            close();
            break;
        default:
            break;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace andon
