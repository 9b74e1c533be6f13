// SPDX-License-Identifier: Apache-2.0
#include "tests/tour/Tour.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QSettings>

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("andon-tour")); // leaves the panel's settings alone

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Drives the panel through arm, watch, stop and reset, and takes pictures."));
    parser.addHelpOption();
    const QCommandLineOption output(QStringLiteral("output"), QStringLiteral("Where the pictures go."),
                                    QStringLiteral("folder"), QStringLiteral("tour"));
    parser.addOption(output);
    parser.process(application);

    const QString folder = QFileInfo(parser.value(output)).absoluteFilePath();
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder + QStringLiteral("/demo"));
    const QString andonctl = qEnvironmentVariable("ANDONCTL",
                                                  QApplication::applicationDirPath() + QStringLiteral("/andonctl"));
    return Tour(folder, andonctl).run() ? 0 : 1;
}
