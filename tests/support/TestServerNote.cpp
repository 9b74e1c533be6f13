// SPDX-License-Identifier: Apache-2.0
#include "tests/support/TestServerNote.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSaveFile>

namespace andon::test {

namespace {

const QString kUri = QStringLiteral("uri");
const QString kPassword = QStringLiteral("password");
const QString kProblem = QStringLiteral("problem");
const QString kPid = QStringLiteral("pid");

} // namespace

std::optional<TestServerNote> TestServerNote::ofThisRun()
{
    const QString path = qEnvironmentVariable("ANDON_TEST_SERVER");
    return path.isEmpty() ? std::nullopt : read(path);
}

std::optional<TestServerNote> TestServerNote::read(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject note = QJsonDocument::fromJson(file.readAll()).object();
    return TestServerNote{note.value(kUri).toString(), note.value(kPassword).toString(),
                          note.value(kProblem).toString(), note.value(kPid).toInteger()};
}

bool TestServerNote::write(const QString &path) const
{
    QSaveFile file(path);
    const QByteArray text =
        QJsonDocument(QJsonObject{{kUri, uri}, {kPassword, password}, {kProblem, problem}, {kPid, pid}}).toJson();
    return file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(text) == text.size() && file.commit();
}

QString serverPassword()
{
    static const QString password = [] {
        const std::optional<TestServerNote> note = TestServerNote::ofThisRun();
        QString chosen = note ? note->password : QString();
        if (chosen.isEmpty())
            chosen = QString::number(QRandomGenerator::system()->generate64(), 16);
        qputenv("PGPASSWORD", chosen.toLatin1());
        return chosen;
    }();
    return password;
}

} // namespace andon::test
