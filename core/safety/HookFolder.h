// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/HookOutcome.h"

#include <QFileInfo>
#include <QList>
#include <QString>

namespace andon {

/// The folder with the programs that a stop runs: which there are, and whether nobody else can have put them there.
///
/// On Unix a program is trusted where it, its folder and every folder above belong to this user or to root, and nobody
/// else may write to them: neither everybody nor a group other than the user's own (as sshd(8) does with
/// StrictModes). Above the folder itself the sticky bit is enough (/tmp): others may write beside, not over. Links are
/// followed, and what they lead to is looked at. On Windows the access lists of the file system are trusted.
class HookFolder
{
public:
    static constexpr int kMostHooks = 64;

    struct Hook
    {
        QString name; ///< of the file in the folder
        QString path; ///< in the folder: a program may go by the name that it is called by
    };

    explicit HookFolder(const QString &path);

    /// What can be run, by name.
    [[nodiscard]] const QList<Hook> &hooks() const { return m_hooks; }
    /// What is not run, and why.
    [[nodiscard]] const QList<HookOutcome> &refusals() const { return m_refusals; }

private:
    void look(const QFileInfo &file);
    void refuse(const QString &name, HookOutcome::Result result, const QString &problem);

    QList<Hook> m_hooks;
    QList<HookOutcome> m_refusals;
};

} // namespace andon
