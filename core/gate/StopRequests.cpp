// SPDX-License-Identifier: Apache-2.0
#include "core/gate/StopRequests.h"

#include "core/gate/DurableFile.h"
#include "core/storage/Timestamp.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace andon {

namespace {

constexpr qint64 kMaxBytes = 64 * 1024;
constexpr qsizetype kMaxTextLength = 4096; // keeps a request within a block or two

QByteArray toJson(const StopRequest &request)
{
    return QJsonDocument(
               QJsonObject{
                   {QStringLiteral("kind"),
                    request.kind == StopRequest::Kind::Observe ? QStringLiteral("observe") : QStringLiteral("stop")},
                   {QStringLiteral("by"), request.by.left(kMaxTextLength)},
                   {QStringLiteral("reason"), request.reason.left(kMaxTextLength)},
                   {QStringLiteral("at"), formatTimestamp(request.at)},
                   {QStringLiteral("scope"), toString(request.scope.kind)},
                   {QStringLiteral("target"), request.scope.target},
               })
        .toJson(QJsonDocument::Compact);
}

/// A real folder: behind a link stand files that are somebody else's.
bool isFolder(const QString &path)
{
    const QFileInfo info(path);
    return info.isDir() && !info.isSymLink();
}

/// `agent-…` or `action-…`, before the first dot; nothing for any other name.
QStringView keyOf(QStringView fileName)
{
    const qsizetype dot = fileName.indexOf(u'.');
    const QStringView key = fileName.left(dot < 0 ? 0 : dot);
    return key.startsWith(u"agent-") || key.startsWith(u"action-") ? key : QStringView();
}

QStringList namesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
}

void readText(const QFileInfo &file, StopRequest *request)
{
    QByteArray content;
    QJsonObject object;
    if (DurableFile::readSmall(file.absoluteFilePath(), kMaxBytes, &content))
        object = QJsonDocument::fromJson(content).object();
    request->kind = object.value(u"kind") == QStringLiteral("observe") ? StopRequest::Kind::Observe
                                                                       : StopRequest::Kind::Stop;
    request->by = object.value(u"by").toString();
    request->reason = object.value(u"reason").toString();
    request->at = parseTimestamp(object.value(u"at").toString()).moment;
    request->scope.kind = stopScopeFromString(object.value(u"scope").toString()).value_or(StopScope::Kind::Everything);
    request->scope.target = object.value(u"target").toString();
    if (request->by.isEmpty()) {
        request->by = QStringLiteral("unknown");
        request->reason = QStringLiteral("a stop request that cannot be read: ") + file.fileName();
    }
    if (!request->at.isValid())
        request->at = file.lastModified().toUTC();
    if (!request->at.isValid())
        request->at = QDateTime::currentDateTimeUtc();
}

StopRequest requestOf(const QFileInfo &file)
{
    StopRequest request;
    request.uid = file.fileName();
    readText(file, &request);
    request.scope = StopScope();
    return request;
}

StopRequest holdOf(const QFileInfo &file)
{
    const QString name = file.fileName();
    const QStringView key = keyOf(name);
    StopRequest request;
    readText(file, &request);
    request.kind = StopRequest::Kind::Stop;
    if (request.scope.isHold() && request.scope.key() == key) {
        request.uid = name.mid(key.size() + 1);
        return request;
    }
    request.uid = name;
    request.scope = StopScope();
    return request;
}

} // namespace

StopRequests::StopRequests(const QString &databasePath)
    : m_path(databasePath + QStringLiteral(".stop"))
    , m_holdPath(databasePath + QStringLiteral(".hold"))
{
}

QString StopRequests::folderOf(const StopRequest &request) const
{
    return request.scope.isHold() ? m_holdPath : m_path;
}

QString StopRequests::pathOf(const StopRequest &request) const
{
    const QString folder = folderOf(request) + u'/';
    return request.scope.isHold() ? folder + request.scope.key() + u'.' + request.uid : folder + request.uid;
}

