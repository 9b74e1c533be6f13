// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QTemporaryDir>

namespace andon::test {

/// A folder for a server of this process, gone at the end. It says whose it is, so that the next one made removes
/// what a crashed test has left.
///
/// In memory where there is room: making a database writes a few hundred files, which a busy disk takes half a second
/// for.
class ServerFolder
{
public:
    /// `parent` names another place: short, since a socket's path is a hundred characters at most.
    explicit ServerFolder(const QString &parent = {});

    [[nodiscard]] bool isValid() const { return m_folder.isValid(); }
    [[nodiscard]] QString path() const { return m_folder.path(); }
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;
};

} // namespace andon::test
