// SPDX-License-Identifier: Apache-2.0
// Reads the sources of app, core and ui and fails on an include against the arrows, app -> ui -> core, on one between
// core's rooms that the table below does not draw, and on a file that does too much.

#include "tests/SourceFolder.h"

#include <QDirIterator>
#include <QFile>
#include <QLibraryInfo>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QtTest>

namespace {

constexpr int kMaxLines = 450;

/// Which other rooms the files of a room may include. Every room may include itself. `core` alone stands for the files
/// at core's top: the words that all rooms share.
const QMap<QString, QStringList> &arrows()
{
    static const QMap<QString, QStringList> table = {
        {"core", {}},
        {"core/storage", {"core"}},
        {"core/audit", {"core", "core/storage"}},
        {"core/gate", {"core", "core/storage"}},
        {"core/actions", {"core", "core/storage", "core/audit", "core/gate"}},
        {"core/safety", {"core", "core/storage", "core/audit", "core/gate", "core/actions"}},
        {"core/copy", {"core", "core/storage", "core/audit", "core/gate"}},
        {"core/guard", {"core", "core/storage", "core/audit", "core/gate", "core/actions", "core/safety"}},
        {"core/station",
         {"core", "core/storage", "core/audit", "core/gate", "core/actions", "core/safety", "core/guard"}},
        {"ui", {"core", "core/station"}},
        {"app/guard", {"core/guard"}},
        {"app/ctl",
         {"core", "core/storage", "core/audit", "core/gate", "core/actions", "core/safety", "core/guard", "core/copy",
          "core/station"}},
        {"app/panel",
         {"ui", "core", "core/storage", "core/audit", "core/gate", "core/actions", "core/safety", "core/guard",
          "core/station"}},
    };
    return table;
}

/// Value types of deeper rooms that Station hands out: the window may know them, not what makes them.
const QSet<QString> &valueTypes()
{
    static const QSet<QString> table = {
        "core/actions/ActionProposal.h",
        "core/actions/ActionStatus.h",
        "core/actions/Approval.h",
        "core/audit/read/ActivityHistogram.h",
        "core/audit/AuditEvent.h",
        "core/audit/checkpoint/SealStatus.h",
        "core/audit/filter/AuditFilter.h",
        "core/audit/read/AuditPage.h",
        "core/audit/filter/AuditVocabulary.h",
        "core/audit/filter/FilterCompletion.h",
        "core/audit/read/ScanFindings.h",
        "core/audit/verify/VerifyReport.h",
        "core/gate/Hold.h",
        "core/gate/SafetyMode.h",
        "core/gate/SafetyState.h",
        "core/gate/StopScope.h",
        "core/safety/HookOutcome.h",
        "core/safety/StopReceipt.h",
        "core/safety/StopTarget.h",
        "core/storage/DatabaseLocation.h",
    };
    return table;
}

/// The rooms of the audit log have parts. Which of them a part may include; what lies beside the parts is `""`.
const QMap<QString, QStringList> &arrowsBetweenParts()
{
    static const QMap<QString, QStringList> table = {
        {"core/audit/", {"redact", "seal"}},
        {"core/audit/redact", {}},
        {"core/audit/seal", {}},
        {"core/audit/note", {"seal"}},
        {"core/audit/checkpoint", {"seal", "note"}},
        {"core/audit/verify", {"seal", "note", "checkpoint", "archive"}},
        {"core/audit/archive", {"seal", "note", "checkpoint"}},
        {"core/audit/proof", {"seal", "note", "export"}},
        {"core/audit/seal", {}},
        {"core/audit/note", {"seal"}},
        {"core/audit/filter", {}},
        {"core/audit/query", {"filter"}},
        {"core/audit/read", {"filter", "query"}},
        {"core/audit/export", {"filter", "query", "read"}},
        {"ui/audit/", {"filter", "timeline", "list", "details", "story", "seal"}},
        {"ui/audit/filter", {}},
        {"ui/audit/timeline", {}},
        {"ui/audit/list", {}},
        {"ui/audit/details", {}},
        {"ui/audit/story", {}},
        {"ui/audit/seal", {}},
    };
    return table;
}

/// Qt modules that the files below a folder must not include, over and above what CMake does not link.
const QMap<QString, QStringList> &forbiddenModules()
{
    static const QMap<QString, QStringList> table = {
        {"core", {"QtGui", "QtWidgets", "QtSvg", "QtTest"}},
        {"ui", {"QtSql", "QtTest"}},
        // Whatever Qt or the database does, it stops what it holds.
        {"app/guard", {"QtCore", "QtSql", "QtNetwork", "QtConcurrent", "QtGui", "QtWidgets", "QtTest"}},
        {"app/ctl", {"QtGui", "QtWidgets", "QtSvg", "QtTest"}},
        {"app/panel", {"QtSql", "QtTest"}},
    };
    return table;
}

/// `core/gate` for core/gate/Permit.h, `core` for core/Types.h, `ui` for all of ui, `app/ctl` for app/ctl/Status.cpp.
QString roomOf(const QString &path)
{
    const QStringList parts = path.split('/');
    if (parts.value(0) == "ui" || parts.size() < 3)
        return parts.value(0);
    return parts.value(0) + '/' + parts.value(1);
}

/// The names of the headers of a Qt module, as one may include them without naming the module.
const QSet<QString> &headersOf(const QString &module)
{
    static QMap<QString, QSet<QString>> cache;
    if (!cache.contains(module)) {
        const QDir folder(QLibraryInfo::path(QLibraryInfo::HeadersPath) + '/' + module);
        const QStringList names = folder.entryList(QDir::Files);
        cache.insert(module, QSet<QString>(names.begin(), names.end()));
    }
    return cache[module];
}

QString complaintAboutQtInclude(const QString &path, const QString &include)
{
    for (auto rule = forbiddenModules().begin(); rule != forbiddenModules().end(); ++rule) {
        if (!path.startsWith(rule.key() + '/'))
            continue;
        for (const QString &module : rule.value()) {
            if (include.startsWith(module + '/') || headersOf(module).contains(include))
                return QString("%1 includes <%2> of %3, which %4 must not use").arg(path, include, module, rule.key());
        }
    }
    return {};
}

/// `filter` for core/audit/filter/AuditFilter.h, nothing for core/audit/AuditEvent.h.
QString partOf(const QString &path)
{
    const QStringList names = path.split('/');
    return names.size() > 3 ? names.at(2) : QString();
}

QString complaintAboutParts(const QString &path, const QString &include)
{
    const QString room = path.section('/', 0, 1) + '/';
    const QString from = partOf(path);
    const QString to = partOf(include);
    if (!include.startsWith(room) || !arrowsBetweenParts().contains(room) || to.isEmpty() || from == to)
        return {};
    if (arrowsBetweenParts().value(room + from).contains(to))
        return {};
    return QString("%1 includes \"%2\": no arrow leads from %3 to %4").arg(path, include, room + from, room + to);
}

QString complaintAboutOwnInclude(const QString &path, const QString &include)
{
    if (include.contains(".."))
        return QString("%1 includes \"%2\": write the path from the root").arg(path, include);
    static const QRegularExpression own("^(app|core|tests|ui)/");
    if (!own.match(include).hasMatch())
        return {};

    const QString from = roomOf(path);
    const QString to = roomOf(include);
    if (!arrows().contains(from))
        return QString("%1 lies in %2, a room that the table of arrows does not know").arg(path, from);
    if (from == to)
        return complaintAboutParts(path, include);
    if (arrows().value(from).contains(to))
        return {};
    if (from == "ui" && valueTypes().contains(include))
        return {};
    return QString("%1 includes \"%2\": no arrow leads from %3 to %4").arg(path, include, from, to);
}

/// What is wrong with the includes of a source text that lies at PATH, counted from the root.
QStringList complaintsAboutIncludes(const QString &path, const QString &text)
{
    static const QRegularExpression include(R"(^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">])",
                                            QRegularExpression::MultilineOption);
    QStringList complaints;
    for (auto matches = include.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString complaint = match.captured(1) == "<" ? complaintAboutQtInclude(path, match.captured(2))
                                                           : complaintAboutOwnInclude(path, match.captured(2));
        if (!complaint.isEmpty())
            complaints << complaint;
    }
    return complaints;
}

