// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/VocabularyReader.h"

#include "core/audit/filter/DataCondition.h"
#include "core/audit/filter/FilterTokens.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

#include <QElapsedTimer>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <algorithm>

namespace andon {

namespace {

constexpr qint64 kWordsMs = 20;     // for types and for actors, together
constexpr qint64 kWholeMs = 40;     // with the data
constexpr qint64 kServerFactor = 5; // a connection's first statements take a server as long as all of it takes SQLite
constexpr qsizetype kMostWords = 500;
constexpr int kNewest = 2000;
constexpr int kSamples = 200;
constexpr int kNewestData = 500;
constexpr qsizetype kLargestData = 64 * 1024;
constexpr int kDepth = 4;
constexpr qsizetype kMostPaths = 200;
constexpr qsizetype kMostValues = 20;
constexpr qsizetype kMostCounted = 500; // different values of one path
constexpr qsizetype kLongestValue = 40;
constexpr qsizetype kLongestWord = 200;

qint64 factorOf(const Database &database)
{
    return database.engine() == SqlEngine::Sqlite ? 1 : kServerFactor;
}

/// The different values of a column, from its index: each search finds the next.
QStringList fromIndex(Database &database, const QString &column, const QElapsedTimer &timer)
{
    const QString sql = QStringLiteral("SELECT min(%1) FROM action_audit_log WHERE %1 > ?").arg(column);
    QStringList words;
    QVariant last = QStringLiteral(""); // a null one would be NULL, which is less than nothing
    while (words.size() < kMostWords && timer.elapsed() < kWordsMs * factorOf(database)) {
        last = database.scalar(sql, {last});
        if (last.isNull())
            break;
        words << last.toString();
    }
    return words;
}

/// The different values of a column among the newest events, and some spread over the whole log.
QStringList fromSample(Database &database, const QString &column, const QElapsedTimer &timer)
{
    QSet<QString> words;
    const auto add = [&](const StoredRow &row) {
        const std::string_view text = row.text(0);
        if (!text.empty() && text.size() <= size_t(kLongestWord))
            words.insert(QString::fromUtf8(text.data(), qsizetype(text.size())));
        return words.size() < kMostWords && timer.elapsed() < kWordsMs * factorOf(database);
    };
    database.visit(QStringLiteral("SELECT %1 FROM action_audit_log ORDER BY id DESC LIMIT ?").arg(column), {kNewest},
                   add);
    const qint64 newest = database.scalar(QStringLiteral("SELECT max(id) FROM action_audit_log")).toLongLong();
    const QString one = QStringLiteral("SELECT %1 FROM action_audit_log WHERE id >= ? ORDER BY id LIMIT 1").arg(column);
    for (qint64 i = 0; i < kSamples && newest > kNewest && timer.elapsed() < kWordsMs * factorOf(database); ++i)
        database.visit(one, {newest / kSamples * i}, add);
    return {words.cbegin(), words.cend()};
}

QStringList wordsOf(Database &database, const QString &column, const QElapsedTimer &timer)
{
    QStringList words = Catalog(database).indexedColumns(QStringLiteral("action_audit_log")).contains(column)
        ? fromIndex(database, column, timer)
        : fromSample(database, column, timer);
    words.removeIf([](const QString &word) { return word.isEmpty() || word.size() > kLongestWord; });
    words.sort();
    return words;
}

/// How a value of the data is written in a filter; null where it is not worth proposing.
QString written(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    case QJsonValue::Null:
        return QStringLiteral("null");
    case QJsonValue::Double:
        return QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)).mid(1).chopped(1);
    case QJsonValue::String:
        break;
    default:
        return {};
    }
    const QString text = value.toString();
    if (text.isEmpty() || text.size() > kLongestValue || text.contains(QChar(0)))
        return {};
    const bool isPlain = std::all_of(text.cbegin(), text.cend(), [](QChar c) {
        return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u':' || c == u'/' || c == u'@';
    });
    const bool isOther = isJsonNumber(text) || text == u"true" || text == u"false" || text == u"null";
    return isPlain && !isOther ? text : quotedForFilter(text);
}

/// Counts what is where in the data of many events.
class DataWords
{
public:
    void look(const QJsonObject &object, const QString &above = {}, int depth = 1)
    {
        for (auto entry = object.constBegin(); entry != object.constEnd(); ++entry) {
            if (entry.key().isEmpty() || entry.key().size() > kLongestValue || entry.key().contains(QChar(0)))
                continue;
            const QString path = above + filterPath({entry.key()});
            const QJsonValue value = entry.value();
            if (value.isObject() && depth < kDepth)
                look(value.toObject(), path, depth + 1);
            else
                count(path.mid(1), value);
        }
    }

    void moveTo(AuditVocabulary &vocabulary)
    {
        vocabulary.dataPaths = m_values.keys();
        vocabulary.dataPaths.sort();
        for (const QString &path : std::as_const(vocabulary.dataPaths)) {
            const QHash<QString, int> &counted = m_values[path];
            QStringList values = counted.keys();
            std::sort(values.begin(), values.end(), [&counted](const QString &a, const QString &b) {
                return std::pair(-counted[a], a) < std::pair(-counted[b], b);
            });
            if (!values.isEmpty())
                vocabulary.dataValues.insert(path, values.mid(0, kMostValues));
        }
    }

private:
    void count(const QString &path, const QJsonValue &value)
    {
        if (!m_values.contains(path) && m_values.size() >= kMostPaths)
            return;
        QHash<QString, int> &counted = m_values[path];
        constexpr qsizetype kElements = 20;
        const QJsonArray elements = value.isArray() ? value.toArray() : QJsonArray{value};
        for (qsizetype i = 0; i < std::min(elements.size(), kElements); ++i) {
            const QString text = written(elements.at(i));
            if (!text.isNull() && (counted.contains(text) || counted.size() < kMostCounted))
                ++counted[text];
        }
    }

    QHash<QString, QHash<QString, int>> m_values;
};

} // namespace

AuditVocabulary readVocabulary(Database &database)
{
    QElapsedTimer timer;
    timer.start();
    AuditVocabulary vocabulary;
    vocabulary.types = wordsOf(database, QStringLiteral("event_type"), timer);
    vocabulary.actors = wordsOf(database, QStringLiteral("actor"), timer);
    DataWords words;
    database.visit(QStringLiteral("SELECT event_data FROM action_audit_log ORDER BY id DESC LIMIT ?"), {kNewestData},
                   [&](const StoredRow &row) {
                       const std::string_view data = row.text(0);
                       if (!data.empty() && data.size() <= size_t(kLargestData)) {
                           const auto bytes = QByteArray::fromRawData(data.data(), qsizetype(data.size()));
                           words.look(QJsonDocument::fromJson(bytes).object());
                       }
                       return timer.elapsed() < kWholeMs * factorOf(database);
                   });
    words.moveTo(vocabulary);
    return vocabulary;
}

} // namespace andon
