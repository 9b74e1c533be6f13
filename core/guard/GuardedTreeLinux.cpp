// SPDX-License-Identifier: Apache-2.0
#include "core/Error.h"
#include "core/guard/GuardProcessLinux.h"
#include "core/guard/GuardProtocol.h"
#include "core/guard/GuardedTree.h"
#include "core/guard/ProcessTreeLinux.h"

#include <QDir>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <system_error>
#include <thread>

namespace andon {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLongestStart{10'000};
constexpr milliseconds kLongestSilence{2000};
constexpr milliseconds kLongestTail{3000}; // the helper gives the copying of standard error one second
constexpr milliseconds kLongestEnd{5000};

std::atomic<bool> adoptsOrphans = false;

QString errorText(int error)
{
    return QString::fromStdString(std::generic_category().message(error));
}

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

class GuardedTree::Session
{
public:
    explicit Session(TreeOptions treeOptions)
        : options(std::move(treeOptions))
    {
    }

    void check() const;
    void start();
    void awaitWatching();
    void hearAll();
    void say(std::string_view packet);
    enum class Pause { Over, Interrupted };
    Pause pause(Clock::time_point until, int wakeDescriptor = -1);
    void giveUpOnDeafGuard();
    void takeOver();

    TreeOptions options;
    OwnedDescriptor control;
    GuardProcess guard;
    std::optional<ProcessTree> orphans; ///< what this process adopts, without the children that it had before
    TreeOutcome outcome;
    qint64 commandPid = 0;
    QString socketName;
    QString socketTrouble;
    bool keepsTail = false;
    bool isWatching = false;
    bool isStopping = false;
    bool hasOutcome = false;
    bool isClosed = false; ///< the helper says nothing more
    bool hasEnded = false; ///< nothing more is to be waited for
    bool hasNews = false;
    std::optional<Clock::time_point> toldToGo;
    std::atomic<Clock::time_point> toldToStop = Clock::time_point(); ///< by any thread; the default: never
    std::optional<Clock::time_point> heardOfEnd;

private:
    void hear(std::string_view packet);
    [[nodiscard]] QStringList arguments() const;
    void endOrphans();
};

void GuardedTree::Session::check() const
{
    if (options.command.isEmpty() || options.command.first().isEmpty())
        throw InvalidInputError(QStringLiteral("There is no command to run: name one after --."));
    if (!QDir::isAbsolutePath(options.databasePath))
        throw InvalidInputError(
            QStringLiteral("The path of the database must be absolute: %1.").arg(options.databasePath));
    if (!options.epoch.isValid())
        throw InvalidInputError(QStringLiteral("Nothing may run: there is no epoch for which a permit was granted."));
    if (!options.hasPermit && !options.lease)
        throw InvalidInputError(QStringLiteral("Nothing may run without a permit unless a lease says for how long."));
}

QStringList GuardedTree::Session::arguments() const
{
    QStringList list{QStringLiteral("--control"),  QString(),
                     QStringLiteral("--database"), options.databasePath,
                     QStringLiteral("--grace-ms"), QString::number(std::max<qint64>(0, options.grace.count()))};
    if (options.hasPermit)
        list << QStringLiteral("--epoch") << options.epoch.toString();
    else
        list << QStringLiteral("--no-permit");
    if (options.lease)
        list << QStringLiteral("--lease-ms") << QString::number(std::max<qint64>(0, options.lease->count()));
    for (const QString &key : options.holdKeys)
        list << QStringLiteral("--hold") << key;
    if (options.timeout)
        list << QStringLiteral("--timeout-ms") << QString::number(std::max<qint64>(0, options.timeout->count()));
    return list << QStringLiteral("--") << options.command;
}

void GuardedTree::Session::start()
{
    const QString program = options.guardProgram.isEmpty() ? findProgram() : options.guardProgram;
    if (program.isEmpty())
        throw Error(
            QStringLiteral("The program andon-guard, which holds guarded commands, is not installed. Install all "
                           "of Andon: it belongs to the same package as this program."));
    orphans.emplace();
    orphans->leaveOutChildren();

    std::array<int, 2> ends = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw Error(QStringLiteral("The guard could not be started."), errorText(errno));
    control = OwnedDescriptor(ends[0]);
    const OwnedDescriptor given(ends[1]);
    // Where this program has closed its standard streams, the numbers of those are not for this.
    const OwnedDescriptor guardsEnd(::fcntl(given.number(), F_DUPFD_CLOEXEC, 3));
    QStringList list = arguments();
    list[1] = QString::number(guardsEnd.number());
    const int error = guard.start(program, list, guardsEnd.number());
    if (error == E2BIG)
        throw Error(QStringLiteral("The command is too long for this system: give it less, or in a file."));
    if (error != 0)
        throw Error(QStringLiteral("The guard %1 could not be started.").arg(program), errorText(error));
}

void GuardedTree::Session::awaitWatching()
{
    const Clock::time_point end = Clock::now() + kLongestStart;
    while (!isWatching && !isClosed && !hasOutcome && Clock::now() < end) {
        pause(end);
        hearAll();
    }
    if (isWatching)
        return;
    guard.kill();
    if (hasOutcome)
        throw Error(QStringLiteral("The command was not run: its guard cannot watch for a stop."), outcome.detail);
    throw Error(isClosed ? QStringLiteral("The command was not run: its guard ended before it could watch.")
                         : QStringLiteral("The command was not run: its guard did not get to watch within ten seconds. "
                                          "Check the disk that holds the database."));
}

void GuardedTree::Session::say(std::string_view packet)
{
    if (control.isOpen())
        ::send(control.number(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void GuardedTree::Session::hearAll()
{
    // Looked at first: what it has said before its end is then all there to be read.
    const bool isGone = isClosed || guard.hasEnded();
    std::array<char, guard::kMaxPacketBytes> buffer;
    while (!isClosed) {
        const ssize_t got = ::recv(control.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        // A helper that ends and leaves something unread, such as a renewal, resets the connection. That is told once,
        // and before what it has said.
        if (got < 0 && (errno == EINTR || errno == ECONNRESET))
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            isClosed = isGone;
            return;
        }
        isClosed = got <= 0;
        if (got > 0)
            hear({buffer.data(), static_cast<std::size_t>(got)});
    }
}

void GuardedTree::Session::hear(std::string_view packet)
{
    const std::string_view word = guard::firstWord(packet);
    if (word == guard::word::kWatching) {
        isWatching = guard::numberOf(packet, "protocol") == guard::kProtocolVersion;
        const std::string_view socket = guard::valueOf(packet, "socket").value_or("none");
        if (socket != "none")
            socketName = toText(socket);
        constexpr std::string_view kTrouble = " socket_error ";
        if (const std::size_t at = packet.find(kTrouble); at != std::string_view::npos)
            socketTrouble = toText(packet.substr(at + kTrouble.size()));
        keepsTail = guard::valueOf(packet, "tail") == "yes";
        isClosed = !isWatching; // another version's helper
    } else if (word == guard::word::kStarted) {
        commandPid = guard::numberOf(packet, "pid").value_or(0);
        hasNews = true;
    } else if (word == guard::word::kStopping) {
        isStopping = true;
        hasNews = true;
    } else if (word == guard::word::kRefused || word == guard::word::kFailed || word == guard::word::kDone) {
        outcome = TreeOutcome::fromPacket(packet, options.command.first());
        hasOutcome = true;
        heardOfEnd = Clock::now();
        hasEnded = word != guard::word::kDone;
    } else if (word == guard::word::kTail) {
        const std::string_view tail = guard::rest(packet);
        outcome.errorTail = QByteArray(tail.data(), static_cast<qsizetype>(tail.size()));
        hasEnded = hasOutcome;
    } else if (word == guard::word::kGone) {
        outcome.survivors.clear();
    }
}

GuardedTree::Session::Pause GuardedTree::Session::pause(Clock::time_point until, int wakeDescriptor)
{
    std::array<pollfd, 3> descriptors = {
        pollfd{control.number(), POLLIN, 0},
        pollfd{guard.handle(), POLLIN, 0}, // poll(2) passes over what is negative
        pollfd{wakeDescriptor, POLLIN, 0},
    };
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    const int limit = static_cast<int>(std::clamp<qint64>(left, 0, INT_MAX));
    const int ready = ::poll(descriptors.data(), descriptors.size(), limit);
    const bool isInterrupted = ready < 0 || descriptors[2].revents != 0;
    return isInterrupted ? Pause::Interrupted : Pause::Over;
}

void GuardedTree::Session::giveUpOnDeafGuard()
{
    const Clock::time_point told = toldToStop;
    if (!adoptsOrphans || told == Clock::time_point() || !toldToGo || isStopping || hasOutcome)
        return;
    if (Clock::now() - std::max(told, *toldToGo) >= kLongestSilence)
        guard.kill();
}

void GuardedTree::Session::takeOver()
{
    const QDateTime noticedAt = QDateTime::currentDateTimeUtc();
    guard.kill();
    static_cast<void>(guard.waitForEnd(kLongestEnd)); // from then on its orphans are here
    hasEnded = true;
    if (hasOutcome)
        return;
    hasOutcome = true;
    outcome.why = TreeOutcome::Why::GuardLost;
    outcome.noticedAt = noticedAt;
    outcome.noticedUs = noticedAt.toMSecsSinceEpoch() * 1000;
    if (!toldToGo) {
        outcome.explanation = QStringLiteral("The command was not run: its guard was ended.");
    } else if (adoptsOrphans) {
        endOrphans();
    } else {
        outcome.explanation = QStringLiteral(
            "The command's guard was ended. The command ended with it; look yourself for "
            "processes that it has left behind.");
    }
}

void GuardedTree::Session::endOrphans()
{
    constexpr milliseconds kLongestKill{2000};
    for (const pid_t helper : GuardProcess::all())
        orphans->leaveOut(helper);
    const Clock::time_point start = Clock::now();
    const auto since = [start] { return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start); };
    outcome.processes = orphans->terminate().alive;
    outcome.signalledAfter = since();
    orphans->reapMembers();
    while (!orphans->isEmpty() && since() < kLongestKill) {
        orphans->strike();
        std::this_thread::sleep_for(milliseconds(1));
        orphans->look(); // who has lost its parent meanwhile is ours to reap
        orphans->reapMembers();
    }
    outcome.deadAfter = since();
    outcome.killed = orphans->killed();
    if (!orphans->isEmpty()) {
        for (const pid_t pid : orphans->alive())
            outcome.survivors << pid;
    }
    outcome.explanation = outcome.survivors.isEmpty()
        ? QStringLiteral("The command's guard was ended, so the command and all its processes were ended too.")
        : QStringLiteral("The command's guard was ended, and %1 of its processes could not be ended: end them by hand.")
              .arg(outcome.survivors.size());
}

GuardedTree::GuardedTree(TreeOptions options)
    : m_session(std::make_unique<Session>(std::move(options)))
{
}

GuardedTree::~GuardedTree()
{
    m_session->control.close();
    if (m_session->toldToGo && !m_session->hasOutcome && !m_session->guard.waitForEnd(kLongestEnd))
        m_session->takeOver();
}

void GuardedTree::adoptOrphans()
{
    adoptsOrphans = ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

void GuardedTree::prepare()
{
    m_session->check();
    m_session->start();
    m_session->awaitWatching();
}

bool GuardedTree::hasSocket() const
{
    return !m_session->socketName.isEmpty();
}

QString GuardedTree::socketName() const
{
    return m_session->socketName;
}

QString GuardedTree::socketTrouble() const
{
    return m_session->socketTrouble;
}

bool GuardedTree::keepsErrorTail() const
{
    return m_session->keepsTail;
}

void GuardedTree::go()
{
    m_session->say(guard::word::kGo);
    m_session->toldToGo = Clock::now();
}

bool GuardedTree::wait(milliseconds limit, int wakeDescriptor)
{
    const std::optional<Clock::time_point> end = limit.count() < 0 ? std::nullopt : std::optional(Clock::now() + limit);
    for (;;) {
        m_session->hasNews = false;
        m_session->hearAll();
        m_session->giveUpOnDeafGuard();
        if (m_session->isClosed && !m_session->hasEnded)
            m_session->takeOver();
        if (m_session->heardOfEnd && Clock::now() >= *m_session->heardOfEnd + kLongestTail)
            m_session->hasEnded = true;
        if (m_session->hasEnded)
            return true;
        if (m_session->hasNews || (end && Clock::now() >= *end))
            return false;
        const Clock::time_point lookAgain = Clock::now() + kLongestSilence;
        if (m_session->pause(end ? std::min(*end, lookAgain) : lookAgain, wakeDescriptor)
            == Session::Pause::Interrupted) {
            m_session->hearAll();
            return m_session->hasEnded;
        }
    }
}

void GuardedTree::signal(int number)
{
    m_session->say((QByteArray(guard::word::kSignal.data()) + ' ' + QByteArray::number(number)).toStdString());
}

void GuardedTree::renew(BootClock::time_point asked)
{
    const auto moment = asked.time_since_epoch();
    m_session->say(
        (QByteArray(guard::word::kLease.data()) + ' ' + QByteArray::number(qint64{moment.count()})).toStdString());
}

void GuardedTree::stop(const QString &word)
{
    m_session->say((QByteArray(guard::word::kStop.data()) + ' ' + word.toUtf8()).left(1000).toStdString());
    Clock::time_point never;
    m_session->toldToStop.compare_exchange_strong(never, Clock::now());
}

qint64 GuardedTree::guardPid() const
{
    return m_session->guard.pid();
}

qint64 GuardedTree::commandPid() const
{
    return m_session->commandPid;
}

bool GuardedTree::isStopping() const
{
    return m_session->isStopping;
}

bool GuardedTree::hasEnded() const
{
    return m_session->hasEnded;
}

const TreeOutcome &GuardedTree::outcome() const
{
    return m_session->outcome;
}

bool GuardedTree::waitForSurvivors(milliseconds limit)
{
    const Clock::time_point end = Clock::now() + limit;
    while (!m_session->outcome.survivors.isEmpty() && !m_session->isClosed && Clock::now() < end) {
        m_session->pause(end);
        m_session->hearAll();
    }
    return m_session->outcome.survivors.isEmpty();
}

} // namespace andon
