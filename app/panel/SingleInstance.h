// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>

#include <memory>

class QLocalServer;

namespace andon {

/// One panel for each database and account: a second start raises the first.
///
/// A reviewer's window and an operator's are two: one must never be handed the other in its place.
/// A first panel that does not answer counts as not there; better two windows than none.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    /// `databaseName` is the canonical one, so that two names of one file are one database.
    SingleInstance(const QString &databaseName, bool isReadOnly, QObject *parent = nullptr);
    ~SingleInstance() override;

    /// True where another panel was there, and has answered that it came to the front.
    [[nodiscard]] bool raiseOther();

    /// Answers other panels from now on. False where that is not possible: then this panel works,
    /// but another start will not find it.
    bool listen();

    [[nodiscard]] QString serverName() const { return m_name; }

signals:
    /// Another start asks for this window.
    void raiseDemanded();

private:
    void answer();

    QString m_name;
    std::unique_ptr<QLocalServer> m_server;
};

} // namespace andon