/// What is wrong with the text itself.
QStringList complaintsAboutForm(const QString &path, const QString &text)
{
    QStringList complaints;
    const auto lines = text.count('\n');
    if (lines > kMaxLines)
        complaints << QString("%1 has %2 lines, more than %3: a file does one thing, find the second one")
                          .arg(path)
                          .arg(lines)
                          .arg(kMaxLines);
    if (!text.startsWith("// SPDX-License-Identifier: Apache-2.0\n"))
        complaints << QString("%1 does not begin with its SPDX line").arg(path);
    if (path.endsWith(".h") && !text.contains("\n#pragma once\n"))
        complaints << QString("%1 lacks #pragma once").arg(path);
    static const QRegularExpression vague("(utils?|common|manager|helpers?)\\.(h|cpp)$",
                                          QRegularExpression::CaseInsensitiveOption);
    if (vague.match(path).hasMatch())
        complaints << QString("%1 is named after nothing in particular").arg(path);
    return complaints;
}

using Check = QStringList (*)(const QString &path, const QString &text);

/// The complaints of a check about all sources of app, core and ui; how many it read goes to COUNT.
QStringList complaintsAboutSources(Check check, int *count)
{
    const QDir root(QStringLiteral(ANDON_SOURCE_DIR));
    QStringList complaints;
    *count = 0;
    for (const char *folder : {"app", "core", "ui"}) {
        QDirIterator files(root.filePath(folder), {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!file.open(QIODevice::ReadOnly)) {
                complaints << QString("%1 cannot be read").arg(file.fileName());
                continue;
            }
            ++*count;
            complaints << check(root.relativeFilePath(file.fileName()), QString::fromUtf8(file.readAll()));
        }
    }
    return complaints;
}

} // namespace

