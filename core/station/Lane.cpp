// SPDX-License-Identifier: Apache-2.0
#include "core/station/Lane.h"

#include <algorithm>
#include <mutex>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace andon {

namespace {

/// How long opening waits for a lock: it cannot be interrupted, and a station may end meanwhile.
constexpr std::chrono::milliseconds kPatience{500};

/// Qt's thread priorities do nothing under Linux's ordinary scheduling; there a thread can be "nice".
void yieldProcessor()
{
#ifdef Q_OS_LINUX
    constexpr int kNice = 10;
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNice));
#else
    QThread::currentThread()->setPriority(QThread::LowPriority);
#endif
}

} // namespace

void FirstOpening::prepare(const DatabaseLocation &location, Database::Options options, const QString &by)
{
    // Not longer than the lane itself would wait: the stop must not queue behind another lane's opening.
    if (!m_mutex.try_lock_for(options.lockTimeout))
        throw StorageError(StorageProblem::Busy,
                           QStringLiteral("The database %1 is still being opened.").arg(location.name()));
    const std::unique_lock lock(m_mutex, std::adopt_lock);
    if (m_isDone)
        return;
    options.access = Database::Access::ReadWrite;
    static_cast<void>(Session(location, options, by, Session::Opening::First));
    m_isDone = true;
}

std::unique_ptr<Session> FirstOpening::open(const DatabaseLocation &location, const Database::Options &options,
                                            const QString &by)
{
    Database::Options opening = options;
    opening.lockTimeout = std::min(options.lockTimeout, kPatience);
    if (m_mayWrite && !m_isDone)
        prepare(location, opening, by);
    auto session = std::make_unique<Session>(location, opening, by, Session::Opening::Again);
    session->database.setLockTimeout(options.lockTimeout);
    return session;
}

Lane::Lane(const QString &name, DatabaseLocation location, Database::Options options, QString by,
           std::shared_ptr<FirstOpening> opening)
    : m_context(new QObject) // NOLINT(cppcoreguidelines-owning-memory): owned by the thread, see below
    , m_location(std::move(location))
    , m_options(options)
    , m_by(std::move(by))
    , m_opening(std::move(opening))
{
    m_thread.setObjectName(name);
    m_context->moveToThread(&m_thread);
    // The connection is closed in the thread that opened it.
    QObject::connect(
        &m_thread, &QThread::finished, m_context,
        [this] {
            const QMutexLocker lock(&m_sessionMutex);
            m_session.reset();
        },
        Qt::DirectConnection);
    QObject::connect(&m_thread, &QThread::finished, m_context, &QObject::deleteLater);
}

Lane::~Lane()
{
    m_isEnding = true;
    if (!m_thread.isRunning()) {
        delete m_context;
        return;
    }
    m_thread.quit();
    constexpr unsigned long kPatienceMs = 10;
    while (!m_thread.wait(kPatienceMs)) {
        const QMutexLocker lock(&m_sessionMutex);
        if (m_session)
            m_session->database.interrupt();
    }
}

void Lane::start(Priority priority)
{
    m_thread.start();
    if (priority == Priority::Background)
        post([] { yieldProcessor(); });
}

void Lane::post(std::function<void()> function)
{
    QMetaObject::invokeMethod(
        m_context,
        [this, function = std::move(function)] {
            if (!m_isEnding)
                function();
        },
        Qt::QueuedConnection);
}

Session &Lane::session()
{
    if (!m_session) {
        auto opened = m_opening->open(m_location, m_options, m_by);
        const QMutexLocker lock(&m_sessionMutex);
        m_session = std::move(opened);
    }
    return *m_session;
}

void Lane::surviveOrClose(const StorageError &error)
{
    switch (error.problem()) {
    case StorageProblem::Busy:
    case StorageProblem::Refused:
    case StorageProblem::Interrupted:
    case StorageProblem::DiskFull:
        return;
    default:
        break;
    }
    const QMutexLocker lock(&m_sessionMutex);
    m_session.reset();
}

} // namespace andon
