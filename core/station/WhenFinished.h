// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFutureWatcher>

#include <utility>

namespace andon {

/// Calls `heard(QFuture<T>)` in the thread of `context`, from its event loop, once the future has
/// ended; never where `context` is gone by then. Use it instead of QFuture::then, which in Qt 6.4
/// can run its continuation twice where another thread ends the future at that very moment.
template<typename T, typename Heard>
void whenFinished(const QFuture<T> &future, QObject *context, Heard heard)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, heard = std::move(heard)] {
        watcher->deleteLater();
        heard(watcher->future());
    });
    watcher->setFuture(future);
}

} // namespace andon