class TestArchitecture : public QObject
{
    Q_OBJECT

private slots:
    void checkerFindsWhatIsWrong_data();
    void checkerFindsWhatIsWrong();
    void qtHeadersAreKnown();
    void includesFollowTheArrows();
    void filesKeepTheirForm();
};

void TestArchitecture::checkerFindsWhatIsWrong_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("include");
    QTest::addColumn<bool>("isAllowed");

    QTest::newRow("down one storey") << "core/gate/Gate.h"
                                     << "\"core/storage/Database.h\"" << true;
    QTest::newRow("own room") << "core/audit/seal/Sealer.cpp"
                              << "\"core/audit/AuditEvent.h\"" << true;
    QTest::newRow("shared words") << "core/storage/Database.h"
                                  << "\"core/Error.h\"" << true;
    QTest::newRow("window asks station") << "ui/audit/AuditView.cpp"
                                         << "\"core/station/Station.h\"" << true;
    QTest::newRow("window knows a value") << "ui/audit/AuditView.cpp"
                                          << "\"core/audit/AuditEvent.h\"" << true;
    QTest::newRow("app knows ui") << "app/panel/main.cpp"
                                  << "\"ui/MainWindow.h\"" << true;

    QTest::newRow("a reader knows filters") << "core/audit/read/AuditReader.h"
                                            << "\"core/audit/filter/AuditFilter.h\"" << true;
    QTest::newRow("the view knows its parts") << "ui/audit/AuditView.cpp"
                                              << "\"ui/audit/story/StoryView.h\"" << true;

    QTest::newRow("a filter knows readers") << "core/audit/filter/AuditFilter.h"
                                            << "\"core/audit/read/AuditReader.h\"" << false;
    QTest::newRow("an event knows exports") << "core/audit/AuditEvent.h"
                                            << "\"core/audit/export/AuditExport.h\"" << false;
    QTest::newRow("a part of the view knows another") << "ui/audit/story/StoryView.h"
                                                      << "\"ui/audit/list/AuditList.h\"" << false;
    QTest::newRow("up one storey") << "core/storage/Schema.cpp"
                                   << "\"core/gate/Gate.h\"" << false;
    QTest::newRow("gate knows actions") << "core/gate/Gate.cpp"
                                        << "\"core/actions/ActionStore.h\"" << false;
    QTest::newRow("guard knows safety") << "core/guard/AgentSession.h"
                                        << "\"core/safety/StopReceipt.h\"" << true;
    QTest::newRow("safety knows guard") << "core/safety/SafetyController.cpp"
                                        << "\"core/guard/GuardedProcess.h\"" << false;
    QTest::newRow("the helper with Qt") << "app/guard/main.cpp"
                                        << "<QTcpSocket>" << false;
    QTest::newRow("top of core knows a room") << "core/Types.h"
                                              << "\"core/gate/Permit.h\"" << false;
    QTest::newRow("core knows ui") << "core/station/Station.cpp"
                                   << "\"ui/MainWindow.h\"" << false;
    QTest::newRow("ui knows app") << "ui/MainWindow.cpp"
                                  << "\"app/panel/Tray.h\"" << false;
    QTest::newRow("ui knows storage") << "ui/audit/AuditView.cpp"
                                      << "\"core/storage/Database.h\"" << false;
    QTest::newRow("ui knows a controller") << "ui/MainWindow.cpp"
                                           << "\"core/safety/SafetyController.h\"" << false;
    QTest::newRow("andonctl knows ui") << "app/ctl/Kill.cpp"
                                       << "\"ui/MainWindow.h\"" << false;
    QTest::newRow("product knows tests") << "core/gate/Gate.cpp"
                                         << "\"tests/support/Clock.h\"" << false;
    QTest::newRow("relative path") << "core/gate/Gate.cpp"
                                   << "\"../storage/Database.h\"" << false;
    QTest::newRow("unknown room") << "core/misc/Thing.cpp"
                                  << "\"core/Types.h\"" << false;
    QTest::newRow("core uses Widgets") << "core/station/Station.h"
                                       << "<QWidget>" << false;
    QTest::newRow("core uses Gui by module") << "core/station/Station.h"
                                             << "<QtGui/QColor>" << false;
    QTest::newRow("ui uses Sql") << "ui/audit/list/AuditTableModel.cpp"
                                 << "<QSqlQuery>" << false;
    QTest::newRow("indented and spaced") << "ui/MainWindow.cpp"
                                         << "  <QtSql/QSqlQuery>" << false;
}

