// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QString>
#include <QTemporaryDir>

#include <cstdio>
#include <string>

#ifdef Q_OS_LINUX
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>
#endif

namespace andon::test {

/// A file system of its own, small enough to be filled: a tmpfs. For Linux, and for whoever may mount.
///
/// Mounts are seen by this process and its children alone, and are gone with it, however it ends.
class PrivateDisk
{
public:
    /// To be called first in main(), before there are threads. False where this process may not mount; then
    /// `PrivateDisk::isPossible()` stays false, and tests that need one are skipped.
    static bool prepare()
    {
#ifdef Q_OS_LINUX
        const uid_t user = ::geteuid();
        const gid_t group = ::getegid();
        if (::unshare(CLONE_NEWNS) != 0) {
            if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
                return false;
            // In a user namespace of our own we are the one who may mount.
            put("/proc/self/setgroups", "deny");
            put("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
            put("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
        }
        if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
            return false;
        const QTemporaryDir probe;
        possible() = ::mount("tmpfs", QFile::encodeName(probe.path()).constData(), "tmpfs", 0, "size=64k") == 0;
        if (possible())
            ::umount2(QFile::encodeName(probe.path()).constData(), MNT_DETACH);
        return possible();
#else
        return false;
#endif
    }

    [[nodiscard]] static bool isPossible()
    {
        return possible();
    }

    explicit PrivateDisk(const QByteArray &options = "size=8m")
    {
#ifdef Q_OS_LINUX
        m_isMounted = ::mount("tmpfs", name().constData(), "tmpfs", 0, options.constData()) == 0;
#else
        Q_UNUSED(options)
#endif
    }
    ~PrivateDisk()
    {
#ifdef Q_OS_LINUX
        if (m_isMounted)
            ::umount2(name().constData(), MNT_DETACH);
#endif
    }
    PrivateDisk(const PrivateDisk &) = delete;
    PrivateDisk &operator=(const PrivateDisk &) = delete;

    [[nodiscard]] bool isMounted() const
    {
        return m_isMounted;
    }
    [[nodiscard]] QString file(const QString &name) const
    {
        return m_folder.filePath(name);
    }
    [[nodiscard]] QString database() const
    {
        return file(QStringLiteral("andon.db"));
    }

    /// Writes until nothing more can be written.
    void fill()
    {
        QFile ballast(file(QStringLiteral("ballast")));
        if (!ballast.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
            return;
        const QByteArray page(4096, 'x');
        while (ballast.write(page) == page.size()) {}
    }
    /// Makes empty files until no more can be made.
    void fillInodes()
    {
        for (int i = 0; i < 100'000; ++i) {
            QFile file(this->file(QStringLiteral("inode-%1").arg(i)));
            if (!file.open(QIODevice::WriteOnly))
                return;
        }
    }
    void makeRoom()
    {
        QFile::remove(file(QStringLiteral("ballast")));
    }

    /// False where something holds the file system busy.
    [[nodiscard]] bool setReadOnly(bool isReadOnly)
    {
#ifdef Q_OS_LINUX
        const unsigned long flags = isReadOnly ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT;
        return ::mount(nullptr, name().constData(), nullptr, flags, nullptr) == 0;
#else
        return !isReadOnly;
#endif
    }

private:
    static bool &possible()
    {
        static bool isPossible = false;
        return isPossible;
    }
    static void put(const char *path, const std::string &text)
    {
        if (FILE *file = std::fopen(path, "w")) {
            std::fputs(text.c_str(), file);
            std::fclose(file);
        }
    }
    [[nodiscard]] QByteArray name() const
    {
        return QFile::encodeName(m_folder.path());
    }

    QTemporaryDir m_folder;
    bool m_isMounted = false;
};

/// Makes one file read-only for everybody, root included, until it goes out of scope: a mount over itself.
/// Those who have it open already go on writing.
class ReadOnlyFile
{
public:
    explicit ReadOnlyFile(const QString &path)
        : m_name(QFile::encodeName(path))
    {
#ifdef Q_OS_LINUX
        // NOLINTBEGIN(cppcoreguidelines-prefer-member-initializer): there is nothing to mount elsewhere
        m_isMounted = ::mount(m_name.constData(), m_name.constData(), nullptr, MS_BIND, nullptr) == 0;
        m_isReadOnly = m_isMounted
            && ::mount(nullptr, m_name.constData(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
        // NOLINTEND(cppcoreguidelines-prefer-member-initializer)
#endif
    }
    ~ReadOnlyFile()
    {
        release();
    }
    ReadOnlyFile(const ReadOnlyFile &) = delete;
    ReadOnlyFile &operator=(const ReadOnlyFile &) = delete;

    [[nodiscard]] bool isReadOnly() const
    {
        return m_isReadOnly;
    }
    void release()
    {
#ifdef Q_OS_LINUX
        if (m_isMounted)
            ::umount2(m_name.constData(), MNT_DETACH);
#endif
        m_isMounted = m_isReadOnly = false;
    }

private:
    QByteArray m_name;
    bool m_isMounted = false;
    bool m_isReadOnly = false;
};

} // namespace andon::test
