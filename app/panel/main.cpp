// SPDX-License-Identifier: Apache-2.0
// andon: the panel's window on one database.

#include "app/panel/SingleInstance.h"
#include "core/Error.h"
#include "core/Version.h"
#include "core/station/Station.h"
#include "ui/MainWindow.h"

#include <QApplication>
#include <QCommandLineParser>

#include <cstdio>
#include <memory>

namespace {

constexpr int kUsageError = 2; // as andonctl

int complain(const QString &sentence)
{
    std::fprintf(stderr, "andon: %s\n", qPrintable(sentence));
    return kUsageError;
}

struct Options
{
    QCommandLineOption database{QStringLiteral("database"),
                                QCoreApplication::translate("main",
                                                            "The database: a path, sqlite:PATH, or "
                                                            "postgresql://USER@HOST/DATABASE. "
                                                            "Otherwise $ANDON_DATABASE, or the standard one."),
                                QStringLiteral("database")};
    QCommandLineOption readOnly{QStringLiteral("read-only"),
                                QCoreApplication::translate("main", "A reviewer's window: it changes nothing.")};
    QCommandLineOption help{{QStringLiteral("h"), QStringLiteral("help")},
                            QCoreApplication::translate("main", "Tell what this program does, and end.")};
    QCommandLineOption version{{QStringLiteral("v"), QStringLiteral("version")},
                               QCoreApplication::translate("main", "Tell the version, and end.")};
};

int openWindow(QApplication &application, const andon::Station::Options &wanted)
{
    std::unique_ptr<andon::Station> station;
    try {
        station = std::make_unique<andon::Station>(wanted);
    } catch (const andon::Error &error) {
        return complain(error.message());
    }

    andon::SingleInstance instance(station->database().name(), wanted.readOnly);
    if (instance.raiseOther())
        return 0;
    instance.listen();

    andon::MainWindow window(station.get());
    QObject::connect(&instance, &andon::SingleInstance::raiseDemanded, &window, &andon::MainWindow::raiseToFront);
    station->open();
    window.show();
    return application.exec();
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);

    const Options options;
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main",
                                    "A kill switch, mode gate and audit browser for autonomous agents.\n\n"
                                    "Exit status: 0 done; 2 wrong usage."));
    parser.addOptions({options.database, options.readOnly, options.help, options.version});

    // Read before there is an application, which needs a screen: the version is told without one.
    if (!parser.parse(arguments))
        return complain(parser.errorText() + QStringLiteral(". See andon --help."));
    if (!parser.positionalArguments().isEmpty())
        return complain(QCoreApplication::translate("main", "Unexpected argument: %1. See andon --help.")
                            .arg(parser.positionalArguments().constFirst()));
    if (parser.isSet(options.version)) {
        std::printf("andon %s\n", andon::kVersion);
        return 0;
    }
    if (parser.isSet(options.help)) {
        const QCoreApplication nameOfTheProgram(argc, argv);
        std::printf("%s", qPrintable(parser.helpText()));
        return 0;
    }
    if (parser.isSet(options.database) && parser.value(options.database).isEmpty())
        return complain(QCoreApplication::translate("main", "--database needs a path, sqlite:PATH, or a URI."));

    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("andon"));
    QApplication::setApplicationVersion(QString::fromLatin1(andon::kVersion));
    QGuiApplication::setDesktopFileName(QStringLiteral("andon"));

    andon::Station::Options wanted;
    wanted.database = parser.value(options.database);
    wanted.readOnly = parser.isSet(options.readOnly);
    return openWindow(application, wanted);
}
