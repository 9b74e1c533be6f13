// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditTableModel.h"

#include "ui/PlainTip.h"
#include "ui/audit/EventText.h"

#include <algorithm>

namespace andon {

AuditTableModel::AuditTableModel(QObject *parent)
    : QAbstractTableModel(parent)
{
    setStyle({}, {});
}

int AuditTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int AuditTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AuditTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[size_t(index.row())];
    if (index.column() == Seal)
        return seal(row.event.id.value_or(EventId()), role);
    switch (role) {
    case Qt::DisplayRole:
        return display(row, index.column());
    case Qt::ToolTipRole:
        return toolTip(row, index.column());
    case Qt::ForegroundRole:
        return foreground(row, index.column());
    case Qt::FontRole:
        return index.column() == Time || index.column() == Proposal ? QVariant(m_figures) : QVariant();
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (index.column() == Proposal ? Qt::AlignRight : Qt::AlignLeft));
    default:
        return {};
    }
}

QVariant AuditTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::InitialSortOrderRole)
        return int(section == Time ? Qt::DescendingOrder : Qt::AscendingOrder);
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section == Proposal ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return m_zone == Qt::UTC ? tr("Time (UTC)") : tr("Time");
    case Type:
        return tr("Type");
    case Proposal:
        return tr("Proposal");
    case Actor:
        return tr("Actor");
    case Seal:
        return tr("Seal");
    case What:
        return tr("What");
    default:
        return {};
    }
}

QString AuditTableModel::display(const Row &row, int column) const
{
    switch (column) {
    case Time:
        return EventText::time(row.event, m_zone);
    case Type:
        return EventText::visible(row.event.eventType);
    case Proposal:
        return EventText::proposal(row.event);
    case Actor:
        return EventText::visible(row.event.actor);
    case What:
        if (!row.isSummarised) {
            row.summary = EventText::summary(row.event, row.isCut);
            row.isSummarised = true;
        }
        return row.summary;
    default:
        return {};
    }
}

QVariant AuditTableModel::foreground(const Row &row, int column) const
{
    if (column != Type)
        return {};
    if (row.event.eventType == EventType::kFailed || row.event.eventType == EventType::kKillSwitch)
        return m_alarm;
    if (row.event.eventType == EventType::kCancelled)
        return m_warning;
    return {};
}

QVariant AuditTableModel::toolTip(const Row &row, int column) const
{
    if (column == Time)
        return EventText::timeToolTip(row.event);
    const QString text = display(row, column);
    return text.isEmpty() ? QVariant()
                          : QVariant(QStringLiteral("<p>") + text.toHtmlEscaped() + QStringLiteral("</p>"));
}

QVariant AuditTableModel::seal(EventId id, int role) const
{
    switch (role) {
    case kSealRole:
        return int(m_seals.markOf(id));
    case Qt::AccessibleTextRole:
        return m_seals.wordFor(id);
    case Qt::ToolTipRole:
        return plainTip(m_seals.sentenceFor(id));
    default:
        return {};
    }
}

EventId AuditTableModel::idAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_rows[size_t(row)].event.id.value_or(EventId()) : EventId();
}

int AuditTableModel::lowerRow(EventId id) const
{
    const auto isAt = [id](const Row &row) { return row.event.id == id; };
    if (m_order.by != AuditOrder::By::Log)
        return int(std::find_if(m_rows.begin(), m_rows.end(), isAt) - m_rows.begin());
    const auto found = std::lower_bound(m_rows.begin(), m_rows.end(), id, [this](const Row &row, EventId wanted) {
        const EventId here = row.event.id.value_or(EventId());
        return m_order.isAscending ? here < wanted : here > wanted;
    });
    return int(found - m_rows.begin());
}

int AuditTableModel::rowOf(EventId id) const
{
    const int row = lowerRow(id);
    return id.isValid() && idAt(row) == id ? row : -1;
}

EventId AuditTableModel::first() const
{
    return idAt(0);
}

EventId AuditTableModel::last() const
{
    return idAt(rowCount() - 1);
}

AuditTableModel::Row AuditTableModel::toRow(const AuditEvent &event)
{
    Row row{event, false, false, {}};
    const auto cut = [&row](QString &text) {
        if (text.size() <= kMaxData)
            return;
        text = QString(text.constData(), kMaxData); // a copy: left() could keep the whole alive
        row.isCut = true;
    };
    cut(row.event.eventData);
    cut(row.event.eventType);
    cut(row.event.actor);
    cut(row.event.timestampText);
    return row;
}

void AuditTableModel::remove(int first, int count)
{
    if (count <= 0)
        return;
    beginRemoveRows({}, first, first + count - 1);
    m_rows.erase(m_rows.begin() + first, m_rows.begin() + first + count);
    endRemoveRows();
}

void AuditTableModel::replace(const QList<AuditEvent> &events, const AuditOrder &order)
{
    emit windowAboutToChange();
    remove(0, rowCount());
    m_order = order;
    const qsizetype count = std::min<qsizetype>(events.size(), kMaxRows);
    if (count > 0) {
        beginInsertRows({}, 0, int(count) - 1);
        std::transform(events.begin(), events.begin() + count, std::back_inserter(m_rows), &AuditTableModel::toRow);
        endInsertRows();
    }
    emit windowChanged();
}

bool AuditTableModel::addBelow(const QList<AuditEvent> &events)
{
    if (events.isEmpty())
        return false;
    emit windowAboutToChange();
    const int excess = std::max(0, rowCount() + int(events.size()) - kMaxRows);
    remove(0, std::min(excess, rowCount()));
    const int first = rowCount();
    beginInsertRows({}, first, first + int(events.size()) - 1);
    std::transform(events.begin(), events.end(), std::back_inserter(m_rows), &AuditTableModel::toRow);
    endInsertRows();
    emit windowChanged();
    return excess > 0;
}

bool AuditTableModel::addAbove(const QList<AuditEvent> &events)
{
    if (events.isEmpty())
        return false;
    emit windowAboutToChange();
    const int excess = std::max(0, rowCount() + int(events.size()) - kMaxRows);
    const int removed = std::min(excess, rowCount());
    remove(rowCount() - removed, removed);
    beginInsertRows({}, 0, int(events.size()) - 1);
    std::transform(events.rbegin(), events.rend(), std::front_inserter(m_rows), &AuditTableModel::toRow);
    endInsertRows();
    emit windowChanged();
    return excess > 0;
}

void AuditTableModel::setZone(Qt::TimeSpec zone)
{
    if (m_zone == zone)
        return;
    m_zone = zone;
    emit headerDataChanged(Qt::Horizontal, Time, Time);
    if (!m_rows.empty())
        emit dataChanged(index(0, Time), index(rowCount() - 1, Time), {Qt::DisplayRole});
}

void AuditTableModel::setSeals(const SealCover &seals)
{
    m_seals = seals;
    if (!m_rows.empty())
        emit dataChanged(index(0, Seal), index(rowCount() - 1, Seal));
}

void AuditTableModel::setStyle(const QFont &figures, const QPalette &palette)
{
    m_figures = figures;
    const bool isDark = palette.color(QPalette::Base).lightness() < 128;
    m_alarm = isDark ? QColor(0xFF, 0x8A, 0x80) : QColor(0xB3, 0x26, 0x1E);
    m_warning = isDark ? QColor(0xFF, 0xD4, 0x79) : QColor(0x7A, 0x4B, 0x00);
    if (!m_rows.empty())
        emit dataChanged(index(0, Time), index(rowCount() - 1, What), {Qt::FontRole, Qt::ForegroundRole});
}

} // namespace andon
