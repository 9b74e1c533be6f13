// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/ActionAuditor.h"
#include "core/safety/SafetyController.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"

#include <memory>

namespace andon::ctl {

/// One open database for one command, brought to the present schema, with what others have left
/// unfinished done: stop requests carried out, sweeps ended.
class Session
{
public:
    enum class Purpose {
        Change,  ///< all of it must work
        Look,    ///< what cannot be written is left, and told by `note`; a database that may only be read will do
        AskGate, ///< the same, but sweeps are left to others, so that the answer comes at once
    };

    /// A new file is laid out unless `mayCreate` is false. Throws StorageError.
    Session(const DatabaseLocation &location, Purpose purpose, bool mayCreate = true);
    /// Seals what the command has appended at a server, where it may.
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    [[nodiscard]] Database &database() { return *m_database; }
    [[nodiscard]] ActionAuditor &auditor() { return *m_auditor; }
    [[nodiscard]] SafetyController &safety() { return *m_safety; }
    [[nodiscard]] ActionStore &actions() { return m_safety->actions(); }

    /// What the database was before this session.
    [[nodiscard]] Schema::Kind formerKind() const { return m_formerKind; }

    /// What could not be done on opening, in a sentence; empty where all was.
    [[nodiscard]] const QString &note() const { return m_note; }

private:
    void open(const DatabaseLocation &location, Database::Options options);
    void recover(Purpose purpose);

    Purpose m_purpose;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<ActionAuditor> m_auditor;
    std::unique_ptr<SafetyController> m_safety;
    Schema::Kind m_formerKind = Schema::Kind::Current;
    QString m_note;
};

} // namespace andon::ctl
