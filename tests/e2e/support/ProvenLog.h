// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/support/Example.h"
#include "tests/e2e/support/SealAndSign.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"

#include <QtTest>

namespace andon::test {

/// A log with odd rows that is sealed and signed twice, and the programs that prove and check its events.
class ProvenLog
{
public:
    ProvenLog()
    {
        if (m_ctl
                .run({"propose", "--action", "drain_store", "--reason", "\u00fcber 5\u2028ft", "--params",
                      R"({"store": 9007199254740993, "share": 1.50, "list": [1, {"a": null}]})"})
                .status
            != 0)
            throw std::runtime_error("nothing could be proposed");
        m_earlier = sealAndSign(path(), m_key);
        ForeignClient raw(path(), kPatienceMs);
        raw.must(isOnPostgres() ? kPostgresOddities : kSqliteOddities);
        raw.letIdsCatchUp();
        raw.must("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) "
                 "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
                 "SELECT i, 'proposed', '{\"number\":' || i || '}', 'agent', '2026-01-31T12:00:00.000+00:00' FROM n");
        m_newest = sealAndSign(path(), m_key);
        m_events = raw.number("SELECT count(*) FROM action_audit_log");
    }

    [[nodiscard]] QString path() const { return m_place.path(); }
    [[nodiscard]] QString file(const QString &name) const { return m_place.file(name); }
    [[nodiscard]] const Andonctl &ctl() const { return m_ctl; }
    [[nodiscard]] const SigningKey &key() const { return m_key; }
    /// Whom the checks trust.
    [[nodiscard]] QString trusted() const { return m_key.verifier().toString(); }
    /// The checkpoint of the first event.
    [[nodiscard]] const QByteArray &earlier() const { return m_earlier; }
    [[nodiscard]] const QByteArray &newest() const { return m_newest; }
    [[nodiscard]] qint64 events() const { return m_events; }

    /// Somewhere else the same log, to be changed.
    [[nodiscard]] QString copy(const QString &name) const { return m_place.copyTo(name); }
    /// Changes a log as somebody does who may do everything: without its triggers.
    static void tamper(const QString &database, const QByteArray &sql)
    {
        ForeignClient raw(database, kPatienceMs);
        raw.dropTriggers();
        raw.must(sql);
    }

    [[nodiscard]] QString proofOf(int event) const { return file(QString::number(event) + ".tlog-proof"); }
    [[nodiscard]] QString entryOf(int event) const { return file(QString::number(event) + ".json"); }
    /// Writes the proof and the entry of an event.
    [[nodiscard]] Andonctl::Result prove(int event) const
    {
        return m_ctl.run(
            {"proof", QString::number(event), "--output", proofOf(event), "--entry-output", entryOf(event)});
    }
    [[nodiscard]] Andonctl::Result verify(const QStringList &arguments) const
    {
        return m_ctl.run(QStringList{"verify-proof", "--key", trusted(), "--json"} + arguments);
    }

private:
    static constexpr int kPatienceMs = 5000;

    // What an agent of plain SQL may store. SQLite: each storage class, text that is not UTF-8, a gap in the ids.
    static constexpr const char *kSqliteOddities =
        "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) VALUES"
        "(10, NULL, 'odd', '{\"a\": 1.50, \"b\": \"\\u0007\"}', 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(11, 5, 'odd', CAST(x'fffe41' AS TEXT), 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(12, 5, 'odd', x'00ff', 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(13, 1.5, 'odd', 5, 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(14, 'x7', char(65279) || 'mark', 7.25, 'agent', ''),"
        "(15, x'37', '', '[1, 2', 'agent', char(0) || char(7) || char(8238)),"
        "(16, -9223372036854775808, 'odd', '', 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(17, 1e300, 'odd', NULL, 'agent', '2026-01-31T12:00:00.000+00:00')";

    // The same events where types are kept to.
    static constexpr const char *kPostgresOddities =
        "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) VALUES"
        "(10, NULL, 'odd', '{\"a\": 1.50, \"b\": \"\\u0007\"}', 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(11, 5, 'odd', 'A', 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(12, 5, 'odd', chr(255), 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(13, 1, 'odd', '5', 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(14, NULL, chr(65279) || 'mark', '7.25', 'agent', ''),"
        "(15, 7, '', '[1, 2', 'agent', chr(7) || chr(8238)),"
        "(16, -2147483648, 'odd', '', 'agent', '2026-01-31T12:00:00.000+00:00'),"
        "(17, 2147483647, 'odd', NULL, 'agent', '2026-01-31T12:00:00.000+00:00')";

    const TemporaryDatabase m_place;
    const Andonctl m_ctl{m_place.path()};
    const SigningKey m_key = SigningKey::make(QStringLiteral("test.example/log"));
    QByteArray m_earlier;
    QByteArray m_newest;
    qint64 m_events = 0;
};

} // namespace andon::test
