// SPDX-License-Identifier: Apache-2.0
#include "core/audit/JsonObjectText.h"

#include "core/audit/JsonText.h"

namespace andon {

void JsonObjectText::addKey(QStringView key)
{
    if (m_text.size() > 1)
        m_text += u',';
    JsonText::appendQuoted(m_text, key);
    m_text += u':';
}

JsonObjectText &JsonObjectText::add(QStringView key, const QString &value)
{
    addKey(key);
    JsonText::appendQuoted(m_text, value);
    return *this;
}

JsonObjectText &JsonObjectText::add(QStringView key, qint64 value)
{
    addKey(key);
    m_text += QString::number(value);
    return *this;
}

JsonObjectText &JsonObjectText::addJson(QStringView key, const QString &json)
{
    addKey(key);
    m_text += json.isEmpty() ? QStringLiteral("null") : json;
    return *this;
}

} // namespace andon
