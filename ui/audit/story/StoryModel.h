// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/story/StoryLine.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QFont>

#include <optional>
#include <vector>

namespace andon {

/// The events of one proposal, oldest first, and how long each came after the one before.
class StoryModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, After, Type, Actor, What, ColumnCount };
    /// The share of the whole that passed before the event, 0 to 1; invalid where that is not known.
    enum Role { ShareRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    void append(const QList<StoryLine> &lines);
    void setZone(Qt::TimeSpec zone);
    /// Times without their date, where there is no room for it.
    void setTimesShort(bool isShort);
    void setStyle(const QFont &figures, const QColor &alarm, const QColor &warning);

    [[nodiscard]] EventId idAt(int row) const;
    [[nodiscard]] const StoryLine *first() const { return m_rows.empty() ? nullptr : &m_rows.front().line; }
    [[nodiscard]] const StoryLine *last() const { return m_rows.empty() ? nullptr : &m_rows.back().line; }
    /// From the first time to the last one; nothing where there are no two.
    [[nodiscard]] std::optional<qint64> totalMs() const;
    [[nodiscard]] bool hasClockGoneBack() const { return m_hasClockGoneBack; }
    /// Tab-separated cells, with whole times.
    [[nodiscard]] QString textOf(const QList<int> &rows) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        StoryLine line;
        std::optional<qint64> afterMs; ///< since the time before; nothing where one of them is none
    };

    [[nodiscard]] QString display(const Row &row, int column) const;
    [[nodiscard]] QString shortTime(const AuditEvent &event) const;
    [[nodiscard]] QVariant foreground(const Row &row, int column) const;

    std::vector<Row> m_rows;
    qint64 m_passedMs = 0; ///< sum of all that went forward
    bool m_hasClockGoneBack = false;
    Qt::TimeSpec m_zone = Qt::LocalTime;
    bool m_isShort = false;
    QFont m_figures;
    QColor m_alarm;
    QColor m_warning;
};

} // namespace andon
