// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Session.h"

#include "core/Identity.h"

#include <QFileInfo>

namespace andon::ctl {

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 5s;
/// How long a server may say nothing.
constexpr auto kSilence = 10s;
/// Who only looks does not wait long for the lock to finish somebody else's work.
constexpr auto kPatienceOfALooker = 500ms;

} // namespace

Session::Session(const DatabaseLocation &location, Purpose purpose, bool mayCreate)
    : m_purpose(purpose)
{
    Database::Options options;
    options.create = mayCreate;
    options.lockTimeout = kPatience;
    options.answerTimeout = kSilence;
    const bool mayOnlyRead = purpose != Purpose::Change;
    if (mayOnlyRead && location.engine == SqlEngine::Sqlite && QFileInfo::exists(location.path)
        && !QFileInfo(location.path).isWritable())
        options.access = Database::Access::ReadOnly;
    try {
        open(location, options);
        if (!m_database->isReadOnly())
            recover(purpose);
    } catch (const StorageError &error) {
        if (!mayOnlyRead || m_database == nullptr || error.problem() != StorageProblem::ReadOnly)
            throw;
        options.access = Database::Access::ReadOnly;
        open(location, options);
    }
    if (m_database->isReadOnly())
        m_note = QStringLiteral("%1 can only be read; nothing that others left unfinished was finished.")
                     .arg(location.name());
}

Session::~Session()
{
    if (m_purpose == Purpose::Change && m_safety)
        m_safety->sealAppended();
}

void Session::open(const DatabaseLocation &location, Database::Options options)
{
    m_safety.reset();
    m_auditor.reset();
    m_database.reset();
    m_database = std::make_unique<Database>(location, options);
    if (m_database->isReadOnly())
        m_formerKind = Schema::inspect(*m_database);
    else
        m_formerKind = Schema::ensure(*m_database);
    m_auditor = std::make_unique<ActionAuditor>(*m_database, currentIdentity());
    m_safety = std::make_unique<SafetyController>(*m_database, *m_auditor);
}

void Session::recover(Purpose purpose)
{
    using Recovery = SafetyController::Recovery;
    const Recovery extent = purpose == Purpose::AskGate ? Recovery::GateOnly : Recovery::Full;
    if (purpose == Purpose::Change) {
        m_safety->recover(extent);
        return;
    }
    m_database->setLockTimeout(kPatienceOfALooker);
    try {
        m_safety->recover(extent);
    } catch (const StorageError &error) {
        if (error.problem() == StorageProblem::ReadOnly)
            throw;
        m_note = QStringLiteral("What others left unfinished could not be finished now: ") + error.message();
    } catch (const Error &error) {
        m_note = QStringLiteral("What others left unfinished could not be finished now: ") + error.message();
    }
    m_database->setLockTimeout(kPatience);
}

} // namespace andon::ctl
