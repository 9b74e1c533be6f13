// SPDX-License-Identifier: Apache-2.0
#include "core/safety/HookRun.h"

#include <QMutex>

#ifdef Q_OS_UNIX
#include <signal.h>
#include <unistd.h>
#endif

#include <utility>
#include <vector>

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr qsizetype kMostOutput = 4096;
constexpr auto kKillGrace = 500ms;
/// For what not even SIGKILL ends: a process that waits for a disk which is gone.
constexpr auto kGiveUpAfter = 2s;

constexpr int kTerminate = 15; // POSIX: SIGTERM
constexpr int kKill = 9;       // POSIX: SIGKILL

/// Bytes as text, without the rest of a character that was cut in two.
QString asText(QByteArray bytes, bool isCut)
{
    qsizetype rest = 0;
    constexpr unsigned char kMask = 0xc0;
    constexpr unsigned char kContinues = 0x80;
    while (isCut && rest < 3 && rest < bytes.size() && (static_cast<unsigned char>(bytes[rest]) & kMask) == kContinues)
        ++rest;
    return QString::fromUtf8(bytes.sliced(rest));
}

/// To destroy a QProcess that runs is to kill it and to wait for its end. One that cannot be killed, or that shall go
/// on when Andon ends, is kept instead, for good: there is nobody left to hear of its end.
void leaveToSystem(std::unique_ptr<QProcess> process)
{
    static QBasicMutex mutex;
    static auto *const left = new std::vector<std::unique_ptr<QProcess>>;
    const QMutexLocker lock(&mutex);
    left->push_back(std::move(process));
}

} // namespace

HookRun::HookRun(HookFolder::Hook hook, Order order, std::function<void()> onEnd)
    : m_hook(std::move(hook))
    , m_order(std::move(order))
    , m_onEnd(std::move(onEnd))
    , m_process(std::make_unique<QProcess>())
{
    m_outcome.name = m_hook.name;
    for (QTimer *timer : {&m_deadline, &m_killing, &m_givingUp}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer); // a coarse one may come a twentieth too early
    }
    connect(&m_deadline, &QTimer::timeout, this, &HookRun::onTimeout);
    connect(&m_killing, &QTimer::timeout, this, &HookRun::onKill);
    connect(&m_givingUp, &QTimer::timeout, this, [this] {
        m_outcome.problem += QStringLiteral(" It could not even be killed.");
        end();
    });
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &HookRun::collect);
    connect(m_process.get(), &QProcess::finished, this, &HookRun::onFinished);
    connect(m_process.get(), &QProcess::errorOccurred, this, &HookRun::onError);
}

HookRun::~HookRun()
{
    m_process->disconnect(this);
    if (m_process->state() != QProcess::NotRunning)
        leaveToSystem(std::move(m_process));
}

void HookRun::start()
{
    m_process->setProgram(m_hook.path);
    m_process->setProcessEnvironment(m_order.environment);
    m_process->setWorkingDirectory(m_order.workingDirectory);
    m_process->setProcessChannelMode(QProcess::MergedChannels);
#ifdef Q_OS_UNIX
    m_process->setChildProcessModifier([] { ::setsid(); });
#endif
    m_sinceStart.start();
    m_deadline.start(m_order.timeout);
    m_process->start();
    m_pid = m_process->processId();
    // Kept by QProcess until it is read: one that never reads holds nobody up.
    m_process->write(m_order.input);
    m_process->closeWriteChannel();
}

HookOutcome HookRun::outcome() const
{
    return m_outcome;
}

void HookRun::abandon()
{
    if (m_hasEnded)
        return;
    m_outcome.result = HookOutcome::Result::Failed;
    m_outcome.problem = QStringLiteral("Andon ended before it did: what became of it is not known.");
    end();
}

void HookRun::collect()
{
    m_tail += m_process->readAllStandardOutput();
    if (m_tail.size() > kMostOutput) {
        m_tail = m_tail.last(kMostOutput);
        m_isCut = true;
    }
}

bool HookRun::hasGroup() const
{
#ifdef Q_OS_UNIX
    return m_pid > 0 && ::kill(static_cast<pid_t>(-m_pid), 0) == 0;
#else
    return false;
#endif
}

void HookRun::signalGroup(int signal) const
{
#ifdef Q_OS_UNIX
    if (m_pid > 0 && ::kill(static_cast<pid_t>(-m_pid), signal) == 0)
        return;
#endif
    if (signal == kKill)
        m_process->kill();
    else
        m_process->terminate();
}

void HookRun::onTimeout()
{
    m_isLate = true;
    m_outcome.result = HookOutcome::Result::TimedOut;
    m_outcome.problem = QStringLiteral("It did not end within %1 s, and was ended.")
                            .arg(std::chrono::duration<double>(m_order.timeout).count());
    signalGroup(kTerminate);
    m_killing.start(kKillGrace);
}

void HookRun::onKill()
{
    signalGroup(kKill);
    if (m_process->state() == QProcess::NotRunning)
        end();
    else
        m_givingUp.start(kGiveUpAfter);
}

void HookRun::onFinished()
{
    m_deadline.stop();
    collect();
    const bool isNormal = m_process->exitStatus() == QProcess::NormalExit;
    if (isNormal)
        m_outcome.exitStatus = m_process->exitCode();
    if (m_isLate) {
        if (m_killing.isActive() && hasGroup())
            return; // what it started still has until then
    } else if (!isNormal) {
        m_outcome.result = HookOutcome::Result::Failed;
        m_outcome.problem = QStringLiteral("It was ended by signal %1.").arg(m_process->exitCode());
    } else if (m_outcome.exitStatus != 0) {
        m_outcome.result = HookOutcome::Result::Failed;
        m_outcome.problem = QStringLiteral("It ended with status %1.").arg(m_outcome.exitStatus);
    }
    end();
}

void HookRun::onError(QProcess::ProcessError error)
{
    if (error != QProcess::FailedToStart)
        return; // the others end in `finished`, or do not matter: it may end without reading
    m_outcome.result = m_pid > 0 ? HookOutcome::Result::NotExecutable : HookOutcome::Result::Failed;
    m_outcome.problem = QStringLiteral("It could not be started (%1). A script begins with #! and its interpreter.")
                            .arg(m_process->errorString());
    end();
}

void HookRun::end()
{
    if (std::exchange(m_hasEnded, true))
        return;
    m_deadline.stop();
    m_killing.stop();
    m_givingUp.stop();
    m_outcome.durationMs = m_sinceStart.elapsed();
    m_outcome.output = asText(m_tail, m_isCut);
    m_onEnd();
}

} // namespace andon
