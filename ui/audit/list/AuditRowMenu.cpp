// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditRowMenu.h"

#include "core/audit/filter/AuditFilter.h"
#include "ui/audit/AuditSource.h"
#include "ui/audit/EventText.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QtConcurrentRun>

#include <algorithm>
#include <utility>

namespace andon {

namespace {

using Field = AuditFilter::Term::Field;

/// The term of a value that a line can hold; null where it holds a line break, a tab, or the like.
QString termOf(Field field, const QString &value, bool isNegated = false)
{
    const bool isOneLine = std::none_of(value.cbegin(), value.cend(), [](QChar c) {
        return c.category() == QChar::Other_Control || c.category() == QChar::Separator_Line
            || c.category() == QChar::Separator_Paragraph;
    });
    return isOneLine ? AuditFilter::term(field, value, isNegated) : QString();
}

/// How a moment is written in a filter, exactly.
QString moment(const QDateTime &time)
{
    return time.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz")) + u'Z';
}

} // namespace

AuditRowMenu::AuditRowMenu(AuditTable *table, AuditSource *source, QObject *parent)
    : QObject(parent)
    , m_table(table)
    , m_source(source)
{
    connect(table, &AuditTable::copyRequested, this, &AuditRowMenu::copy);
    connect(table, &QWidget::customContextMenuRequested, this, &AuditRowMenu::openMenu);
}

void AuditRowMenu::copy()
{
    collect(false, &EventText::tabSeparated);
}

void AuditRowMenu::copyAsJson()
{
    collect(true, &EventText::jsonLines);
}

void AuditRowMenu::collect(bool isWhole, Format format)
{
    m_fetch.cancel();
    m_events.clear();
    m_incomplete.clear();
    m_wanted = format;
    const AuditTableModel *rows = m_table->auditModel();
    const QList<EventId> selected = m_table->selectedEvents();
    const QList<int> inWindow = m_table->selectedRows();
    if (inWindow.size() == selected.size()) { // as they are listed
        for (const int row : inWindow)
            add(rows->eventAt(row), isWhole && rows->isCut(row));
    } else {
        for (const EventId id : selected) {
            const int row = rows->rowOf(id);
            AuditEvent beyond;
            beyond.id = id;
            add(row >= 0 ? rows->eventAt(row) : beyond, row < 0 || (isWhole && rows->isCut(row)));
        }
    }
    completeNext();
}

void AuditRowMenu::add(const AuditEvent &event, bool isIncomplete)
{
    if (isIncomplete)
        m_incomplete << m_events.size();
    m_events << event;
}

void AuditRowMenu::toClipboard(const QList<AuditEvent> &events, Format format)
{
    if (events.isEmpty())
        return;
    // Thousands of rows, or one of megabytes, are more than a frame's work.
    m_format.ask(QtConcurrent::run(format, events),
                 {
                     .done = [](const QString &text) { QGuiApplication::clipboard()->setText(text); },
                     .failed = [this](const QString &sentence, const QString &cause) { emit failed(sentence, cause); },
                     .partial = {},
                     .progress = {},
                 });
}

void AuditRowMenu::completeNext()
{
    if (m_incomplete.isEmpty()) {
        toClipboard(std::exchange(m_events, {}), m_wanted);
        return;
    }
    const qsizetype index = m_incomplete.takeFirst();
    m_fetch.ask(m_source->event(*m_events[index].id),
                {
                    .done =
                        [this, index](const std::optional<AuditEvent> &event) {
                            if (event)
                                m_events[index] = *event;
                            completeNext();
                        },
                    .failed = [this](const QString &sentence, const QString &cause) { emit failed(sentence, cause); },
                    .partial = {},
                    .progress = {},
                });
}

/// Null texts make actions that cannot be chosen, so that the menu always looks the same.
void AuditRowMenu::addTerm(QMenu *menu, const QString &label, const QString &name, const QString &term)
{
    QAction *action = menu->addAction(label, this, [this, term] { emit termRequested(term); });
    action->setObjectName(name);
    action->setEnabled(!term.isNull());
}

void AuditRowMenu::addTerms(QMenu *menu, const AuditEvent &event, int column)
{
    switch (column) {
    case AuditTableModel::Time: {
        // Not "after": what happened in the same millisecond shall not be lost.
        const bool isTime = event.timestamp.isValid() && event.timestamp.date().year() >= 1
            && event.timestamp.date().year() <= 9999;
        const QString since = isTime ? termOf(Field::Since, moment(event.timestamp)) : QString();
        const QString before = isTime ? termOf(Field::Before, moment(event.timestamp.addMSecs(1))) : QString();
        addTerm(menu, tr("From this time on"), QStringLiteral("sinceAction"), since);
        addTerm(menu, tr("Up to this time"), QStringLiteral("beforeAction"), before);
        break;
    }
    case AuditTableModel::Proposal: {
        const QString id = event.proposalId ? event.proposalId->toString() : QString();
        addTerm(menu, tr("Only this proposal"), QStringLiteral("onlyAction"), termOf(Field::Proposal, id));
        addTerm(menu, tr("Not this proposal"), QStringLiteral("notAction"), termOf(Field::Proposal, id, true));
        break;
    }
    case AuditTableModel::Actor:
        addTerm(menu, tr("Only this actor"), QStringLiteral("onlyAction"), termOf(Field::Actor, event.actor));
        addTerm(menu, tr("Not this actor"), QStringLiteral("notAction"), termOf(Field::Actor, event.actor, true));
        break;
    default:
        addTerm(menu, tr("Only this type"), QStringLiteral("onlyAction"), termOf(Field::Type, event.eventType));
        addTerm(menu, tr("Not this type"), QStringLiteral("notAction"), termOf(Field::Type, event.eventType, true));
    }
}

void AuditRowMenu::openMenu(const QPoint &position)
{
    const QModelIndex index = m_table->indexAt(position);
    if (!index.isValid())
        return;
    const AuditEvent event = m_table->auditModel()->eventAt(index.row());
    auto *menu = new QMenu(m_table);
    menu->setObjectName(QStringLiteral("auditRowMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), QKeySequence::Copy, this, &AuditRowMenu::copy);
    menu->addAction(tr("Copy as JSON"), this, &AuditRowMenu::copyAsJson);
    menu->addSeparator();
    addTerms(menu, event, index.column());
    menu->addSeparator();
    QAction *story = menu->addAction(
        tr("Show this proposal"), this,
        [this, id = event.proposalId.value_or(ProposalId())] { emit proposalRequested(id); });
    story->setEnabled(event.proposalId.has_value());
    if (!m_logActions.isEmpty())
        menu->addSeparator();
    menu->addActions(m_logActions);
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

} // namespace andon
