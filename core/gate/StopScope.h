// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace andon {

/// Who wants to run what: what a scope is held against.
struct ActionIdentity
{
    QString agentId; ///< empty where the agent did not say; such a one cannot be held by itself
    QString actionName;
};

/// How wide a stop is: everything, one agent, or one kind of action. The wider stop wins.
struct StopScope
{
    enum class Kind {
        Everything, ///< the button: latched in the state row, takes the permit away
        Agent,      ///< a hold: the actions of one agent
        Action,     ///< a hold: the actions of one name, whoever takes them
    };

    Kind kind = Kind::Everything;
    QString target; ///< the agent's id or the action's name; empty for everything

    [[nodiscard]] static StopScope agent(const QString &id) { return {Kind::Agent, id}; }
    [[nodiscard]] static StopScope action(const QString &name) { return {Kind::Action, name}; }

    [[nodiscard]] bool isHold() const { return kind != Kind::Everything; }
    [[nodiscard]] bool covers(const ActionIdentity &identity) const;

    /// What the file of a hold's request begins with: `agent-` or `action-` and 32 hexadecimal digits of the
    /// target's SHA-256, so that a guard can compare it without reading anything. Empty for everything.
    [[nodiscard]] QString key() const;

    /// `agent "agent-7"`, `every action "drain_store"`, `everything`: for a sentence.
    [[nodiscard]] QString describe() const;

    friend bool operator==(const StopScope &, const StopScope &) = default;
};

/// "everything", "agent" or "action", as the database and the command line write it.
[[nodiscard]] QString toString(StopScope::Kind kind);
/// Nothing for any other text.
[[nodiscard]] std::optional<StopScope::Kind> stopScopeFromString(const QString &text);

} // namespace andon
