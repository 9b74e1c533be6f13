// SPDX-License-Identifier: Apache-2.0
#include "core/audit/query/DataSql.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace andon {

namespace {

using Kind = DataCondition::Kind;

const QString kBackslash = QStringLiteral("\\");

/// SQLite's names for a JSON value's string, number and word (true, false, null); each NULL, or not equal
/// to anything that can be asked for, where the value is something else.
struct ValueSql
{
    QString string;
    QString number;
    QString word;
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

QVariant sqliteNumber(const QString &text)
{
    bool isWhole = false;
    const qint64 whole = text.toLongLong(&isWhole);
    return isWhole ? QVariant(whole) : QVariant(text.toDouble());
}

SqlPiece between(const DataCondition &condition, const ValueSql &value)
{
    SqlPiece piece;
    if (!condition.low.isNull())
        piece.also({value.number + (condition.includesLow ? QStringLiteral(" >= ") : QStringLiteral(" > "))
                        + QStringLiteral("?"),
                    {sqliteNumber(condition.low)}});
    if (!condition.high.isNull())
        piece.also({value.number + (condition.includesHigh ? QStringLiteral(" <= ") : QStringLiteral(" < "))
                        + QStringLiteral("?"),
                    {sqliteNumber(condition.high)}});
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
            numbers.sql += (numbers.sql.isEmpty() ? QString() : QStringLiteral(", ")) + QStringLiteral("?");
            numbers.values << sqliteNumber(condition.text);
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
                            table + QStringLiteral(".type")};
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

/// As a JSON path language writes it: as JSON does.
QString pathString(const QString &text)
{
    const QByteArray json = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(json).mid(1).chopped(1);
}

QString pathCondition(const DataCondition &condition)
{
    QStringList parts;
    if (condition.kind == Kind::Between) {
        if (!condition.low.isNull())
            parts << (condition.includesLow ? QStringLiteral("@ >= ") : QStringLiteral("@ > ")) + condition.low;
        if (!condition.high.isNull())
            parts << (condition.includesHigh ? QStringLiteral("@ <= ") : QStringLiteral("@ < ")) + condition.high;
        return u'(' + parts.join(QStringLiteral(" && ")) + u')';
    }
    parts << QStringLiteral("@ == ") + pathString(condition.text);
    if (!condition.isQuoted && (isWord(condition.text) || isJsonNumber(condition.text)))
        parts << QStringLiteral("@ == ") + condition.text;
    return parts.join(QStringLiteral(" || "));
}

/// Whether `#>` takes the segment for the index of an element, though JSON path languages do not: -1, 007.
bool looksLikeIndex(const QString &segment)
{
    bool isNumber = false;
    (void)segment.toLongLong(&isNumber);
    return !isIndex(segment) && (isNumber || segment.contains(u' '));
}

QString arrayElement(QString segment)
{
    segment.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return u'"' + segment + u'"';
}

/// The value that a path leads to, without square brackets and question marks as operators, which would be taken for
/// something else.
SqlPiece valueAt(const QStringList &path)
{
    SqlPiece at{QStringLiteral("andon_json(event_data)"), {}};
    QStringList steps;
    const auto go = [&] {
        if (steps.isEmpty())
            return;
        at.sql = u'(' + at.sql + QStringLiteral(" #> CAST(? AS text[]))");
        at.values << QString(u'{' + steps.join(u',') + u'}');
        steps.clear();
    };
    for (const QString &segment : path) {
        if (looksLikeIndex(segment)) {
            go();
            at.sql = u'(' + at.sql + QStringLiteral(" -> CAST(? AS text))");
            at.values << segment;
        } else {
            steps << arrayElement(segment);
        }
    }
    go();
    return at;
}

/// One value that is bound, and not a subquery for each condition, of which the planner would make one a partition.
SqlPiece onPostgreSql(const QStringList &path, const QList<DataCondition> &conditions, bool isExistence)
{
    const SqlPiece at = valueAt(path);
    // One key: each condition is planned for each partition.
    const auto last = std::find_if(path.crbegin(), path.crend(), [](const QString &key) { return !isIndex(key); });
    SqlPiece piece = precheck(last == path.crend() ? QStringList() : QStringList(*last), conditions,
                              QStringLiteral("strpos(event_data, ?) > 0"));
    if (isExistence) {
        piece.also({at.sql + QStringLiteral(" IS NOT NULL"), at.values});
        return piece;
    }
    QStringList any;
    for (const DataCondition &condition : conditions)
        any << pathCondition(condition);
    // A filter looks into an array by itself, at its elements (postgresql.org/docs/15/functions-json.html, "Strict And
    // Lax Modes"); not into the arrays in it.
    const QString wanted = QStringLiteral("$ ? (@.type() != \"array\" && (") + any.join(QStringLiteral(" || "))
        + QStringLiteral("))");
    piece.also({QStringLiteral("jsonb_path_exists(") + at.sql + QStringLiteral(", CAST(? AS jsonpath), '{}', true)"),
                at.values + QVariantList{wanted}});
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
