// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/support/Program.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Journals.h"
#include "tests/support/Workbench.h"

#include <QJsonDocument>
#include <QtTest>

namespace andon::test {

inline constexpr int kPending = 5;

inline const QString kNotRecorded = QStringLiteral("stopped, not yet recorded");

/// A database in execute mode, with something pending, and nobody who has it open.
inline void makeArmed(const QString &path, const QByteArray &journal = "DELETE")
{
    static_cast<void>(Workbench(path));
    ForeignClient(path).must("PRAGMA journal_mode=" + journal);
    Workbench bench(path, {}, existing());
    bench.arm();
    bench.fill(kPending);
    QVERIFY(bench.controller.canExecute());
}

[[nodiscard]] inline CtlResult kill(const QString &path, const QStringList &more = {})
{
    return andonctl(path,
                    QStringList{QStringLiteral("kill"), QStringLiteral("--reason"), QStringLiteral("trouble")} + more);
}

[[nodiscard]] inline int gate(const QString &path)
{
    return andonctl(path, {QStringLiteral("gate")}).exitCode;
}

/// One stop, recorded once, everything that was pending cancelled once.
inline void checkRecordedOnce(const QString &path)
{
    const CtlResult status = andonctl(path, {QStringLiteral("status"), QStringLiteral("--json")});
    QVERIFY2(status.exitCode == 0, qPrintable(status.err));
    const QJsonObject state = QJsonDocument::fromJson(status.out.toUtf8()).object();
    QCOMPARE(state.value(QStringLiteral("mode")).toString(), QStringLiteral("observe"));
    QCOMPARE(state.value(QStringLiteral("tripped")).toBool(), true);
    QCOMPARE(state.value(QStringLiteral("permit")).toBool(), false);
    QCOMPARE(state.value(QStringLiteral("pending")).toInt(), 0);
    ForeignClient raw(path, 5000);
    QCOMPARE(raw.rows("SELECT json_extract(event_data, '$.cancelled_count') FROM action_audit_log "
                      "WHERE event_type = 'kill_switch'"),
             QStringList{QString::number(kPending)});
    QCOMPARE(
        raw.rows("SELECT count(*), count(DISTINCT proposal_id) FROM action_audit_log WHERE event_type = 'cancelled'"),
        QStringList{QStringLiteral("%1|%1").arg(kPending)});
    QCOMPARE(gate(path), 4);
}

} // namespace andon::test
