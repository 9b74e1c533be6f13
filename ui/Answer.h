// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/WhenFinished.h"
#include "ui/Failure.h"

#include <type_traits>

namespace andon {

/// Calls `done(result)` (`done()` for void) or `failed(Failure)` in the thread of `context` once the
/// station has answered. What was cancelled is neither done nor failed.
template<typename T, typename Done, typename Failed>
void onAnswer(const QFuture<T> &future, QObject *context, Done done, Failed failed)
{
    whenFinished(future, context, [done = std::move(done), failed = std::move(failed)](QFuture<T> ended) {
        try {
            ended.waitForFinished(); // has ended: throws what it failed with
        } catch (const std::exception &error) {
            failed(Failure::of(error));
            return;
        }
        if (ended.isCanceled())
            return;
        if constexpr (std::is_void_v<T>)
            done();
        else if (ended.resultCount() > 0)
            done(ended.resultAt(0));
    });
}

} // namespace andon
