// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

namespace andon::bench {

/// Another process, as `andonctl run` is one, that runs guarded trees of twenty processes and more: some ignore
/// SIGTERM, some are in sessions and process groups of their own, some orphaned. A process of
/// tests/e2e/programs/process_tree.cpp each. The bench's own program, started anew.
class GuardedOwner
{
public:
    /// How one tree ended. Moments in microseconds since 1970.
    struct End
    {
        qint64 noticedUs = 0;
        qint64 signalledUs = 0;
        qint64 deadUs = 0;
        int processes = 0;
        int survivors = 0;
        QString via;    ///< which way told the helper
        QString detail; ///< of `owner`: what told that one
    };

    /// True where these are the arguments of such a process: then its work is done, and the program is to end.
    [[nodiscard]] static bool runAsOwner(const QStringList &arguments);

    /// `dataFolder`: where it keeps the gate's files of a server; by default where this program does.
    explicit GuardedOwner(const QString &database, const QString &dataFolder = {});
    ~GuardedOwner();
    GuardedOwner(const GuardedOwner &) = delete;
    GuardedOwner &operator=(const GuardedOwner &) = delete;

    /// Makes the folder and runs a tree whose processes say there that they run; returns when all do.
    /// This and the next throw std::runtime_error where that does not come about.
    void startTree(const QString &folder);
    /// The end of the tree, once it is recorded.
    [[nodiscard]] End awaitEnd();

    /// How many processes of a tree are there.
    [[nodiscard]] static int livingOf(const QString &folder);

private:
    QProcess m_process;
};

/// Somebody whom a stop is no business of: notes each signal that he gets.
class Bystander
{
public:
    /// `notes`: a file that is made with the first signal.
    explicit Bystander(const QString &notes);
    ~Bystander();
    Bystander(const Bystander &) = delete;
    Bystander &operator=(const Bystander &) = delete;

    [[nodiscard]] bool isUnharmed() const;

private:
    QString m_notes;
    QProcess m_process;
};

} // namespace andon::bench
