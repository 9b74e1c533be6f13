// SPDX-License-Identifier: Apache-2.0
#include "app/panel/SingleInstance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>

namespace andon {

namespace {

constexpr int kConnectMs = 500;
constexpr int kAnswerMs = 2000;
constexpr char kRaise[] = "raise\n";
constexpr char kRaised[] = "raised\n";

} // namespace

SingleInstance::SingleInstance(const QString &databaseName, bool isReadOnly, QObject *parent)
    : QObject(parent)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(databaseName.toUtf8());
    hash.addData(isReadOnly ? "\nreviewer" : "\noperator");
    hash.addData(QDir::homePath().toUtf8()); // the folder of sockets may be shared between accounts
    m_name = QStringLiteral("andon-") + QString::fromLatin1(hash.result().toHex().left(24));
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::raiseOther()
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kConnectMs))
        return false;
    socket.write(kRaise);
    while (!socket.canReadLine() && socket.waitForReadyRead(kAnswerMs)) {}
    return socket.readLine() == kRaised;
}

bool SingleInstance::listen()
{
    m_server = std::make_unique<QLocalServer>();
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    connect(m_server.get(), &QLocalServer::newConnection, this, &SingleInstance::answer);
    if (m_server->listen(m_name))
        return true;
    if (m_server->serverError() != QAbstractSocket::AddressInUseError)
        return false;
    // Nobody has answered there: what is left of a panel that was killed.
    QLocalServer::removeServer(m_name);
    return m_server->listen(m_name);
}

void SingleInstance::answer()
{
    while (QLocalSocket *socket = m_server->nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        const auto reply = [this, socket] {
            if (!socket->canReadLine() || socket->readLine() != kRaise)
                return;
            emit raiseDemanded();
            socket->write(kRaised);
            socket->flush();
        };
        connect(socket, &QLocalSocket::readyRead, this, reply);
        reply();
    }
}

} // namespace andon
