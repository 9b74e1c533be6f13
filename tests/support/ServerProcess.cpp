// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ServerProcess.h"

#include "tests/support/ServerAccount.h"

#include <QFile>
#include <QThread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

namespace andon::test {

namespace {

constexpr int kPollMs = 5;
constexpr int kCannotStart = 121;

/// What is between fork and exec: async-signal-safe calls alone.
[[noreturn]] void execute(char *const *arguments, const char *output, pid_t parent)
{
    ::setsid(); // so that Ctrl+C in a terminal ends the test, and the test its server
    const int out = ::open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (out < 0 || in < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0 || ::chdir("/") != 0)
        ::_exit(kCannotStart);
    ServerAccount::become();
#ifdef Q_OS_LINUX
    // After the account: a change of that clears it. The parent may have ended before.
    if (::prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || ::getppid() != parent)
        ::_exit(kCannotStart);
#else
    static_cast<void>(parent);
#endif
    ::execv(arguments[0], arguments);
    ::_exit(kCannotStart);
}

} // namespace

bool isProcessThere(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray stat = file.readAll();
    return stat.mid(stat.lastIndexOf(')') + 2, 1) != "Z";
}

ServerProcess::~ServerProcess()
{
    if (isRunning())
        killAll();
}

bool ServerProcess::start(const QString &program, const QStringList &arguments, const QString &output)
{
    const QByteArray outputName = QFile::encodeName(output);
    QByteArrayList words{QFile::encodeName(program)};
    for (const QString &argument : arguments)
        words << QFile::encodeName(argument);
    std::vector<char *> argv;
    for (QByteArray &word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);

    const pid_t parent = ::getpid();
    m_pid = ::fork();
    if (m_pid == 0)
        execute(argv.data(), outputName.constData(), parent);
    if (m_pid < 0)
        m_pid = 0;
    return m_pid != 0;
}

bool ServerProcess::isRunning()
{
    if (m_pid != 0 && ::waitpid(m_pid, nullptr, WNOHANG) != 0)
        m_pid = 0;
    return m_pid != 0;
}

void ServerProcess::signal(int number) const
{
    if (m_pid != 0)
        ::kill(m_pid, number);
}

QList<pid_t> ServerProcess::children() const
{
    QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(m_pid));
    QList<pid_t> found;
    if (m_pid == 0 || !file.open(QIODevice::ReadOnly))
        return found;
    const QByteArrayList pids = file.readAll().simplified().split(' ');
    for (const QByteArray &pid : pids) {
        if (pid.toInt() > 0)
            found << pid.toInt();
    }
    return found;
}

void ServerProcess::signalAll(int number) const
{
    const QList<pid_t> all = children();
    signal(number);
    for (const pid_t child : all)
        ::kill(child, number);
}

bool ServerProcess::waitForEnd(std::chrono::milliseconds patience)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    while (isRunning()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        QThread::msleep(kPollMs);
    }
    return true;
}

void ServerProcess::killAll()
{
    signal(SIGSTOP); // it makes no more children
    QList<pid_t> rest = children();
    signal(SIGKILL);
    for (const pid_t child : std::as_const(rest))
        ::kill(child, SIGKILL);
    constexpr std::chrono::seconds kPatience(10);
    (void)waitForEnd(kPatience);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (std::any_of(rest.cbegin(), rest.cend(), isProcessThere) && std::chrono::steady_clock::now() < end)
        QThread::msleep(kPollMs);
}

} // namespace andon::test
