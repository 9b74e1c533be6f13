// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMutex>
#include <QString>

#include <memory>

namespace andon::test {

class PostgresServer;
class PostgresSession;

/// The PostgreSQL server that all tests of a run share: the one that ctest started (ANDON_TEST_SERVER names the file
/// that says where), or one of this process, started when it is first needed. Thread-safe.
///
/// Where the server is not installed the process ends, with a sentence: as skipped for ctest, and as failed in CI.
class TestServer
{
public:
    static constexpr int kSkipped = 77; ///< exit status; SKIP_RETURN_CODE in tests/CMakeLists.txt

    [[nodiscard]] static TestServer &shared();
    ~TestServer();
    TestServer(const TestServer &) = delete;
    TestServer &operator=(const TestServer &) = delete;

    /// Makes an empty database of a name that nobody else uses, and returns its URI.
    /// Throws std::runtime_error where that fails.
    [[nodiscard]] QString createDatabase();
    /// Makes one of them, there or not, a copy of another, to which nobody is connected.
    /// Throws std::runtime_error where that fails.
    void copyDatabase(const QString &from, const QString &to);
    /// Ends what is connected to it, and lets nobody in until it is told otherwise. Throws std::runtime_error.
    void closeDatabase(const QString &uri);
    void reopenDatabase(const QString &uri);
    /// Ends what is connected to it, and removes it, together with its copies: those whose names go on after an
    /// underscore.
    void dropDatabases(const QString &uri);

private:
    TestServer();

    QMutex m_mutex;
    std::unique_ptr<PostgresServer> m_own;
    QString m_uri;
    std::unique_ptr<PostgresSession> m_session;
    QByteArray m_copying; ///< how CREATE DATABASE is told to be quick
    int m_databases = 0;
};

} // namespace andon::test
