// SPDX-License-Identifier: Apache-2.0
#include "core/Error.h"
#include "core/Types.h"
#include "core/actions/ActionStatus.h"
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/gate/SafetyMode.h"

#include <QSet>
#include <QTest>

#include <type_traits>

using namespace andon;

// Ids of different kinds do not convert into each other, nor from and to plain numbers.
static_assert(!std::is_convertible_v<ProposalId, EventId>);
static_assert(!std::is_convertible_v<StopId, Epoch>);
static_assert(!std::is_convertible_v<qint64, ProposalId>);
static_assert(!std::is_convertible_v<Epoch, qint64>);

class TestTypes : public QObject
{
    Q_OBJECT

private slots:
    void numbersStartAsNone();
    void numbersCompareAndCount();
    void modesAreReadExactly_data();
    void modesAreReadExactly();
    void statusesAreReadExactly();
    void errorsSayMessageAndCause();
    void observeOnlyErrorBeginsWithTheContractsWords();
    void transitionErrorNamesBothStates();
};

void TestTypes::numbersStartAsNone()
{
    QVERIFY(!ProposalId().isValid());
    QVERIFY(!ProposalId(-3).isValid());
    QVERIFY(ProposalId(1).isValid());
    QCOMPARE(Epoch().value, 0);
}

void TestTypes::numbersCompareAndCount()
{
    QVERIFY(Epoch(1) < Epoch(2));
    QCOMPARE(Epoch(1).next(), Epoch(2));
    QCOMPARE(EventId(9'000'000'000).toString(), "9000000000");
    QCOMPARE(QSet<ProposalId>({ProposalId(1), ProposalId(1), ProposalId(2)}).size(), 2);
}

void TestTypes::modesAreReadExactly_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isMode");
    QTest::newRow("observe") << "observe" << true;
    QTest::newRow("execute") << "execute" << true;
    for (const char *text : {"", "Execute", "EXECUTE", " execute", "execute ", "exec", "banana", "1"})
        QTest::newRow(*text == '\0' ? "empty" : text) << text << false;
}

void TestTypes::modesAreReadExactly()
{
    QFETCH(QString, text);
    QFETCH(bool, isMode);
    const std::optional<SafetyMode> mode = safetyModeFromString(text);
    QCOMPARE(mode.has_value(), isMode);
    if (mode)
        QCOMPARE(toString(*mode), text);
}

void TestTypes::statusesAreReadExactly()
{
    for (const char *name : {"proposed", "validated", "executing", "completed", "failed", "cancelled"}) {
        const std::optional<ActionStatus> status = actionStatusFromString(name);
        QVERIFY2(status, name);
        QCOMPARE(toString(*status), name);
    }
    for (const char *name : {"", "Executing", "canceled", "pending", "executing "})
        QVERIFY2(!actionStatusFromString(name), name);
}

void TestTypes::errorsSayMessageAndCause()
{
    const Error error(QStringLiteral("It did not work."), QStringLiteral("errno 5"));
    QCOMPARE(error.message(), "It did not work.");
    QCOMPARE(error.cause(), "errno 5");
    QCOMPARE(error.what(), "It did not work. [errno 5]");
    QCOMPARE(Error(QStringLiteral("It did not work.")).what(), "It did not work.");
}

void TestTypes::observeOnlyErrorBeginsWithTheContractsWords()
{
    const ObserveOnlyError error(ObserveOnlyError::Cause::Observe, QStringLiteral("Choose Execute."));
    QCOMPARE(error.message(), "Action execution blocked: observe-only mode is active. Choose Execute.");
    QCOMPARE(error.because(), ObserveOnlyError::Cause::Observe);
}

void TestTypes::transitionErrorNamesBothStates()
{
    const TransitionError error(ProposalId(7), QStringLiteral("cancelled"), QStringLiteral("executing"));
    QCOMPARE(error.from(), "cancelled");
    QCOMPARE(error.to(), "executing");
    QCOMPARE(error.message(), "Action 7 is cancelled; it cannot become executing.");
}

QTEST_GUILESS_MAIN(TestTypes)
#include "tst_types.moc"
