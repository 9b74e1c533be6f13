// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/story/StoryModel.h"

#include "ui/PlainTip.h"
#include "ui/audit/EventText.h"

#include <algorithm>

namespace andon {

void StoryModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_passedMs = 0;
    m_hasClockGoneBack = false;
    endResetModel();
}

void StoryModel::append(const QList<StoryLine> &lines)
{
    if (lines.isEmpty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + int(lines.size()) - 1);
    for (const StoryLine &line : lines) {
        Row row{line, {}};
        if (!m_rows.empty() && line.event.timestamp.isValid() && m_rows.back().line.event.timestamp.isValid())
            row.afterMs = m_rows.back().line.event.timestamp.msecsTo(line.event.timestamp);
        m_passedMs += std::max<qint64>(0, row.afterMs.value_or(0));
        m_hasClockGoneBack = m_hasClockGoneBack || row.afterMs.value_or(0) < 0;
        m_rows.push_back(std::move(row));
    }
    endInsertRows();
    if (first > 0) // the shares of what was there before are smaller now
        emit dataChanged(index(0, After), index(first - 1, After), {ShareRole});
}

void StoryModel::setZone(Qt::TimeSpec zone)
{
    m_zone = zone;
    if (!m_rows.empty())
        emit dataChanged(index(0, Time), index(rowCount() - 1, Time));
    emit headerDataChanged(Qt::Horizontal, Time, Time);
}

void StoryModel::setTimesShort(bool isShort)
{
    if (isShort == m_isShort)
        return;
    m_isShort = isShort;
    if (!m_rows.empty())
        emit dataChanged(index(0, Time), index(rowCount() - 1, Time));
}

void StoryModel::setStyle(const QFont &figures, const QColor &alarm, const QColor &warning)
{
    m_figures = figures;
    m_alarm = alarm;
    m_warning = warning;
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

EventId StoryModel::idAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_rows[size_t(row)].line.event.id.value_or(EventId()) : EventId();
}

std::optional<qint64> StoryModel::totalMs() const
{
    const auto hasTime = [](const Row &row) { return row.line.event.timestamp.isValid(); };
    const auto earliest = std::find_if(m_rows.begin(), m_rows.end(), hasTime);
    const auto latest = std::find_if(m_rows.rbegin(), m_rows.rend(), hasTime);
    if (earliest == m_rows.end() || &*earliest == &*latest)
        return std::nullopt;
    return earliest->line.event.timestamp.msecsTo(latest->line.event.timestamp);
}

QString StoryModel::textOf(const QList<int> &rows) const
{
    QString text;
    for (const int row : rows) {
        QStringList cells;
        for (int column = 0; column < ColumnCount; ++column)
            cells << display(m_rows[size_t(row)], column);
        text += cells.join(u'\t') + u'\n';
    }
    return text;
}

int StoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int StoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant StoryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[size_t(index.row())];
    const bool isFigure = index.column() == Time || index.column() == After;
    switch (role) {
    case Qt::DisplayRole:
        return m_isShort && index.column() == Time ? shortTime(row.line.event) : display(row, index.column());
    case Qt::ToolTipRole:
        return index.column() == Time ? EventText::timeToolTip(row.line.event) : plainTip(display(row, index.column()));
    case Qt::FontRole:
        return isFigure ? QVariant(m_figures) : QVariant();
    case Qt::ForegroundRole:
        return foreground(row, index.column());
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (index.column() == After ? Qt::AlignRight : Qt::AlignLeft));
    case ShareRole:
        return index.column() == After && row.afterMs.value_or(-1) >= 0 && m_passedMs > 0
            ? QVariant(double(*row.afterMs) / double(m_passedMs))
            : QVariant();
    default:
        return {};
    }
}

QVariant StoryModel::foreground(const Row &row, int column) const
{
    if (column == After && row.afterMs.value_or(0) < 0)
        return m_warning;
    if (column != Type)
        return {};
    const QString &type = row.line.event.eventType;
    if (type == EventType::kFailed || type == EventType::kKillSwitch)
        return m_alarm;
    return type == EventType::kCancelled ? QVariant(m_warning) : QVariant();
}

QVariant StoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section == After ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return m_zone == Qt::UTC ? tr("Time (UTC)") : tr("Time");
    case After:
        return tr("After");
    case Type:
        return tr("Type");
    case Actor:
        return tr("Actor");
    case What:
        return tr("What");
    default:
        return {};
    }
}

QString StoryModel::shortTime(const AuditEvent &event) const
{
    const QString whole = EventText::time(event, m_zone);
    return event.timestamp.isValid() ? whole.mid(whole.indexOf(u' ') + 1) : whole;
}

QString StoryModel::display(const Row &row, int column) const
{
    const AuditEvent &event = row.line.event;
    switch (column) {
    case Time:
        return EventText::time(event, m_zone);
    case After:
        if (!row.afterMs)
            return {};
        return *row.afterMs < 0 ? tr("clock went back %1").arg(EventText::duration(-*row.afterMs))
                                : u'+' + EventText::duration(*row.afterMs);
    case Type:
        return event.eventType;
    case Actor:
        return event.actor;
    case What:
        return row.line.summary;
    default:
        return {};
    }
}

} // namespace andon
