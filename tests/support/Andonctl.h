// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

#include <chrono>
#include <memory>

namespace andon::test {

/// The real `andonctl`, as a process of its own.
class Andonctl
{
public:
    struct Result
    {
        int status = -1; ///< -1: it did not end in time, or crashed
        QByteArray out;
        QByteArray err;

        /// Standard output as one JSON object; empty where it is none.
        [[nodiscard]] QJsonObject json() const;
        /// Standard output, line by line.
        [[nodiscard]] QStringList lines() const;
    };

    /// Every run gets this database through ANDON_DATABASE.
    explicit Andonctl(QString database);

    /// Runs it to its end.
    [[nodiscard]] Result run(const QStringList &arguments) const;

    /// Runs it as an account without special rights, also where the test is run by root.
    [[nodiscard]] Result runUnprivileged(const QStringList &arguments) const;

    /// Starts it. Kill or end it yourself: `finish` waits.
    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList &arguments) const;
    [[nodiscard]] static Result finish(QProcess &process);

    /// Waits until it has said this on standard error; takes nothing away from `finish`.
    [[nodiscard]] static bool waitUntilItSays(QProcess &process, const QByteArray &text);

    /// The type of each event of the log, oldest first, as plain SQL sees it.
    [[nodiscard]] QStringList eventTypes() const;

    /// Whether there is a database, made by Andon.
    [[nodiscard]] bool isDatabaseMade() const;
    /// All that it holds: the bytes of a file, each row of each table of a server.
    [[nodiscard]] QByteArray everything() const;

private:
    [[nodiscard]] std::unique_ptr<QProcess> prepare(const QStringList &arguments) const;

    QString m_database;
};

} // namespace andon::test
