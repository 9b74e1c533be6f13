// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/Verifier.h"

#include "core/audit/archive/ArchiveCheck.h"
#include "core/audit/verify/ArchiveVerification.h"
#include "core/audit/verify/Verification.h"
#include "core/storage/FileIdentity.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace andon {

namespace {

/// Tries to read a file that others begin to write to meanwhile, before it is read as one that they have open.
constexpr int kTriesAtRest = 2;

/// A database in WAL mode (sqlite.org/fileformat.html, 1.3.3) that nobody has open: without the files beside it.
bool isAtRest(const QString &path)
{
    constexpr qsizetype kReadVersion = 19;
    constexpr char kWal = 2;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray header = file.read(kReadVersion + 1);
    const bool isWal = header.size() > kReadVersion && header.at(kReadVersion) == kWal;
    return isWal && QFileInfo(path + QStringLiteral("-wal")).size() == 0
        && !QFileInfo::exists(path + QStringLiteral("-shm"));
}

/// Changes when somebody writes to the file.
struct Stamp
{
    explicit Stamp(const QString &path)
        : identity(FileIdentity::of(path))
        , size(QFileInfo(path).size())
        , modified(QFileInfo(path).lastModified())
        , isResting(isAtRest(path))
    {
    }

    std::optional<FileIdentity> identity;
    qint64 size;
    QDateTime modified;
    bool isResting;

    friend bool operator==(const Stamp &, const Stamp &) = default;
};

} // namespace

Verifier::Verifier(DatabaseLocation location, Options options)
    : m_location(std::move(location))
    , m_options(std::move(options))
{
}

std::optional<VerifyReport> Verifier::verify(const Progress &progress)
{
    qint64 furthest = 0;
    const Progress monotone = [&](qint64 done, qint64 total) {
        furthest = std::max(furthest, done);
        return !progress || progress(std::min(furthest, total), total);
    };
    if (m_location.engine == SqlEngine::Sqlite && ArchiveContent::isArchive(m_location.path))
        return verifyArchive(m_location.path, m_options, monotone);
    for (int i = 0; i < kTriesAtRest && m_location.engine == SqlEngine::Sqlite; ++i) {
        const Stamp before(m_location.path);
        if (!before.isResting)
            break;
        try {
            std::optional<VerifyReport> report = Verification(m_location, m_options, true).run(monotone);
            if (before == Stamp(m_location.path))
                return report;
        } catch (const StorageError &) {
            if (before == Stamp(m_location.path))
                throw;
        }
    }
    return Verification(m_location, m_options, false).run(monotone);
}

} // namespace andon