bool StopRequests::any() const noexcept
{
    if (DurableFile::isAnythingAt(m_path))
        return true;
    if (!DurableFile::isAnythingAt(m_holdPath))
        return false;
    if (!isFolder(m_holdPath))
        return DurableFile::isAnythingAt(m_holdPath); // it may just have been removed
    const QStringList names = namesIn(m_holdPath);
    return std::any_of(names.begin(), names.end(), [](const QString &name) { return keyOf(name).isEmpty(); });
}

bool StopRequests::anyFor(const ActionIdentity &identity) const noexcept
{
    if (any())
        return true;
    if (!DurableFile::isAnythingAt(m_holdPath))
        return false;
    const QString agentKey = StopScope::agent(identity.agentId).key();
    const QString actionKey = StopScope::action(identity.actionName).key();
    const QStringList names = namesIn(m_holdPath);
    return std::any_of(names.begin(), names.end(),
                       [&](const QString &name) { return keyOf(name) == agentKey || keyOf(name) == actionKey; });
}

QString StopRequests::file(const StopRequest &request) const
{
    // Another stop may remove the empty folder between the two steps, and a third make it again; then
    // both are done again. What fails for another reason fails as often as it is tried.
    constexpr int kTries = 1000;
    constexpr int kTriesInFolder = 30;
    constexpr int kTriesToMake = 30; // no room for a folder: the permit must not wait for it
    const QByteArray content = toJson(request);
    const QString folder = folderOf(request);
    const QString path = pathOf(request);
    QString error;
    int failedInFolder = 0;
    int failedToMake = 0;
    for (int i = 0; i < kTries && failedInFolder < kTriesInFolder && failedToMake < kTriesToMake; ++i) {
        const bool isMade = QDir().mkdir(folder);
        if (QFileInfo(folder).isSymLink())
            return QStringLiteral("it is a link, not a folder");
        error = DurableFile::createNew(path, content);
        if (error.isEmpty())
            break;
        if (isFolder(folder))
            ++failedInFolder;
        else if (!isMade)
            ++failedToMake;
    }
    // On a full disk the file may have been made and its text not written: it still stops.
    return QFileInfo::exists(path) ? QString() : error;
}

QString StopRequests::sync(const StopRequest &request) const
{
    QString error = DurableFile::sync(pathOf(request));
    if (error.isEmpty())
        error = DurableFile::sync(folderOf(request));
    return error;
}

QList<StopRequest> StopRequests::list() const
{
    QList<StopRequest> requests;
    if (isFolder(m_path)) {
        const QStringList names = namesIn(m_path);
        for (const QString &name : names)
            requests << requestOf(QFileInfo(m_path + u'/' + name));
    }
    if (isFolder(m_holdPath)) {
        const QStringList names = namesIn(m_holdPath);
        for (const QString &name : names)
            requests << holdOf(QFileInfo(m_holdPath + u'/' + name));
    }
    std::stable_sort(requests.begin(), requests.end(),
                     [](const StopRequest &a, const StopRequest &b) { return a.at < b.at; });
    return requests;
}

QString StopRequests::withdraw(const StopRequest &request) const
{
    QString error;
    if (isFolder(folderOf(request)))
        error = DurableFile::remove(pathOf(request));
    // One that stands among the holds and was not understood has become a stop of everything.
    if (error.isEmpty() && !request.scope.isHold() && isFolder(m_holdPath))
        error = DurableFile::remove(m_holdPath + u'/' + request.uid);
    if (error.isEmpty())
        removeEmptyFolders();
    return error;
}

void StopRequests::removeEmptyFolders() const
{
    // Fails where another request stands: as it should.
    if (isFolder(m_path))
        QDir().rmdir(m_path);
    if (isFolder(m_holdPath))
        QDir().rmdir(m_holdPath);
}

} // namespace andon
