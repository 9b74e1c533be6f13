// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint/CheckpointSettings.h"

#include "core/audit/checkpoint/CheckpointErrors.h"

#include <QDir>
#include <QSettings>

#include <algorithm>

namespace andon {

namespace {

const QString kMinutes = QStringLiteral("checkpoint/minutes");
const QString kFolders = QStringLiteral("checkpoint/folders");

class UserFile : public QSettings
{
public:
    UserFile()
        : QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("Andon"), QStringLiteral("andon"))
    {
    }
};

void store(const QString &name, const QVariant &value)
{
    UserFile file;
    file.setValue(name, value);
    file.sync();
    if (file.status() != QSettings::NoError)
        throw FileError(
            QStringLiteral("Your settings in %1 could not be written. Check that its disk has room and that "
                           "you may write there.")
                .arg(file.fileName()));
}

} // namespace

CheckpointSettings CheckpointSettings::read()
{
    const UserFile stored;
    CheckpointSettings settings;
    bool isNumber = false;
    const qint64 minutes = stored.value(kMinutes).toString().trimmed().toLongLong(&isNumber);
    if (isNumber)
        settings.interval = std::chrono::minutes(std::clamp<qint64>(minutes, 0, kLongestInterval.count()));
    const QStringList folders = stored.value(kFolders).toStringList();
    for (const QString &folder : folders) {
        if (!folder.isEmpty())
            settings.folders << folder;
    }
    return settings;
}

void CheckpointSettings::storeInterval(const QString &minutes)
{
    bool isNumber = false;
    const qint64 number = minutes.toLongLong(&isNumber);
    if (!isNumber || number < 0 || number > kLongestInterval.count())
        throw InvalidInputError(
            QStringLiteral("checkpoint.minutes takes a whole number from 0 to %1, and \"%2\" is none.")
                .arg(kLongestInterval.count())
                .arg(minutes));
    store(kMinutes, QString::number(number));
}

void CheckpointSettings::storeFolders(const QStringList &folders)
{
    QStringList cleaned;
    for (const QString &folder : folders) {
        if (!QDir::isAbsolutePath(folder))
            throw InvalidInputError(
                QStringLiteral("checkpoint.folders takes folders by their absolute paths, and \"%1\" is "
                               "none.")
                    .arg(folder));
        const QString clean = QDir::cleanPath(folder);
        if (!cleaned.contains(clean))
            cleaned << clean;
    }
    store(kFolders, cleaned);
}

} // namespace andon
