// SPDX-License-Identifier: Apache-2.0
#include "core/gate/DurableFile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#ifdef Q_OS_WIN
#include <qt_windows.h>
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#endif

namespace andon::DurableFile {

#ifndef Q_OS_WIN

namespace {

QString errorText()
{
    return QString::fromStdString(std::generic_category().message(errno));
}

/// Closes on the way out.
class Descriptor
{
public:
    Descriptor(const QString &path, int flags, mode_t mode = 0)
        : m_number(::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode))
    {
    }
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    [[nodiscard]] bool isOpen() const { return m_number >= 0; }
    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number;
};

QString writeAll(int descriptor, const QByteArray &content)
{
    qsizetype done = 0;
    while (done < content.size()) {
        const ssize_t written = ::write(descriptor, content.constData() + done,
                                        static_cast<size_t>(content.size() - done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return errorText();
        done += written;
    }
    return {};
}

} // namespace

KeptOpen::KeptOpen(const QString &path)
    : m_descriptor(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
{
}

KeptOpen::~KeptOpen()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

QString createNew(const QString &path, const QByteArray &content)
{
    const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
    return file.isOpen() ? writeAll(file.number(), content) : errorText();
}

QString replace(const QString &path, const QByteArray &content)
{
    const QString temporary = path + u'.' + QUuid::createUuid().toString(QUuid::Id128) + QStringLiteral(".tmp");
    QString error = createNew(temporary, content);
    if (error.isEmpty())
        error = sync(temporary);
    if (error.isEmpty() && ::rename(QFile::encodeName(temporary).constData(), QFile::encodeName(path).constData()) != 0)
        error = errorText();
    if (!error.isEmpty()) {
        static_cast<void>(remove(temporary));
        return error;
    }
    return sync(QFileInfo(path).absolutePath());
}

QString sync(const QString &path)
{
    const Descriptor file(path, O_RDONLY);
    if (!file.isOpen())
        return errorText();
    if (::fsync(file.number()) != 0)
        return errorText();
    return {};
}

QString remove(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (::unlink(name.constData()) == 0 || errno == ENOENT)
        return {};
    if ((errno == EISDIR || errno == EPERM) && ::rmdir(name.constData()) == 0)
        return {};
    return errorText();
}

bool readSmall(const QString &path, qint64 maxBytes, QByteArray *content)
{
    const Descriptor file(path, O_RDONLY);
    struct stat info = {};
    if (!file.isOpen() || ::fstat(file.number(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > maxBytes)
        return false;
    content->resize(static_cast<qsizetype>(info.st_size));
    const ssize_t got = ::pread(file.number(), content->data(), static_cast<size_t>(info.st_size), 0);
    return got == info.st_size;
}

bool isAnythingAt(const QString &path)
{
    struct stat info = {};
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 || errno != ENOENT;
}

#else

namespace {

QString errorText()
{
    return qt_error_string();
}

} // namespace

// An open handle would not let the file go (sharing violation), and NTFS frees blocks in the background.
KeptOpen::KeptOpen(const QString &) {}

KeptOpen::~KeptOpen() = default;

QString createNew(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly) || file.write(content) != content.size() || !file.flush())
        return file.errorString();
    return {};
}

QString replace(const QString &path, const QByteArray &content)
{
    const QString temporary = path + u'.' + QUuid::createUuid().toString(QUuid::Id128) + QStringLiteral(".tmp");
    QString error = createNew(temporary, content);
    if (error.isEmpty())
        error = sync(temporary);
    const auto *from = reinterpret_cast<const wchar_t *>(temporary.utf16());
    const auto *to = reinterpret_cast<const wchar_t *>(path.utf16());
    if (error.isEmpty() && !MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        error = errorText();
    if (!error.isEmpty())
        static_cast<void>(remove(temporary));
    return error;
}

QString sync(const QString &path)
{
    if (QFileInfo(path).isDir())
        return {}; // NTFS journals directory changes; there is no handle to flush
    HANDLE file = CreateFileW(reinterpret_cast<const wchar_t *>(path.utf16()), GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                              FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        return errorText();
    const bool done = FlushFileBuffers(file);
    const QString error = done ? QString() : errorText();
    CloseHandle(file);
    return error;
}

QString remove(const QString &path)
{
    const auto *name = reinterpret_cast<const wchar_t *>(path.utf16());
    if (DeleteFileW(name) || GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND)
        return {};
    if (RemoveDirectoryW(name))
        return {};
    return errorText();
}

bool readSmall(const QString &path, qint64 maxBytes, QByteArray *content)
{
    const QFileInfo info(path);
    QFile file(path);
    if (info.isSymLink() || !info.isFile() || info.size() > maxBytes || !file.open(QIODevice::ReadOnly))
        return false;
    *content = file.readAll();
    return content->size() <= maxBytes;
}

bool isAnythingAt(const QString &path)
{
    const DWORD attributes = GetFileAttributesW(reinterpret_cast<const wchar_t *>(path.utf16()));
    return attributes != INVALID_FILE_ATTRIBUTES
        || (GetLastError() != ERROR_FILE_NOT_FOUND && GetLastError() != ERROR_PATH_NOT_FOUND);
}

#endif

} // namespace andon::DurableFile
