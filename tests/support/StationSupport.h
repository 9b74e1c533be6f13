// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"
#include "core/station/Station.h"

#include <QTest>

#include <type_traits>

namespace andon::test {

/// A station for tests: a known name, and a watch that looks often.
inline Station::Options stationOptions(const QString &path, bool readOnly = false)
{
    Station::Options options;
    options.database = path;
    options.readOnly = readOnly;
    options.by = QStringLiteral("tester@bench");
    options.watchInterval = std::chrono::milliseconds(20);
    return options;
}

/// What a future brings, with the event loop running meanwhile. Rethrows what it failed with.
template<typename Result>
Result resultOf(const QFuture<Result> &future)
{
    constexpr int kPatienceMs = 20'000;
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, kPatienceMs))
        qFatal("a future never ended");
    QFuture<Result> finished = future;
    finished.waitForFinished();
    if constexpr (!std::is_void_v<Result>)
        return finished.result();
}

/// Waits until a station has done what it does when it opens: recovery is the first of its commands.
inline void waitUntilOpened(Station &station)
{
    try {
        resultOf(station.cancelAction(ProposalId(999'999'999), QStringLiteral("nothing")));
    } catch (const NotFoundError &) {
        return;
    }
    qFatal("there is no such action");
}

} // namespace andon::test
