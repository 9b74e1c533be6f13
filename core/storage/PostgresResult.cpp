// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresResult.h"

#include <libpq-fe.h>

#include <cstring>

namespace andon {

PostgresForms formsOf(const pg_result *result)
{
    PostgresForms forms;
    const int count = PQnfields(result);
    forms.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column) {
        const std::optional<PostgresValue::Form> form = PostgresValue::formOf(PQftype(result, column));
        if (!form)
            throw StorageError(
                StorageProblem::Other,
                QStringLiteral("The column %1 is of the type with the OID %2 (pg_type), which Andon does "
                               "not read.")
                    .arg(QString::fromUtf8(PQfname(result, column)))
                    .arg(PQftype(result, column)));
        forms.push_back(*form);
    }
    return forms;
}

PostgresValue valueOf(const pg_result *result, const PostgresForms &forms, int row, int column)
{
    PostgresValue value;
    value.form = forms.at(static_cast<std::size_t>(column));
    if (!PQgetisnull(result, row, column)) {
        value.bytes = PQgetvalue(result, row, column);
        value.size = PQgetlength(result, row, column);
    }
    return value;
}

PostgresResult::PostgresResult(PostgresLink::Result result)
    : m_result(std::move(result))
    , m_forms(formsOf(m_result.get()))
{
}

bool PostgresResult::next()
{
    const int count = PQntuples(m_result.get());
    m_row = std::min(m_row + 1, count);
    return m_row < count;
}

QVariant PostgresResult::value(int column) const
{
    const bool isThere = m_row >= 0 && m_row < PQntuples(m_result.get()) && column >= 0
        && static_cast<std::size_t>(column) < m_forms.size();
    return isThere ? valueOf(m_result.get(), m_forms, m_row, column).toVariant() : QVariant();
}

qint64 PostgresResult::affectedRows() const
{
    return QByteArray(PQcmdTuples(m_result.get())).toLongLong();
}

void PostgresRow::resize(std::size_t count)
{
    m_values.resize(count);
    m_room.resize(count);
}

void PostgresRow::read(const pg_result *result, const PostgresForms &forms, int row)
{
    resize(forms.size());
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_values[i] = valueOf(result, forms, row, static_cast<int>(i));
}

void PostgresRow::keep(std::vector<char> &kept) const
{
    for (const PostgresValue &value : m_values) {
        const int size = value.bytes ? value.size : -1;
        const std::size_t at = kept.size();
        kept.resize(at + sizeof(size) + static_cast<std::size_t>(std::max(size, 0)));
        std::memcpy(kept.data() + at, &size, sizeof(size));
        if (size > 0)
            std::memcpy(kept.data() + at + sizeof(size), value.bytes, static_cast<std::size_t>(size));
    }
}

void PostgresRow::read(const std::vector<char> &kept, std::size_t &at, const PostgresForms &forms)
{
    resize(forms.size());
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        int size = 0;
        std::memcpy(&size, kept.data() + at, sizeof(size));
        at += sizeof(size);
        m_values[i] = {forms[i], size < 0 ? nullptr : kept.data() + at, std::max(size, 0)};
        at += static_cast<std::size_t>(std::max(size, 0));
    }
}

std::string_view PostgresRow::text(int column) const
{
    return at(column).text(m_room[static_cast<std::size_t>(column)]);
}

QVariant PostgresRow::value(int column) const
{
    const PostgresValue &value = at(column);
    if (value.kind() != Kind::Blob)
        return value.toVariant();
    return QString::fromUtf8(value.bytes, value.size);
}

bool PostgresRows::next()
{
    if (m_next >= PQntuples(m_result.get()))
        return false;
    m_row.read(m_result.get(), m_forms, m_next++);
    return true;
}

} // namespace andon
