// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/SecretSpans.h"

#include <algorithm>

namespace andon {

namespace {

QString replacementOf(const SecretSpan &span)
{
    if (span.quoting == SecretSpan::kBare)
        return SecretSpans::replacement();
    // A quote in a JSON string has one backslash; in a string in a string three, and so on.
    const QString quote = QString((1 << span.quoting) - 1, u'\\') + u'"';
    return quote + SecretSpans::replacement() + quote;
}

} // namespace

QString SecretSpans::replacement()
{
    return QStringLiteral("[redacted]");
}

void SecretSpans::add(qsizetype begin, qsizetype end, int quoting)
{
    if (begin < end)
        m_spans.push_back({begin, end, quoting});
}

void SecretSpans::tidy()
{
    std::sort(m_spans.begin(), m_spans.end(), [](const SecretSpan &one, const SecretSpan &other) {
        return one.begin != other.begin ? one.begin < other.begin : one.end > other.end;
    });
    std::size_t kept = 0;
    for (const SecretSpan &span : m_spans) {
        if (kept > 0 && span.begin < m_spans[kept - 1].end)
            m_spans[kept - 1].end = std::max(m_spans[kept - 1].end, span.end);
        else
            m_spans[kept++] = span;
    }
    m_spans.resize(kept);
}

QString SecretSpans::appliedTo(const QString &text)
{
    if (m_spans.empty())
        return text;
    tidy();
    const QStringView view(text);
    QString out;
    out.reserve(text.size());
    qsizetype done = 0;
    bool isChanged = false;
    for (const SecretSpan &span : m_spans) {
        const QString put = replacementOf(span);
        isChanged = isChanged || view.sliced(span.begin, span.end - span.begin) != put;
        out += view.sliced(done, span.begin - done);
        out += put;
        done = span.end;
    }
    if (!isChanged)
        return text;
    out += view.sliced(done);
    return out;
}

} // namespace andon
