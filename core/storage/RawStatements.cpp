// SPDX-License-Identifier: Apache-2.0
#include "core/storage/RawStatements.h"

#include <QStringEncoder>

#include <sqlite3.h>

#include <memory>

namespace andon {

namespace {

constexpr int kMaxPrepared = 64;
constexpr std::size_t kMostRoomKept = 64 * 1024;

/// As QtSql does: a null string is NULL, an empty one is text.
bool isNull(const QVariant &value)
{
    switch (value.metaType().id()) {
    case QMetaType::QString:
        return static_cast<const QString *>(value.constData())->isNull();
    case QMetaType::QByteArray:
        return static_cast<const QByteArray *>(value.constData())->isNull();
    default:
        return value.isNull();
    }
}

/// As UTF-8 at `at`, which moves on. There is room.
int bindText(sqlite3_stmt *statement, int index, QStringView text, char *&at)
{
    QStringEncoder encoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
    const char *const begin = at;
    at = encoder.appendToBuffer(at, text);
    return sqlite3_bind_text64(statement, index, begin, sqlite3_uint64(at - begin), SQLITE_STATIC, SQLITE_UTF8);
}

/// Numbers and what has no form of its own. Texts are bound apart.
int bind(sqlite3_stmt *statement, int index, const QVariant &value)
{
    switch (value.metaType().id()) {
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::Bool:
        return sqlite3_bind_int64(statement, index, value.toLongLong());
    case QMetaType::Double:
        return sqlite3_bind_double(statement, index, value.toDouble());
    case QMetaType::QByteArray: {
        const auto &bytes = *static_cast<const QByteArray *>(value.constData());
        return sqlite3_bind_blob64(statement, index, bytes.constData(), sqlite3_uint64(bytes.size()), SQLITE_STATIC);
    }
    default: {
        const QByteArray text = value.toString().toUtf8();
        return sqlite3_bind_text64(statement, index, text.constData(), sqlite3_uint64(text.size()), SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    }
    }
}

const QString *textOf(const QVariant &value)
{
    return value.metaType().id() == QMetaType::QString ? static_cast<const QString *>(value.constData()) : nullptr;
}

/// Binds the values where they are and texts where they were converted to: both live until the statement
/// has ended.
int bindAll(sqlite3_stmt *statement, const QVariantList &values, std::vector<char> &room)
{
    constexpr qsizetype kMostBytesPerUnit = 3;
    qsizetype needed = 1; // an empty text has an address, too
    for (const QVariant &value : values) {
        if (const QString *text = textOf(value))
            needed += text->size() * kMostBytesPerUnit;
    }
    if (room.size() < static_cast<std::size_t>(needed))
        room.resize(static_cast<std::size_t>(needed));
    char *at = room.data();
    int code = SQLITE_OK;
    for (int i = 0; i < values.size() && code == SQLITE_OK; ++i) {
        const QVariant &value = values.at(i);
        if (isNull(value))
            code = sqlite3_bind_null(statement, i + 1);
        else if (const QString *text = textOf(value))
            code = bindText(statement, i + 1, *text, at);
        else
            code = bind(statement, i + 1, value);
    }
    return code;
}

/// A row where SQLite holds it.
class SqliteRow : public StoredRow
{
public:
    explicit SqliteRow(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }

    [[nodiscard]] Kind kind(int column) const override;
    [[nodiscard]] qint64 integer(int column) const override { return sqlite3_column_int64(m_statement, column); }
    [[nodiscard]] double real(int column) const override { return sqlite3_column_double(m_statement, column); }
    [[nodiscard]] std::string_view text(int column) const override;
    [[nodiscard]] QVariant value(int column) const override;

private:
    sqlite3_stmt *m_statement;
};

StoredRow::Kind SqliteRow::kind(int column) const
{
    switch (sqlite3_column_type(m_statement, column)) {
    case SQLITE_INTEGER:
        return Kind::Integer;
    case SQLITE_FLOAT:
        return Kind::Real;
    case SQLITE_TEXT:
        return Kind::Text;
    case SQLITE_BLOB:
        return Kind::Blob;
    default:
        return Kind::Null;
    }
}

std::string_view SqliteRow::text(int column) const
{
    // Bytes stay what they are: as text, the engine would read them in the database's own encoding.
    const bool isBlob = sqlite3_column_type(m_statement, column) == SQLITE_BLOB;
    const auto *bytes = static_cast<const char *>(isBlob ? sqlite3_column_blob(m_statement, column)
                                                         : sqlite3_column_text(m_statement, column));
    return bytes ? std::string_view(bytes, size_t(sqlite3_column_bytes(m_statement, column))) : std::string_view();
}

QVariant SqliteRow::value(int column) const
{
    switch (sqlite3_column_type(m_statement, column)) {
    case SQLITE_NULL:
        return {};
    case SQLITE_INTEGER:
        return QVariant::fromValue<qlonglong>(integer(column));
    case SQLITE_FLOAT:
        return sqlite3_column_double(m_statement, column);
    default:
        const std::string_view bytes = text(column);
        return QString::fromUtf8(bytes.data() ? bytes.data() : "", qsizetype(bytes.size()));
    }
}

} // namespace

RawStatements::Prepared::~Prepared()
{
    sqlite3_finalize(statement);
}

RawStatements::RawStatements(sqlite3 *connection)
    : m_connection(connection)
    , m_prepared(kMaxPrepared)
{
}

std::unique_ptr<RawStatements::Prepared> RawStatements::make(const QString &sql, int &code) const
{
    const QByteArray text = sql.toUtf8();
    sqlite3_stmt *made = nullptr;
    code = sqlite3_prepare_v3(m_connection, text.constData(), int(text.size()), SQLITE_PREPARE_PERSISTENT, &made,
                              nullptr);
    return code == SQLITE_OK ? std::make_unique<Prepared>(made) : nullptr;
}

int RawStatements::run(sqlite3_stmt *statement, const QVariantList &values,
                       const std::function<bool(const StoredRow &)> &visit)
{
    std::vector<char> room = std::move(m_room); // a visitor may run another statement
    int code = bindAll(statement, values, room);
    const SqliteRow row(statement);
    bool goesOn = code == SQLITE_OK;
    while (goesOn) {
        code = sqlite3_step(statement);
        goesOn = code == SQLITE_ROW && (!visit || visit(row));
    }
    const int ended = sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (room.size() <= kMostRoomKept)
        m_room = std::move(room);
    return code == SQLITE_ROW || code == SQLITE_DONE ? ended : code;
}

int RawStatements::visit(const QString &sql, const QVariantList &values,
                         const std::function<bool(const StoredRow &)> &visit)
{
    int code = SQLITE_OK;
    std::unique_ptr<Prepared> prepared(m_prepared.take(sql)); // so that a visitor may run the same one
    if (!prepared)
        prepared = make(sql, code);
    if (prepared)
        code = run(prepared->statement, values, visit);
    if (code == SQLITE_OK)
        m_prepared.insert(sql, prepared.release());
    return code;
}

int RawStatements::execute(const QString &sql, const QVariantList &values)
{
    if (const Prepared *prepared = m_prepared.object(sql)) {
        const int code = run(prepared->statement, values, {});
        if (code != SQLITE_OK)
            m_prepared.remove(sql);
        return code;
    }
    return visit(sql, values, {});
}

} // namespace andon
