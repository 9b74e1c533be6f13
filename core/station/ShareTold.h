// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPromise>
#include <QString>

namespace andon {

/// Tells the progress of a future in millionths of the whole, since QFuture counts in int; its text is a count.
template<typename Result>
class ShareTold
{
public:
    explicit ShareTold(QPromise<Result> &promise)
        : m_promise(promise)
    {
        m_promise.setProgressRange(0, kMillion);
    }

    /// False once the future is cancelled.
    bool operator()(double share, qint64 count)
    {
        m_promise.setProgressValueAndText(static_cast<int>(share * kMillion), QString::number(count));
        return !m_promise.isCanceled();
    }

private:
    static constexpr int kMillion = 1'000'000;

    QPromise<Result> &m_promise;
};

} // namespace andon
