// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/ArchiveVerification.h"
#include "core/audit/verify/CheckpointVerifier.h"
#include "core/audit/verify/LogOutline.h"
#include "core/audit/verify/PartVerifier.h"
#include "core/audit/verify/SealWalk.h"
#include "core/audit/verify/Suspects.h"
#include "core/audit/verify/Verifier.h"
#include "core/storage/Database.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace andon {

/// One reading of the log: the threads that do it, and what they find put together. To be run once.
class Verification
{
public:
    /// `isAtRest` as Database::Options has it.
    Verification(DatabaseLocation location, const Verifier::Options &options, bool isAtRest);

    [[nodiscard]] std::optional<VerifyReport> run(const Verifier::Progress &progress);

private:
    /// A connection that is known to those who give up.
    class Connection;

    void prepareCheckpoints(Database &database);
    [[nodiscard]] bool readArchives(const Verifier::Progress &progress);
    void reportLostLog(Database &database);

    [[nodiscard]] std::vector<std::function<void()>> works();
    void readParts();
    void readBeside();
    /// Runs all at once, and `onTurn` now and then in this thread. False: it said so.
    bool runAll(const std::vector<std::function<void()>> &works, const std::function<bool()> &onTurn);
    void stopAll();

    void takeResults();
    void take(PartResult &result);
    void takeTree(PartResult &result);
    void conclude(Database &database);
    void lookForUnsealed(Database &database);

    DatabaseLocation m_location;
    const Verifier::Options &m_options;
    Database::Options m_opening;
    QString m_view; ///< at a server: what the connections share, taken by the first
    VerifyReport m_report;

    LogOutline m_outline;
    std::vector<qint64> m_sizes; ///< of signed trees

    // Shared by the threads:
    std::optional<SealWalk> m_walk;
    std::optional<CheckpointVerifier> m_checkpoints;
    std::atomic<qint64> m_done{0};
    std::atomic_bool m_isToStop{false};
    std::mutex m_mutex; ///< for what follows
    std::condition_variable m_news;
    std::map<qint64, PartResult> m_results;
    std::set<Database *> m_connections;
    std::exception_ptr m_failure;
    int m_running = 0;
    FindingList m_besideFindings;

    // Put together in the order of the tree:
    qint64 m_nextPart = 0;
    CheckedEdge m_edge;
    std::map<qint64, TreeHash> m_roots;
    bool m_isTreeKnown = true;
    std::vector<EventId> m_firstEvents; ///< of each part
    FindingList m_findings;
    Suspects m_suspects;
    std::optional<ArchiveVerification> m_archives;
};

} // namespace andon
