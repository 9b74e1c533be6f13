// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint/PrivateFile.h"

#include "core/audit/checkpoint/CheckpointErrors.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <filesystem>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace andon::PrivateFile {

namespace {

constexpr auto kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner;

[[noreturn]] void failToWrite(const QString &path, const QString &cause)
{
    throw FileError(
        QStringLiteral("%1 could not be written. Check that its disk has room and that you may write there.").arg(path),
        cause);
}

[[noreturn]] void failToRead(const QString &path, const QString &cause)
{
    throw FileError(QStringLiteral("%1 cannot be read.").arg(path), cause);
}

void sync(QFile &file)
{
    if (!file.flush())
        failToWrite(file.fileName(), file.errorString());
#ifdef Q_OS_UNIX
    if (::fsync(file.handle()) != 0)
        failToWrite(file.fileName(), qt_error_string(errno));
#endif
}

void writeNew(QFile &file, const QByteArray &content)
{
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, kOwnerOnly) || file.write(content) != content.size())
        failToWrite(file.fileName(), file.errorString());
    sync(file);
}

#ifdef Q_OS_UNIX

void refuseWhatOthersMay(const QString &path, mode_t mode, Guarded guarded)
{
    const mode_t forbidden = guarded == Guarded::Reading ? S_IRWXG | S_IRWXO : S_IWGRP | S_IWOTH;
    if ((mode & forbidden) == 0)
        return;
    if (guarded == Guarded::Reading)
        throw FileError(
            QStringLiteral("Others than you may read or change the key in %1, so it is not used. Find out who "
                           "has seen it; then make a new key, or allow the file to nobody else (chmod 600).")
                .arg(path));
    throw FileError(
        QStringLiteral("Others than you may change %1, so it is not believed. Look at what it holds, then take "
                       "that right away (chmod go-w).")
            .arg(path));
}

/// Closes on the way out.
class OpenFile
{
public:
    explicit OpenFile(const QString &path)
        : m_descriptor(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
    {
    }
    ~OpenFile()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;

    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    int m_descriptor;
};

#endif

} // namespace

void makeFolder(const QString &path)
{
    const QString above = QFileInfo(path).absolutePath();
    if (!QFileInfo::exists(above) && above != path)
        makeFolder(above);
    if (!QFileInfo::exists(path) && !QDir().mkdir(path, kOwnerOnly | QFile::ExeOwner) && !QFileInfo::exists(path))
        throw FileError(
            QStringLiteral("The folder %1 cannot be made. Check that its disk has room and that you may write "
                           "there, or name another one in ANDON_KEYS.")
                .arg(path));
#ifdef Q_OS_UNIX
    struct stat info = {};
    if (::stat(QFile::encodeName(path).constData(), &info) != 0)
        failToRead(path, qt_error_string(errno));
    // A sticky folder (/tmp) lets nobody remove or rename what belongs to another.
    if ((info.st_mode & S_ISVTX) == 0)
        refuseWhatOthersMay(path, info.st_mode, Guarded::Writing);
#endif
}

void replace(const QString &path, const QByteArray &content)
{
    QFile file(path + u'.' + QUuid::createUuid().toString(QUuid::Id128) + QStringLiteral(".tmp"));
    try {
        writeNew(file, content);
        file.close();
        std::error_code error;
        std::filesystem::rename(file.filesystemFileName(), QFileInfo(path).filesystemFilePath(), error);
        if (error)
            failToWrite(path, QString::fromStdString(error.message()));
    } catch (...) {
        file.remove();
        throw;
    }
    syncFolder(QFileInfo(path).absolutePath());
}

void syncFolder(const QString &path)
{
#ifdef Q_OS_UNIX
    const OpenFile folder(path);
    if (folder.descriptor() >= 0)
        static_cast<void>(::fsync(folder.descriptor()));
#else
    Q_UNUSED(path) // NTFS journals what changes in a folder
#endif
}

std::optional<QByteArray> read(const QString &path, qint64 mostBytes, Guarded guarded)
{
#ifdef Q_OS_UNIX
    const OpenFile file(path);
    if (file.descriptor() < 0 && errno == ENOENT)
        return std::nullopt;
    if (file.descriptor() < 0)
        failToRead(path, qt_error_string(errno));
    struct stat info = {};
    if (::fstat(file.descriptor(), &info) != 0)
        failToRead(path, qt_error_string(errno));
    if (!S_ISREG(info.st_mode) || info.st_size > mostBytes)
        failToRead(path, QStringLiteral("it is no regular file, or larger than such a file can be"));
    refuseWhatOthersMay(path, info.st_mode, guarded);
    QByteArray content(static_cast<qsizetype>(info.st_size), Qt::Uninitialized);
    if (::pread(file.descriptor(), content.data(), static_cast<size_t>(content.size()), 0) != content.size())
        failToRead(path, QStringLiteral("it changed meanwhile"));
    return content;
#else
    Q_UNUSED(guarded)
    const QFileInfo info(path);
    QFile file(path);
    if (!info.exists() && !info.isSymLink())
        return std::nullopt;
    if (info.isSymLink() || !info.isFile() || info.size() > mostBytes)
        failToRead(path, QStringLiteral("it is no regular file, or larger than such a file can be"));
    if (!file.open(QIODevice::ReadOnly))
        failToRead(path, file.errorString());
    return file.read(mostBytes);
#endif
}

} // namespace andon::PrivateFile
