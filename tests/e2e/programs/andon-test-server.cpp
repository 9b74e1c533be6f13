// SPDX-License-Identifier: Apache-2.0
// One PostgreSQL server for all tests of a run of ctest.
//
//   andon-test-server start FILE    starts it, unless it runs, and writes into FILE where it is (TestServerNote)
//   andon-test-server stop FILE     stops it, once nobody uses it
//
// Whoever started this program, which is ctest or a shell, uses the server until `stop`, or until its own end:
// FILE.users has a file each. A guardian that stays behind looks at that, five times a second, and stops the server
// when nobody is left. Several runs at once share one server.
//
// Where PostgreSQL's server is not installed the note in FILE says so; in CI that is a failure.

#include "tests/support/PostgresServer.h"
#include "tests/support/TestServerNote.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QThread>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

using andon::test::isProcessThere;
using andon::test::PostgresServer;
using andon::test::TestServerNote;

namespace {

constexpr int kPollMs = 200;
constexpr int kPatienceMs = 90'000;

/// Those who use the server, as files that are named after their process ids.
class Users
{
public:
    explicit Users(const QString &note)
        : m_folder(note + QStringLiteral(".users"))
    {
        m_folder.mkpath(QStringLiteral("."));
    }
    void add(qint64 pid) const
    {
        QFile file(fileOf(pid));
        if (!file.open(QIODevice::WriteOnly))
            std::cerr << qPrintable(file.fileName() + ": " + file.errorString()) << std::endl;
    }
    void remove(qint64 pid) const { QFile::remove(fileOf(pid)); }
    /// Forgets those that have ended.
    [[nodiscard]] bool isEmpty() const
    {
        bool hasUser = false;
        const QStringList names = m_folder.entryList(QDir::Files);
        for (const QString &name : names) {
            if (isProcessThere(name.toLongLong()))
                hasUser = true;
            else
                remove(name.toLongLong());
        }
        return !hasUser;
    }

private:
    [[nodiscard]] QString fileOf(qint64 pid) const { return m_folder.filePath(QString::number(pid)); }

    QDir m_folder;
};

bool runs(const QString &path)
{
    const std::optional<TestServerNote> note = TestServerNote::read(path);
    return note && !note->uri.isEmpty() && isProcessThere(note->pid);
}

/// Starts the server, says into `told` what came of it (nothing where all is well), and stays until nobody needs it.
void guard(const QString &path, int told)
{
    const auto tell = [told](const QString &text) {
        const QByteArray bytes = text.toUtf8();
        static_cast<void>(::write(told, bytes.constData(), static_cast<size_t>(bytes.size())));
        ::close(told);
    };
    PostgresServer server(PostgresServer::Options{{QStringLiteral("max_connections=200")}, false});
    const bool isHere = server.isRunning();
    if (!isHere && !server.isMissing())
        return tell(server.problem());
    const TestServerNote note{isHere ? server.uri() : QString(), andon::test::serverPassword(), server.problem(),
                              ::getpid()};
    if (!note.write(path))
        return tell(path + QStringLiteral(" cannot be written"));
    tell({});
    const Users users(path);
    while (isHere) {
        QThread::msleep(kPollMs);
        QLockFile lock(path + QStringLiteral(".lock"));
        if (lock.lock() && users.isEmpty()) {
            QFile::remove(path);
            return;
        }
    }
}

/// Leaves the guardian behind. Returns what went wrong, or nothing.
QString startGuardian(int argc, char *argv[], const QString &path)
{
    int ends[2] = {};
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return QStringLiteral("no pipe");
    const pid_t child = ::fork();
    if (child < 0)
        return QStringLiteral("no process");
    if (child == 0) {
        ::close(ends[0]);
        ::setsid();
        // ctest waits for the end of the output.
        const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        for (int i = 0; i <= 2; ++i)
            ::dup2(nowhere, i);
        {
            const QCoreApplication application(argc, argv);
            guard(path, ends[1]);
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    QByteArray said;
    char byte = 0;
    while (::read(ends[0], &byte, 1) > 0)
        said += byte;
    ::close(ends[0]);
    return QString::fromUtf8(said);
}

int start(int argc, char *argv[], const QString &path)
{
    QLockFile lock(path + QStringLiteral(".lock"));
    lock.lock();
    Users(path).add(::getppid());
    QString problem;
    if (!runs(path)) {
        QFile::remove(path);
        problem = startGuardian(argc, argv, path);
    }
    const std::optional<TestServerNote> note = TestServerNote::read(path);
    if (problem.isEmpty() && note && note->uri.isEmpty() && !qEnvironmentVariableIsEmpty("CI"))
        problem = note->problem;
    if (problem.isEmpty() && !note)
        problem = QStringLiteral("the server's guardian has ended");
    if (problem.isEmpty()) {
        std::cout << qPrintable(note->uri.isEmpty() ? note->problem : note->uri) << std::endl;
        return 0;
    }
    std::cerr << "andon-test-server: " << qPrintable(problem) << std::endl;
    return 1;
}

int stop(const QString &path)
{
    const std::optional<TestServerNote> note = TestServerNote::read(path);
    const Users users(path);
    users.remove(::getppid());
    if (note && note->uri.isEmpty())
        QFile::remove(path);
    for (int waited = 0; note && isProcessThere(note->pid) && users.isEmpty(); waited += kPollMs) {
        if (waited > kPatienceMs) {
            std::cerr << "andon-test-server: the server does not stop" << std::endl;
            return 1;
        }
        QThread::msleep(kPollMs);
    }
    return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    const QString what = QString::fromLocal8Bit(argc == 3 ? argv[1] : "");
    const QString path = QString::fromLocal8Bit(argc == 3 ? argv[2] : "");
    if (what == u"start")
        return start(argc, argv, path);
    if (what == u"stop")
        return stop(path);
    std::cerr << "Usage: andon-test-server start|stop FILE" << std::endl;
    return 2;
}
