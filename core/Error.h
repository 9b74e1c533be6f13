// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <exception>

namespace andon {

/// The root of everything that Andon throws.
///
/// `message()` is a sentence for the person: what happened and what to do. `cause()` is the
/// technical detail for the log, for example what SQLite or the operating system said.
class Error : public std::exception
{
public:
    explicit Error(QString message, QString cause = {})
        : m_message(std::move(message))
        , m_cause(std::move(cause))
        , m_what((m_cause.isEmpty() ? m_message : m_message + QStringLiteral(" [") + m_cause + u']').toUtf8())
    {
    }

    [[nodiscard]] const QString &message() const noexcept { return m_message; }
    [[nodiscard]] const QString &cause() const noexcept { return m_cause; }
    [[nodiscard]] const char *what() const noexcept override { return m_what.constData(); }

private:
    QString m_message;
    QString m_cause;
    QByteArray m_what;
};

/// What the caller handed in cannot be used: malformed JSON, an unknown mode, a missing reason.
class InvalidInputError : public Error
{
public:
    using Error::Error;
};

/// What was asked for is not there: no proposal, no stop with that number.
class NotFoundError : public Error
{
public:
    using Error::Error;
};

} // namespace andon