void TestArchitecture::checkerFindsWhatIsWrong()
{
    QFETCH(QString, path);
    QFETCH(QString, include);
    QFETCH(bool, isAllowed);
    const QString text = "// SPDX-License-Identifier: Apache-2.0\n#include <vector>\n  # include " + include + "\n";
    QCOMPARE(complaintsAboutIncludes(path, text).size(), isAllowed ? 0 : 1);
}

void TestArchitecture::qtHeadersAreKnown()
{
    QVERIFY(headersOf("QtGui").contains("QColor"));
    QVERIFY(headersOf("QtWidgets").contains("QWidget"));
    QVERIFY(headersOf("QtSql").contains("QSqlQuery"));
}

void TestArchitecture::includesFollowTheArrows()
{
    int count = 0;
    const QStringList complaints = complaintsAboutSources(complaintsAboutIncludes, &count);
    QVERIFY(count > 0);
    QVERIFY2(complaints.isEmpty(), qPrintable('\n' + complaints.join('\n')));
}

void TestArchitecture::filesKeepTheirForm()
{
    QVERIFY(!complaintsAboutForm("core/a/B.h", "#pragma once\n").isEmpty());
    QVERIFY(!complaintsAboutForm("core/a/StringUtils.cpp", "// SPDX-License-Identifier: Apache-2.0\n").isEmpty());
    QVERIFY(!complaintsAboutForm("core/a/B.cpp", "// SPDX-License-Identifier: Apache-2.0\n" + QString(451, '\n'))
                 .isEmpty());

    int count = 0;
    const QStringList complaints = complaintsAboutSources(complaintsAboutForm, &count);
    QVERIFY(count > 0);
    QVERIFY2(complaints.isEmpty(), qPrintable('\n' + complaints.join('\n')));
}

QTEST_GUILESS_MAIN(TestArchitecture)
#include "tst_architecture.moc"
