// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"

#include <QCoreApplication>
#include <QFutureWatcher>

#include <functional>
#include <memory>

namespace andon {

/// One question at a time: asking anew cancels the older question, whose answer is never heard.
///
/// Belongs to the thread that made it; answers arrive there, from its event loop.
template<typename T>
class LatestFuture
{
public:
    struct Hearing
    {
        std::function<void(const T &answer)> done;
        std::function<void(const QString &sentence, const QString &cause)> failed;
        std::function<void(const T &answer)> partial;            ///< may be empty
        std::function<void(qint64 done, qint64 total)> progress; ///< may be empty
    };

    LatestFuture() = default;
    LatestFuture(const LatestFuture &) = delete;
    LatestFuture &operator=(const LatestFuture &) = delete;
    ~LatestFuture() { cancel(); }

    [[nodiscard]] bool isAsking() const { return m_watcher != nullptr; }

    void ask(const QFuture<T> &future, Hearing hearing)
    {
        cancel();
        m_hearing = std::move(hearing);
        m_watcher.reset(new QFutureWatcher<T>);
        Watcher *watcher = m_watcher.get();
        QObject::connect(watcher, &QFutureWatcherBase::finished, watcher, [this] { finish(); });
        if (m_hearing.partial) {
            QObject::connect(watcher, &QFutureWatcherBase::resultReadyAt, watcher,
                             [this](int index) { m_hearing.partial(m_watcher->resultAt(index)); });
        }
        if (m_hearing.progress) {
            QObject::connect(watcher, &QFutureWatcherBase::progressValueChanged, watcher,
                             [this](int done) { m_hearing.progress(done, m_watcher->progressMaximum()); });
        }
        watcher->setFuture(future);
    }

    void cancel()
    {
        if (!m_watcher)
            return;
        m_watcher->disconnect();
        m_watcher->cancel();
        m_watcher.reset();
    }

private:
    using Watcher = QFutureWatcher<T>;
    /// A question may be dropped from within its own answer.
    struct Later
    {
        void operator()(Watcher *watcher) const { watcher->deleteLater(); }
    };

    void finish()
    {
        // From here on the answer may ask the next question.
        const std::unique_ptr<Watcher, Later> watcher = std::move(m_watcher);
        const Hearing hearing = std::move(m_hearing);
        m_hearing = {};
        QFuture<T> future = watcher->future();
        try {
            future.waitForFinished(); // has finished: throws what it failed with
            if (!future.isCanceled() && future.resultCount() > 0)
                return hearing.done(future.resultAt(future.resultCount() - 1));
            hearing.failed(QCoreApplication::translate("andon::LatestFuture", "The reading was ended early."), {});
        } catch (const Error &error) {
            hearing.failed(error.message(), error.cause());
        } catch (const std::exception &error) {
            hearing.failed(QCoreApplication::translate("andon::LatestFuture", "The log could not be read."),
                           QString::fromUtf8(error.what()));
        }
    }

    Hearing m_hearing;
    std::unique_ptr<Watcher, Later> m_watcher;
};

} // namespace andon
