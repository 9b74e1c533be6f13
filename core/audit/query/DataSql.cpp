// SPDX-License-Identifier: Apache-2.0
#include "core/audit/query/DataSql.h"

#include <algorithm>

namespace andon {

namespace {

using Kind = DataCondition::Kind;

const QString kBackslash = QStringLiteral("\\");

/// How an engine names a JSON value's string, number and word (true, false, null); each NULL, or not equal
/// to anything that can be asked for, where the value is something else.
struct ValueSql
{
    QString string;
    QString number;
    QString word;
    QString numberPlace; ///< a placeholder for a number
    QVariant (*numberOf)(const QString &text);
};

/// A segment that could be the index of an element, as JSON path languages write it.
bool isIndex(const QString &segment)
{
    const bool isDigits = std::all_of(segment.cbegin(), segment.cend(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    return isDigits && (segment.size() == 1 || !segment.startsWith(u'0'));
}

bool isWord(const QString &text)
{
    return text == u"true" || text == u"false" || text == u"null";
}

SqlPiece between(const DataCondition &condition, const ValueSql &value)
{
    SqlPiece piece;
    if (!condition.low.isNull())
        piece.also({value.number + (condition.includesLow ? QStringLiteral(" >= ") : QStringLiteral(" > "))
                        + value.numberPlace,
                    {value.numberOf(condition.low)}});
    if (!condition.high.isNull())
        piece.also({value.number + (condition.includesHigh ? QStringLiteral(" <= ") : QStringLiteral(" < "))
                        + value.numberPlace,
                    {value.numberOf(condition.high)}});
    piece.sql = u'(' + piece.sql + u')';
    return piece;
}

/// That a value meets any of the conditions, of which none is Exists.
SqlPiece match(const QList<DataCondition> &conditions, const ValueSql &value)
{
    QList<SqlPiece> pieces;
    QVariantList strings;
    QVariantList words;
    SqlPiece numbers;
    for (const DataCondition &condition : conditions) {
        if (condition.kind == Kind::Between) {
            pieces << between(condition, value);
            continue;
        }
        strings << condition.text;
        if (!condition.isQuoted && isWord(condition.text))
            words << condition.text;
        if (!condition.isQuoted && isJsonNumber(condition.text)) {
            numbers.sql += (numbers.sql.isEmpty() ? QString() : QStringLiteral(", ")) + value.numberPlace;
            numbers.values << value.numberOf(condition.text);
        }
    }
    if (!strings.isEmpty())
        pieces << SqlPiece::oneOf(value.string, strings);
    if (!words.isEmpty())
        pieces << SqlPiece::oneOf(value.word, words);
    if (!numbers.values.isEmpty())
        pieces << SqlPiece{value.number + QStringLiteral(" IN (") + numbers.sql + u')', numbers.values};
    return SqlPiece::anyOf(pieces);
}

/// What the text of the data must contain so that it can match: each key as it is written, and the value where
/// only one string is asked for. Unless there is a backslash: behind one, everything can be written otherwise.
SqlPiece precheck(const QStringList &path, const QList<DataCondition> &conditions, const QString &contains)
{
    SqlPiece plain;
    for (const QString &segment : path) {
        if (!isIndex(segment))
            plain.also({contains, {QString(u'"' + segment + u'"')}});
    }
    const DataCondition &only = conditions.constFirst();
    const bool isOneText = conditions.size() == 1 && only.kind == Kind::Equals && !only.text.isEmpty()
        && (only.isQuoted || !isJsonNumber(only.text));
    if (isOneText)
        plain.also({contains, {only.text}});
    if (plain.sql.isEmpty())
        return {};
    return {u'(' + plain.sql + QStringLiteral(" OR ") + contains + u')', plain.values + QVariantList{kBackslash}};
}

QVariant sqliteNumber(const QString &text)
{
    bool isWhole = false;
    const qint64 whole = text.toLongLong(&isWhole);
    return isWhole ? QVariant(whole) : QVariant(text.toDouble());
}

SqlPiece onSqlite(const QStringList &path, const QList<DataCondition> &conditions, bool isExistence)
{
    const QString data = QStringLiteral("CAST(event_data AS TEXT)"); // it may have been stored as bytes
    SqlPiece from;
    SqlPiece where;
    QString last;
    for (const QString &segment : path) {
        const QString table = QStringLiteral("j%1").arg(where.values.size());
        // Join after join, each from left to right: SQLite does not reorder a CROSS JOIN.
        from.sql += from.sql.isEmpty()
            ? QStringLiteral("json_each(%1) AS %2").arg(data, table)
            : QStringLiteral(" CROSS JOIN json_each(CASE WHEN %1.type IN ('object', 'array') THEN %1.value END) AS %2")
                  .arg(last, table);
        last = table;
        // The key of an element is a number.
        where.also({isIndex(segment) ? QStringLiteral("CAST(%1.key AS TEXT) = ?").arg(table)
                                     : QStringLiteral("%1.key = ?").arg(table),
                    {segment}});
    }
    if (!isExistence) {
        const auto valueOf = [](const QString &table) {
            return ValueSql{QStringLiteral("CASE %1.type WHEN 'text' THEN %1.atom END").arg(table),
                            QStringLiteral("CASE WHEN %1.type IN ('integer', 'real') THEN %1.atom END").arg(table),
                            table + QStringLiteral(".type"), QStringLiteral("?"), &sqliteNumber};
        };
        const SqlPiece itself = match(conditions, valueOf(last));
        const SqlPiece element = match(conditions, valueOf(QStringLiteral("element")));
        where.also(
            {QStringLiteral("(%1 OR EXISTS (SELECT 1 FROM json_each(CASE %2.type WHEN 'array' THEN %2.value END) "
                            "AS element WHERE %3))")
                 .arg(itself.sql, last, element.sql),
             itself.values + element.values});
    }
    SqlPiece piece = precheck(path, conditions, QStringLiteral("andon_contains(?, event_data)"));
    // CASE, because only it keeps the order: what is not JSON must not be walked.
    piece.also({QStringLiteral("CASE WHEN json_valid(%1) THEN EXISTS (SELECT 1 FROM %2 WHERE %3) ELSE 0 END")
                    .arg(data, from.sql, where.sql),
                where.values});
    return piece;
}

/// A text, so that no digit is lost on the way.
QVariant postgresNumber(const QString &text)
{
    return text;
}

SqlPiece onPostgreSql(const QStringList &path, const QList<DataCondition> &conditions, bool isExistence)
{
    // Without square brackets and question marks as operators, which Qt would take for something else.
    SqlPiece at{QStringLiteral("andon_json(event_data)"), {}};
    for (const QString &segment : path) {
        if (isIndex(segment)) {
            at.sql = u'(' + at.sql + QStringLiteral(" #> CAST(? AS text[]))");
            at.values << QString(u'{' + segment + u'}');
        } else {
            at.sql = u'(' + at.sql + QStringLiteral(" -> CAST(? AS text))");
            at.values << segment;
        }
    }
    SqlPiece piece = precheck(path, conditions, QStringLiteral("strpos(event_data, ?) > 0"));
    if (isExistence) {
        piece.also({at.sql + QStringLiteral(" IS NOT NULL"), at.values});
        return piece;
    }
    const ValueSql value{QStringLiteral("string"), QStringLiteral("number"), QStringLiteral("word"),
                         QStringLiteral("CAST(? AS numeric)"), &postgresNumber};
    const SqlPiece matches = match(conditions, value);
    // CASE, because only it keeps the order: what is not a number must not be read as one.
    piece.also({QStringLiteral("EXISTS (SELECT 1 FROM (SELECT "
                               "CASE jsonb_typeof(v) WHEN 'string' THEN v #>> '{}' END AS string, "
                               "CASE jsonb_typeof(v) WHEN 'number' THEN CAST(v AS numeric) END AS number, "
                               "CAST(v AS text) AS word FROM (SELECT %1 AS found) AS place CROSS JOIN LATERAL "
                               "(SELECT found AS v UNION ALL SELECT e FROM jsonb_array_elements("
                               "CASE jsonb_typeof(found) WHEN 'array' THEN found END) AS e) AS every) AS value "
                               "WHERE %2)")
                    .arg(at.sql, matches.sql),
                at.values + matches.values});
    return piece;
}

} // namespace

SqlPiece DataSql::compile(const QStringList &path, const QList<DataCondition> &conditions, SqlEngine engine)
{
    const bool isExistence = std::any_of(conditions.cbegin(), conditions.cend(),
                                         [](const DataCondition &c) { return c.kind == Kind::Exists; });
    SqlPiece piece = engine == SqlEngine::Sqlite ? onSqlite(path, conditions, isExistence)
                                                 : onPostgreSql(path, conditions, isExistence);
    piece.sql = u'(' + piece.sql + u')';
    return piece;
}

} // namespace andon
