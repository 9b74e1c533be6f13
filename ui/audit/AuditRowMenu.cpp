// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditRowMenu.h"

#include "ui/audit/AuditSource.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/AuditTableModel.h"
#include "ui/audit/EventText.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QtConcurrentRun>

#include <algorithm>
#include <utility>

namespace andon {

namespace {

/// Whether the filter language can name this type without quotes.
bool isPlainWord(const QString &text)
{
    return !text.isEmpty() && text.size() <= EventText::kMaxCell && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.isLetterOrNumber() || c == u'_' || c == u'-';
    });
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
    QList<AuditEvent> events;
    for (const int row : m_table->selectedRows())
        events << m_table->auditModel()->eventAt(row);
    toClipboard(events, &EventText::tabSeparated);
}

void AuditRowMenu::toClipboard(const QList<AuditEvent> &events, QString (*format)(const QList<AuditEvent> &))
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

void AuditRowMenu::copyAsJson()
{
    m_fetch.cancel();
    m_events.clear();
    m_incomplete.clear();
    for (const int row : m_table->selectedRows()) {
        if (m_table->auditModel()->isCut(row))
            m_incomplete << m_events.size();
        m_events << m_table->auditModel()->eventAt(row);
    }
    completeNext();
}

void AuditRowMenu::completeNext()
{
    if (m_incomplete.isEmpty()) {
        toClipboard(std::exchange(m_events, {}), &EventText::jsonLines);
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
    const QString term = QStringLiteral("type:") + event.eventType;
    const bool canName = isPlainWord(event.eventType);
    menu->addAction(tr("Only this type"), this, [this, term] { emit termRequested(term); })->setEnabled(canName);
    menu->addAction(tr("Not this type"), this, [this, term] { emit termRequested(u'-' + term); })->setEnabled(canName);
    QAction *story = menu->addAction(
        tr("Show this proposal"), this,
        [this, id = event.proposalId.value_or(ProposalId())] { emit proposalRequested(id); });
    story->setEnabled(event.proposalId.has_value());
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

} // namespace andon
