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
               })
        .toJson(QJsonDocument::Compact);
}

/// A real folder: behind a link stand files that are somebody else's.
bool isFolder(const QString &path)
{
    const QFileInfo info(path);
    return info.isDir() && !info.isSymLink();
}

StopRequest fromJson(const QFileInfo &file)
{
    StopRequest request;
    request.uid = file.fileName();
    QByteArray content;
    QJsonObject object;
    if (DurableFile::readSmall(file.absoluteFilePath(), kMaxBytes, &content))
        object = QJsonDocument::fromJson(content).object();
    request.kind = object.value(u"kind") == QStringLiteral("observe") ? StopRequest::Kind::Observe
                                                                      : StopRequest::Kind::Stop;
    request.by = object.value(u"by").toString();
    request.reason = object.value(u"reason").toString();
    request.at = parseTimestamp(object.value(u"at").toString()).moment;
    if (request.by.isEmpty()) {
        request.by = QStringLiteral("unknown");
        request.reason = QStringLiteral("a stop request that cannot be read: ") + file.fileName();
    }
    if (!request.at.isValid())
        request.at = file.lastModified().toUTC();
    if (!request.at.isValid())
        request.at = QDateTime::currentDateTimeUtc();
    return request;
}

} // namespace

StopRequests::StopRequests(const QString &databasePath)
    : m_path(databasePath + QStringLiteral(".stop"))
{
}

QString StopRequests::pathOf(const QString &uid) const
{
    return m_path + u'/' + uid;
}

bool StopRequests::any() const noexcept
{
    return DurableFile::isAnythingAt(m_path);
}

QString StopRequests::file(const StopRequest &request) const
{
    // Another stop may remove the empty folder between the two steps, and a third make it again; then
    // both are done again. What fails for another reason fails as often as it is tried.
    constexpr int kTries = 1000;
    constexpr int kTriesInFolder = 30;
    constexpr int kTriesToMake = 30; // no room for a folder: the permit must not wait for it
    const QByteArray content = toJson(request);
    QString error;
    int failedInFolder = 0;
    int failedToMake = 0;
    for (int i = 0; i < kTries && failedInFolder < kTriesInFolder && failedToMake < kTriesToMake; ++i) {
        const bool isMade = QDir().mkdir(m_path);
        if (QFileInfo(m_path).isSymLink())
            return QStringLiteral("it is a link, not a folder");
        error = DurableFile::createNew(pathOf(request.uid), content);
        if (error.isEmpty())
            break;
        if (isFolder(m_path))
            ++failedInFolder;
        else if (!isMade)
            ++failedToMake;
    }
    // On a full disk the file may have been made and its text not written: it still stops.
    return QFileInfo::exists(pathOf(request.uid)) ? QString() : error;
}

QString StopRequests::sync(const StopRequest &request) const
{
    QString error = DurableFile::sync(pathOf(request.uid));
    if (error.isEmpty())
        error = DurableFile::sync(m_path);
    return error;
}

QList<StopRequest> StopRequests::list() const
{
    QList<StopRequest> requests;
    if (!isFolder(m_path))
        return requests;
    const QDir folder(m_path);
    const QFileInfoList files = folder.entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::System
                                                     | QDir::NoDotAndDotDot);
    for (const QFileInfo &file : files)
        requests << fromJson(file);
    std::stable_sort(requests.begin(), requests.end(),
                     [](const StopRequest &a, const StopRequest &b) { return a.at < b.at; });
    return requests;
}

QString StopRequests::withdraw(const QString &uid) const
{
    if (!isFolder(m_path))
        return {};
    QString error;
    if (!uid.isEmpty())
        error = DurableFile::remove(pathOf(uid));
    if (error.isEmpty())
        QDir().rmdir(m_path); // fails where another request stands: as it should
    return error;
}

} // namespace andon
