// SPDX-License-Identifier: Apache-2.0
#include "core/gate/SafetyStateTable.h"

#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

namespace andon {

SafetyState SafetyStateTable::read() const
{
    return select({});
}

SafetyState SafetyStateTable::readForChange() const
{
    return select(m_database.rowLock());
}

SafetyState SafetyStateTable::select(const QString &ending) const
{
    Statement row = m_database.run(
        QStringLiteral("SELECT mode, tripped, epoch, stop_id, reason, changed_by, changed_at, sweep_pending, "
                       "sweep_through "
                       "FROM andon_safety_state WHERE id = 1")
        + ending);
    if (!row.next())
        throw StateUnknownError(QStringLiteral("The database does not say whether actions may run: its safety state is "
                                               "missing. Nothing may run until a backup is put back."));
    const std::optional<SafetyMode> mode = safetyModeFromString(row.text(0));
    const Epoch epoch(row.integer(2));
    if (!mode || !epoch.isValid())
        throw StateUnknownError(
            QStringLiteral("The safety state of the database makes no sense (mode \"%1\", epoch %2). "
                           "Nothing may run until a backup is put back.")
                .arg(row.text(0), row.text(2)));
    SafetyState state;
    state.mode = *mode;
    state.tripped = row.text(1) != u"0"; // whatever else it says means stop
    state.epoch = epoch;
    state.stopId = StopId(row.integer(3));
    state.reason = row.text(4);
    state.changedBy = row.text(5);
    state.changedAt = parseTimestamp(row.text(6)).moment;
    state.sweepPending = row.integer(7) != 0;
    state.sweepThrough = ProposalId(row.integer(8));
    return state;
}

void SafetyStateTable::write(const SafetyState &state)
{
    m_database.run(
        QStringLiteral("UPDATE andon_safety_state SET mode = ?, tripped = ?, epoch = ?, stop_id = ?, reason = ?, "
                       "changed_by = ?, changed_at = ?, sweep_pending = ?, sweep_through = ? WHERE id = 1"),
        {toString(state.mode), state.tripped, state.epoch.value, state.stopId.value,
         state.reason.isNull() ? QStringLiteral("") : state.reason, state.changedBy, formatTimestamp(state.changedAt),
         state.sweepPending, state.sweepThrough.value});
}

} // namespace andon
