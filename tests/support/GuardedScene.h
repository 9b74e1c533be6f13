// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/GuardedTree.h"
#include "tests/support/TemporaryDatabase.h"

#include <QElapsedTimer>
#include <QList>
#include <QStringList>
#include <QThread>

namespace andon::test {

/// A place where guarded commands may run: a permit beside a database that nobody needs, and a folder in which the
/// processes of tests/e2e/programs/process_tree.cpp say that they are there. At the end whatever of them still runs is
/// ended, by its number, after a look that it is one of them.
class GuardedScene
{
public:
    explicit GuardedScene(const QString &fileName = QStringLiteral("andon.db"));
    ~GuardedScene();
    GuardedScene(const GuardedScene &) = delete;
    GuardedScene &operator=(const GuardedScene &) = delete;

    [[nodiscard]] const TemporaryDatabase &database() const { return m_database; }
    /// What a helper is told of the database: what its gate's files on this machine begin with.
    [[nodiscard]] QString gatePath() const { return gateOf(m_database.path()); }
    [[nodiscard]] QString folder() const { return m_folder; }
    [[nodiscard]] QString holdPath() const { return holdOf(m_database.path()); }
    [[nodiscard]] QString guardsPath() const { return guardsOf(m_database.path()); }

    void grantPermit() const;
    void revokePermit() const;
    void makeHold(const QString &name) const;

    /// Options for a command of this program's own choice.
    [[nodiscard]] TreeOptions options(const QStringList &command) const;
    /// The command that makes processes of these kinds.
    [[nodiscard]] QStringList tree(const QStringList &kinds) const;

    /// Waits until the tree is complete.
    [[nodiscard]] bool awaitTree() const;
    /// Whether a process of that kind has said that it was there.
    [[nodiscard]] int countOf(const QString &kind) const;
    /// The processes that were started for this scene and still run, whatever they have become since.
    [[nodiscard]] QList<qint64> living() const;

    static constexpr qint64 kEpoch = 7;

private:
    TemporaryDatabase m_database;
    QString m_folder;
};

/// Prepares, goes, and waits until the tree is complete. False where that did not come about.
[[nodiscard]] bool startTree(GuardedTree &tree, const GuardedScene &scene);
/// Waits for the end; false where it does not come within half a minute.
[[nodiscard]] bool awaitEnd(GuardedTree &tree);
/// Waits until something holds.
template<typename Condition>
[[nodiscard]] bool awaitThat(Condition condition, int patienceMs = 20'000)
{
    QElapsedTimer waited;
    waited.start();
    while (!condition()) {
        if (waited.elapsed() > patienceMs)
            return false;
        QThread::msleep(1);
    }
    return true;
}

} // namespace andon::test
