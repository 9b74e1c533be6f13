// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace andon::test {

/// What `andon-test-server` leaves in a file for the tests of a run: where the server is, or why there is none.
struct TestServerNote
{
    QString uri;      ///< without a database; empty where there is no server
    QString password; ///< of everybody on it
    QString problem;  ///< why there is none
    qint64 pid = 0;   ///< of whoever looks after the server

    /// The file that ANDON_TEST_SERVER names, or nothing.
    [[nodiscard]] static std::optional<TestServerNote> ofThisRun();
    [[nodiscard]] static std::optional<TestServerNote> read(const QString &path);
    /// For this account's eyes only. False where it cannot be written.
    [[nodiscard]] bool write(const QString &path) const;
};

/// The password of every server that this process starts or uses: the run's, or a new one. Puts it into PGPASSWORD, so
/// that libpq finds it, here and in programs that are started from now on.
[[nodiscard]] QString serverPassword();

} // namespace andon::test
