// SPDX-License-Identifier: Apache-2.0
#include "core/audit/proof/EntryCells.h"

#include "core/audit/export/ExportLine.h"
#include "core/audit/export/StoredText.h"

#include <QJsonDocument>

#include <bit>
#include <cstdlib>
#include <limits>

namespace andon::EntryCells {

namespace {

/// As the engine does where a number is too large.
qint64 clamped(double real)
{
    using Limits = std::numeric_limits<qint64>;
    if (!(real > static_cast<double>(Limits::min())))
        return Limits::min();
    return real < static_cast<double>(Limits::max()) ? static_cast<qint64>(real) : Limits::max();
}

/// A value of an entry (EntryLayout::toJson) as the engine converts it for who asks for text or a number.
struct Cell
{
    bool isNull = true;
    std::optional<double> real;
    std::string text;

    explicit Cell(const QJsonValue &value)
        : isNull(value.isNull() || value.isUndefined())
    {
        const QJsonObject tagged = value.toObject();
        if (value.isString())
            text = value.toString().toStdString();
        else if (value.isDouble())
            text = std::to_string(value.toInteger());
        else if (tagged.contains(QStringLiteral("real")))
            real = std::bit_cast<double>(tagged.value(QStringLiteral("real")).toString().toULongLong(nullptr, 16));
        else if (!tagged.isEmpty())
            text = QByteArray::fromBase64(tagged.begin()->toString().toLatin1()).toStdString();
    }

    /// Of a text the number that it begins with (sqlite.org/c3ref/column_blob.html).
    [[nodiscard]] std::optional<qint64> integer() const
    {
        if (isNull)
            return std::nullopt;
        return real ? clamped(*real) : std::strtoll(text.c_str(), nullptr, 10);
    }

    [[nodiscard]] std::string_view wellFormed() { return StoredText::wellFormed(text, m_room); }

private:
    std::string m_room;
};

/// The line that an export writes for the entry.
QJsonObject lineOf(Cell &type, Cell &actor, Cell &timestamp, Cell &data, const QJsonObject &entry)
{
    ExportCells cells;
    cells.id = Cell(entry.value(QStringLiteral("id"))).integer();
    cells.proposalId = Cell(entry.value(QStringLiteral("proposal_id"))).integer();
    cells.eventType = type.wellFormed();
    cells.actor = actor.wellFormed();
    cells.timestamp = timestamp.wellFormed();
    if (!data.isNull)
        cells.data = data.wellFormed();
    std::string line;
    ExportLine::append(line, cells, ExportFormat::JsonLines);
    return QJsonDocument::fromJson(QByteArray::fromStdString(line)).object();
}

} // namespace

QStringList contradictions(const QJsonObject &line, const QJsonObject &entry)
{
    Cell type(entry.value(QStringLiteral("event_type")));
    Cell actor(entry.value(QStringLiteral("actor")));
    Cell timestamp(entry.value(QStringLiteral("timestamp")));
    Cell data(entry.value(QStringLiteral("event_data")));
    const QJsonObject expected = lineOf(type, actor, timestamp, data, entry);
    const QHash<QString, std::optional<double>> reals{{QStringLiteral("event_type"), type.real},
                                                      {QStringLiteral("actor"), actor.real},
                                                      {QStringLiteral("timestamp"), timestamp.real},
                                                      {QStringLiteral("event_data"), data.real}};
    QStringList different;
    for (auto field = expected.begin(); field != expected.end(); ++field) {
        const QJsonValue shown = line.value(field.key());
        // How many digits the engine writes of a fraction depends on its version.
        const std::optional<double> real = reals.value(field.key());
        const bool isSame = real ? shown.isString() && shown.toString().toDouble() == *real : shown == field.value();
        if (!isSame)
            different << field.key();
    }
    return different;
}

} // namespace andon::EntryCells
