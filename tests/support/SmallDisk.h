// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <memory>

namespace andon::test {

/// A disk of a few pages, so that "full" is the real thing. Gone at the end.
class SmallDisk
{
public:
    /// Mounts it at a folder, which is made. Nothing where this account may not.
    [[nodiscard]] static std::unique_ptr<SmallDisk> make(const QString &folder, qint64 bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    [[nodiscard]] QString path() const { return m_path; }
    /// Takes all the room that is left.
    void fill() const;
    /// Gives it back.
    void empty() const;

private:
    explicit SmallDisk(QString path);

    QString m_path;
};

} // namespace andon::test
