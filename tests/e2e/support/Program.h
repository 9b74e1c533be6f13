// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>

#include <chrono>

namespace andon::test {

/// One of the small programs in tests/e2e/programs.
[[nodiscard]] inline QString testProgram(const QString &name)
{
    const QString folder = qEnvironmentVariable("ANDON_TEST_PROGRAMS");
    return (folder.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/../../bin/tests") : folder)
        + u'/' + name;
}

[[nodiscard]] inline QString andonctlPath()
{
    const QString path = qEnvironmentVariable("ANDONCTL");
    return path.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/../../bin/andonctl") : path;
}

/// A program that a test has started. Ended with the object, by its own process id.
class Program
{
public:
    Program(const QString &path, const QStringList &arguments)
    {
        m_process.start(path, arguments);
        m_process.waitForStarted(kPatienceMs);
    }
    ~Program()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.kill();
        m_process.waitForFinished(kPatienceMs);
    }
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    /// Waits until the output holds the text.
    [[nodiscard]] bool says(const QString &text, int timeoutMs = kPatienceMs)
    {
        QElapsedTimer waited;
        waited.start();
        for (;;) {
            collect();
            if (output().contains(text))
                return true;
            const qint64 left = timeoutMs - waited.elapsed();
            if (left <= 0)
                return false;
            if (m_process.state() == QProcess::NotRunning) {
                collect();
                return output().contains(text);
            }
            m_process.waitForReadyRead(static_cast<int>(qMin<qint64>(left, kPollMs)));
        }
    }

    void tell(const QByteArray &line)
    {
        m_process.write(line + '\n');
        m_process.waitForBytesWritten(kPatienceMs);
    }

    /// Closes the program's input, for those that end with it, and waits for the end.
    [[nodiscard]] bool finish(int timeoutMs = kPatienceMs)
    {
        m_process.closeWriteChannel();
        const bool isFinished = waitForEnd(timeoutMs);
        collect();
        return isFinished;
    }

    [[nodiscard]] bool waitForEnd(int timeoutMs = kPatienceMs)
    {
        const bool isFinished = m_process.state() == QProcess::NotRunning || m_process.waitForFinished(timeoutMs);
        collect();
        return isFinished;
    }

    /// SIGKILL, to this process alone.
    void killHard()
    {
        m_process.kill();
        m_process.waitForFinished(kPatienceMs);
        collect();
    }

    [[nodiscard]] bool wasKilled() const { return m_process.exitStatus() == QProcess::CrashExit; }
    [[nodiscard]] qint64 processId() const { return m_process.processId(); }
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    [[nodiscard]] int exitCode() const { return m_process.exitCode(); }
    /// Standard output and standard error, each in its order.
    [[nodiscard]] QString output() const { return m_out + m_err; }
    [[nodiscard]] QString standardOutput() const { return m_out; }
    [[nodiscard]] QString standardError() const { return m_err; }

    static constexpr int kPatienceMs = 30'000;

private:
    static constexpr int kPollMs = 20;

    void collect()
    {
        m_out += QString::fromUtf8(m_process.readAllStandardOutput());
        m_err += QString::fromUtf8(m_process.readAllStandardError());
    }

    QProcess m_process;
    QString m_out;
    QString m_err;
};

/// What a run of andonctl came to.
struct CtlResult
{
    int exitCode = -1;
    QString out;
    QString err;
    qint64 elapsedMs = 0;
};

/// Runs `andonctl --database <path> …` to its end.
[[nodiscard]] inline CtlResult andonctl(const QString &database, const QStringList &arguments,
                                        int timeoutMs = Program::kPatienceMs)
{
    QElapsedTimer timer;
    timer.start();
    Program program(andonctlPath(), QStringList{QStringLiteral("--database"), database} + arguments);
    const bool isFinished = program.finish(timeoutMs);
    return {isFinished && !program.wasKilled() ? program.exitCode() : -1, program.standardOutput(),
            program.standardError(), timer.elapsed()};
}

} // namespace andon::test
