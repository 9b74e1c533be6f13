// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "ui/audit/LatestFuture.h"

#include <QList>
#include <QObject>

#include <optional>

class QPoint;

namespace andon {

class AuditSource;
class AuditTable;

/// What can be done with rows of the table: copy them, and narrow the filter by one of them.
class AuditRowMenu : public QObject
{
    Q_OBJECT

public:
    /// `table` and `source` must outlive this.
    AuditRowMenu(AuditTable *table, AuditSource *source, QObject *parent = nullptr);

    /// The selected rows as lines of tab-separated cells.
    void copy();
    /// The selected events as JSON Lines, each with all of its data, which may have to be fetched first.
    void copyAsJson();

signals:
    /// A term for the filter.
    void termRequested(const QString &term);
    void proposalRequested(andon::ProposalId id);
    void failed(const QString &sentence, const QString &cause);

private:
    void openMenu(const QPoint &position);
    void completeNext();
    void toClipboard(const QList<AuditEvent> &events, QString (*format)(const QList<AuditEvent> &));

    AuditTable *m_table;
    AuditSource *m_source;
    QList<AuditEvent> m_events;
    QList<qsizetype> m_incomplete;
    LatestFuture<std::optional<AuditEvent>> m_fetch;
    LatestFuture<QString> m_format;
};

} // namespace andon
