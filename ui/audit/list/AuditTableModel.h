// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"
#include "ui/audit/SealCover.h"

#include <QAbstractTableModel>
#include <QFont>
#include <QList>
#include <QPalette>

#include <deque>

namespace andon {

/// A bounded window on a log of any size, in the order in which it is listed.
///
/// Holds rows and formats the ones that are looked at; which rows, AuditPager decides. Data beyond a few
/// thousand characters an event is let go: who wants it whole asks the log.
class AuditTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Type, Proposal, Actor, Seal, What, ColumnCount };
    /// The SealMark of the seal column, as an int.
    static constexpr int kSealRole = Qt::UserRole;

    static constexpr int kMaxRows = 2000;
    /// How much of an event's data is kept, in UTF-16 units.
    static constexpr qsizetype kMaxData = 4096;

    explicit AuditTableModel(QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

    /// The event of a row, its data perhaps cut.
    [[nodiscard]] const AuditEvent &eventAt(int row) const { return m_rows[size_t(row)].event; }
    [[nodiscard]] bool isCut(int row) const { return m_rows[size_t(row)].isCut; }
    [[nodiscard]] EventId idAt(int row) const;
    /// -1 where the window does not hold the event.
    [[nodiscard]] int rowOf(EventId id) const;
    /// The row of the event, or, in the log's own order, of the nearest one down the list; the number of rows
    /// where there is none.
    [[nodiscard]] int lowerRow(EventId id) const;

    /// The first and the last event of the window; invalid where it is empty.
    [[nodiscard]] EventId first() const;
    [[nodiscard]] EventId last() const;
    [[nodiscard]] const AuditOrder &order() const { return m_order; }

    /// Other rows in place of all that are there, listed in this order.
    void replace(const QList<AuditEvent> &events, const AuditOrder &order = {});
    /// Rows below the last. Where that is too many, the first go; true then.
    bool addBelow(const QList<AuditEvent> &events);
    /// Rows above the first. Where that is too many, the last go; true then.
    bool addAbove(const QList<AuditEvent> &events);

    /// Times are shown in Qt::LocalTime or Qt::UTC.
    void setZone(Qt::TimeSpec zone);
    /// What is known of the seals.
    void setSeals(const SealCover &seals);
    /// What times and ids are written in, and whether the ground is dark.
    void setStyle(const QFont &figures, const QPalette &palette);

signals:
    /// Rows come and go between these two without the reader's doing: a view keeps its place and selection.
    void windowAboutToChange();
    void windowChanged();

private:
    struct Row
    {
        AuditEvent event;
        bool isCut = false;
        mutable bool isSummarised = false;
        mutable QString summary;
    };

    static Row toRow(const AuditEvent &event);
    [[nodiscard]] QString display(const Row &row, int column) const;
    [[nodiscard]] QVariant foreground(const Row &row, int column) const;
    [[nodiscard]] QVariant toolTip(const Row &row, int column) const;
    [[nodiscard]] QVariant seal(EventId id, int role) const;
    void remove(int first, int count);

    std::deque<Row> m_rows;
    AuditOrder m_order;
    Qt::TimeSpec m_zone = Qt::LocalTime;
    SealCover m_seals;
    QFont m_figures;
    QColor m_alarm;
    QColor m_warning;
};

} // namespace andon
