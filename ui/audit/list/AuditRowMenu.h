// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "ui/audit/LatestFuture.h"

#include <QList>
#include <QObject>

#include <optional>

class QAction;
class QMenu;
class QPoint;

namespace andon {

class AuditSource;
class AuditTable;

/// What can be done with rows of the table: copy them, and narrow the filter by what is
/// under the mouse.
class AuditRowMenu : public QObject
{
    Q_OBJECT

public:
    /// `table` and `source` must outlive this.
    AuditRowMenu(AuditTable *table, AuditSource *source, QObject *parent = nullptr);

    /// The selected events, in the window or not, as lines of tab-separated cells.
    void copy();
    /// The selected events as JSON Lines, each with all of its data, which may have to be fetched first.
    void copyAsJson();
    /// What can be done with the whole log: the menu ends with these. They must outlive this.
    void setLogActions(const QList<QAction *> &actions) { m_logActions = actions; }

signals:
    /// A term for the filter.
    void termRequested(const QString &term);
    void proposalRequested(andon::ProposalId id);
    void failed(const QString &sentence, const QString &cause);

private:
    using Format = QString (*)(const QList<AuditEvent> &);

    void collect(bool isWhole, Format format);
    void add(const AuditEvent &event, bool isIncomplete);
    void openMenu(const QPoint &position);
    void addTerm(QMenu *menu, const QString &label, const QString &name, const QString &term);
    void addTerms(QMenu *menu, const AuditEvent &event, int column);
    void completeNext();
    void toClipboard(const QList<AuditEvent> &events, Format format);

    AuditTable *m_table;
    AuditSource *m_source;
    QList<QAction *> m_logActions;
    QList<AuditEvent> m_events;
    QList<qsizetype> m_incomplete;
    Format m_wanted = nullptr;
    LatestFuture<std::optional<AuditEvent>> m_fetch;
    LatestFuture<QString> m_format;
};

} // namespace andon
