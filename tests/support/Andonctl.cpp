// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Andonctl.h"

#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QDeadlineTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <QProcessEnvironment>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace andon::test {

namespace {

constexpr int kLongestRunMs = 60'000;
#ifdef Q_OS_UNIX
constexpr int kCannotChangeAccount = 120;
#endif

} // namespace

QJsonObject Andonctl::Result::json() const
{
    return QJsonDocument::fromJson(out).object();
}

QStringList Andonctl::Result::lines() const
{
    return QString::fromUtf8(out).split(u'\n', Qt::SkipEmptyParts);
}

Andonctl::Andonctl(QString database)
    : m_database(std::move(database))
{
}

std::unique_ptr<QProcess> Andonctl::prepare(const QStringList &arguments) const
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("ANDON_DATABASE"), m_database);
    process->setProcessEnvironment(environment);
    process->setProgram(qEnvironmentVariable("ANDONCTL"));
    process->setArguments(arguments);
    return process;
}

std::unique_ptr<QProcess> Andonctl::start(const QStringList &arguments) const
{
    std::unique_ptr<QProcess> process = prepare(arguments);
    process->start();
    return process;
}

Andonctl::Result Andonctl::runUnprivileged(const QStringList &arguments) const
{
    const std::unique_ptr<QProcess> process = prepare(arguments);
#ifdef Q_OS_UNIX
    if (::geteuid() == 0) {
        process->setChildProcessModifier([] {
            constexpr uid_t kNobody = 65534;
            if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)
                ::_exit(kCannotChangeAccount);
        });
    }
#endif
    process->start();
    return finish(*process);
}

bool Andonctl::waitUntilItSays(QProcess &process, const QByteArray &text)
{
    const QDeadlineTimer patience(kLongestRunMs);
    process.setReadChannel(QProcess::StandardError);
    constexpr int kShortMs = 50;
    while (!process.peek(process.bytesAvailable()).contains(text)) {
        if (patience.hasExpired() || process.state() == QProcess::NotRunning)
            return false;
        process.waitForReadyRead(kShortMs);
    }
    return true;
}

Andonctl::Result Andonctl::finish(QProcess &process)
{
    Result result;
    if (!process.waitForFinished(kLongestRunMs)) {
        process.kill();
        process.waitForFinished();
    } else if (process.exitStatus() == QProcess::NormalExit) {
        result.status = process.exitCode();
    }
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

Andonctl::Result Andonctl::run(const QStringList &arguments) const
{
    const std::unique_ptr<QProcess> process = start(arguments);
    return finish(*process);
}

QStringList Andonctl::eventTypes() const
{
    constexpr int kPatienceMs = 5000;
    return ForeignClient(m_database, kPatienceMs).rows("SELECT event_type FROM action_audit_log ORDER BY id");
}

bool Andonctl::isDatabaseMade() const
{
    return isOnPostgres() ? ForeignClient(m_database)
                                .number("SELECT count(*) FROM pg_tables "
                                        "WHERE schemaname = 'public'")
            > 0
                          : QFileInfo::exists(m_database);
}

QByteArray Andonctl::everything() const
{
    if (!isOnPostgres())
        return bytesOf(m_database);
    return ForeignClient(m_database)
        .rows("SELECT tablename, query_to_xml(format('SELECT * FROM %I ORDER BY 1', tablename), true, false, '') "
              "FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        .join(u'\n')
        .toUtf8();
}

} // namespace andon::test
