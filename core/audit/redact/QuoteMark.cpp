// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/QuoteMark.h"

#include "core/audit/redact/TextUnits.h"

namespace andon {

using namespace TextUnits;

namespace {

/// Whether a quote with so many backslashes before it ends a string that lies in `depth` others.
bool isEnd(qsizetype backslashes, int depth)
{
    for (; depth > 0; --depth) {
        if (backslashes % 2 == 0)
            return true; // the end of a string around
        backslashes = (backslashes - 1) / 2;
    }
    return backslashes % 2 == 0;
}

} // namespace

QuoteMark QuoteMark::at(QStringView text, qsizetype place)
{
    QuoteMark mark;
    while (place < text.size() && text[place] == u'\\') {
        ++mark.backslashes;
        ++place;
    }
    if (place < text.size() && isQuote(text[place].unicode()))
        mark.unit = text[place].unicode();
    return mark;
}

QuoteMark QuoteMark::before(QStringView text, qsizetype place)
{
    QuoteMark mark;
    if (place == 0 || !isQuote(text[place - 1].unicode()))
        return mark;
    mark.unit = text[place - 1].unicode();
    while (mark.backslashes < place - 1 && text[place - 2 - mark.backslashes] == u'\\')
        ++mark.backslashes;
    return mark;
}

int QuoteMark::depth() const
{
    int depth = 0;
    for (qsizetype left = backslashes; left > 0; left = (left - 1) / 2)
        ++depth;
    return depth;
}

qsizetype QuoteMark::closing(QStringView text, qsizetype from) const
{
    const int depthHere = depth();
    qsizetype slashes = 0;
    for (qsizetype i = from; i < text.size(); ++i) {
        const char16_t found = text[i].unicode();
        if (found == unit && isEnd(slashes, depthHere)) {
            const bool isTwice = slashes == 0 && backslashes == 0 && i + 1 < text.size() && text[i + 1] == found;
            if (!isTwice)
                return i;
            ++i;
        }
        slashes = found == u'\\' ? slashes + 1 : 0;
    }
    return text.size();
}

qsizetype QuoteMark::contentEnd(QStringView text, qsizetype from, qsizetype closing) const
{
    if (closing == text.size())
        return closing;
    qsizetype end = closing;
    while (end > from && closing - end < backslashes && text[end - 1] == u'\\')
        --end;
    return end;
}

} // namespace andon
