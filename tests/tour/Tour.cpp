// SPDX-License-Identifier: Apache-2.0
#include "tests/tour/Tour.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

#include <algorithm>
#include <cstdio>

using namespace andon;

namespace {

using Shown = SafetyStatus::Display;

QString milliseconds(qint64 nanoseconds)
{
    return QStringLiteral("%1 ms").arg(static_cast<double>(nanoseconds) / 1e6, 0, 'f', 1);
}

QString microseconds(const std::optional<qint64> &value)
{
    return value ? QStringLiteral("%1 ms").arg(static_cast<double>(*value) / 1e3, 0, 'f', 2) : QStringLiteral("?");
}

} // namespace

Tour::Tour(QString folder, QString andonctl)
    : m_folder(std::move(folder))
    , m_andonctl(std::move(andonctl))
    , m_database(m_folder + QStringLiteral("/demo/andon.db"))
{
}

Tour::~Tour()
{
    for (QProcess *process : {&m_agent, &m_guarded}) {
        if (process->state() == QProcess::NotRunning)
            continue;
        process->terminate();
        if (!process->waitForFinished(5000))
            process->kill();
        process->waitForFinished(5000);
    }
}

bool Tour::run()
{
    prepare();
    observe();
    arm();
    watchExecution();
    runUnderGuard();
    stop();
    tryToStartAfterwards();
    reset();
    verify();
    std::printf("\n%s\nPictures and the demo database: %s\n",
                m_isAllKept ? "Every step did what it promises." : "A step did NOT do what it promises: see above.",
                qPrintable(QDir::toNativeSeparators(m_folder)));
    return m_isAllKept;
}

void Tour::prepare()
{
    QDir(m_folder + QStringLiteral("/demo")).removeRecursively();
    QDir().mkpath(m_folder + QStringLiteral("/demo"));
    std::printf("Andon, off screen: a real window, a real agent in another process, a real database.\n\n");

    // Another log each time, and none that the user has signed.
    qputenv("ANDON_KEYS", QFile::encodeName(m_folder + QStringLiteral("/demo/keys")));
    Station::Options options;
    options.database = m_database;
    m_station = std::make_unique<Station>(options);
    m_window = std::make_unique<MainWindow>(m_station.get());
    m_window->resize(1280, 800);
    m_window->show();
    m_station->open();
    const bool isOpen = waitUntil([this] { return m_station->hasLooked(); });
    step(QStringLiteral("open a new database"), isOpen && m_station->status().display() == Shown::Observe,
         shownState());

    m_agent.setProcessChannelMode(QProcess::MergedChannels);
    m_agent.start(m_andonctl,
                  {QStringLiteral("--database"), m_database, QStringLiteral("simulate"), QStringLiteral("--rate"),
                   QStringLiteral("8"), QStringLiteral("--seed"), QStringLiteral("7")});
    step(QStringLiteral("start the agent"), m_agent.waitForStarted(5000), QStringLiteral("andonctl simulate --rate 8"));
}

void Tour::observe()
{
    const bool isProposing = waitUntil([this] { return m_station->status().pending >= 5; });
    step(QStringLiteral("observe: the agent proposes, nothing runs"),
         isProposing && m_station->status().executing == 0 && gateStatus() == 3,
         QStringLiteral("%1 pending, gate exits %2").arg(m_station->status().pending).arg(gateStatus()));
    picture(QStringLiteral("observe"));
}

void Tour::arm()
{
    click(QStringLiteral("executeButton"));
    type(QStringLiteral("modeReasonEdit"), QStringLiteral("the tour"));
    picture(QStringLiteral("arming"));
    QElapsedTimer timer;
    timer.start();
    click(QStringLiteral("enableExecutionButton"));
    const bool isArmed = waitUntil([this] { return m_station->status().display() == Shown::Execute; });
    const qint64 elapsed = timer.nsecsElapsed();
    step(
        QStringLiteral("arm: enable execution, with a reason"), isArmed && gateStatus() == 0,
        QStringLiteral("%1, shown after %2, gate exits %3").arg(shownState(), milliseconds(elapsed)).arg(gateStatus()));
}

void Tour::watchExecution()
{
    const bool isRunning = waitUntil([this] { return m_station->status().executing >= 2; });
    const auto completed = [this] {
        return ctl({QStringLiteral("log"), QStringLiteral("type:completed"), QStringLiteral("--format"),
                    QStringLiteral("jsonl")})
            .count('\n');
    };
    const bool isDone = waitUntil([&completed] { return completed() >= 1; }, 20'000);
    const bool hasPending = waitUntil([this] { return m_station->status().executing >= 1; });
    step(QStringLiteral("watch: actions are executed"), isRunning && isDone && hasPending,
         QStringLiteral("%1 running, %2 completed").arg(m_station->status().executing).arg(completed()));
    picture(QStringLiteral("execute"));
}

void Tour::runUnderGuard()
{
    m_guarded.setProcessChannelMode(QProcess::MergedChannels);
    m_guarded.start(m_andonctl,
                    {QStringLiteral("--database"), m_database, QStringLiteral("run"), QStringLiteral("--action"),
                     QStringLiteral("rebalance_regions"), QStringLiteral("--agent-id"), QStringLiteral("agent-9"),
                     QStringLiteral("--reason"), QStringLiteral("store 4 is hot"), QStringLiteral("--"),
                     QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("sleep 600 & sleep 600 & wait")});
    const auto guarded = [this] {
        const QJsonArray actions = QJsonDocument::fromJson(ctl({QStringLiteral("actions"), QStringLiteral("--status"),
                                                                QStringLiteral("executing"), QStringLiteral("--json")}))
                                       .object()
                                       .value(u"actions")
                                       .toArray();
        return std::count_if(actions.begin(), actions.end(), [](const QJsonValue &action) {
            return action.toObject().value(u"guard_pid").toInteger() > 0;
        });
    };
    const bool isGuarded = waitUntil([&guarded] { return guarded() > 0; });
    waitUntil([this] { return m_station->status().executing >= 2; }); // and one of the agent's own beside it
    step(QStringLiteral("run a command under guard"), isGuarded, QStringLiteral("andonctl run … -- sh -c …"));
}

void Tour::stop()
{
    auto *button = m_window->findChild<QWidget *>(QStringLiteral("killSwitchButton"));
    QElapsedTimer timer;
    timer.start();
    if (button)
        QTest::mousePress(button, Qt::LeftButton); // the press, not the release
    const bool isStopped = waitUntil([this] { return m_station->status().display() == Shown::Stopped; });
    const qint64 elapsed = timer.nsecsElapsed();
    if (button)
        QTest::mouseRelease(button, Qt::LeftButton);
    const bool isCompleted = waitUntil(
        [this] { return m_station->receipt() && m_station->receipt()->stage == StopReceipt::Stage::Completed; });
    const StopReceipt receipt = m_station->receipt().value_or(StopReceipt());
    step(QStringLiteral("stop: one press"), button && isStopped && isCompleted && receipt.permitRevokedUs,
         QStringLiteral("permit gone after %1, gate recorded after %2, %3 cancelled after %4, shown after %5")
             .arg(microseconds(receipt.permitRevokedUs), microseconds(receipt.committedUs))
             .arg(receipt.cancelledCount)
             .arg(microseconds(receipt.completedUs), milliseconds(elapsed)));
    const bool isConfirmed = waitUntil(
        [this] { return m_station->receipt()->expected() > 0 && m_station->receipt()->isAnswered(); });
    const StopReceipt answered = *m_station->receipt();
    const bool isCommandOver = waitUntil([this] { return m_guarded.state() == QProcess::NotRunning; });
    step(QStringLiteral("       what ran under guard is dead, and says so"),
         isConfirmed && isCommandOver && answered.confirmed() == answered.expected() && m_guarded.exitCode() == 4,
         QStringLiteral("confirmed by %1 of %2, its run exits %3")
             .arg(answered.confirmed())
             .arg(answered.expected())
             .arg(m_guarded.exitCode()));
    step(QStringLiteral("       what was running without one is told"), receipt.running > 1,
         QStringLiteral("%1 running at the gate").arg(receipt.running));
    picture(QStringLiteral("stopped"));
}

void Tour::tryToStartAfterwards()
{
    const auto executing = [this] {
        return ctl({QStringLiteral("log"), QStringLiteral("type:executing"), QStringLiteral("--limit"),
                    QStringLiteral("0"), QStringLiteral("--format"), QStringLiteral("jsonl")})
            .count('\n');
    };
    const qsizetype before = executing();
    QTest::qWait(1500); // the agent goes on trying
    const qsizetype after = executing();
    step(QStringLiteral("after the stop nothing starts"), before == after && gateStatus() == 4,
         QStringLiteral("%1 executions before and %2 after, gate exits %3").arg(before).arg(after).arg(gateStatus()));
}

void Tour::reset()
{
    click(QStringLiteral("resetButton"));
    type(QStringLiteral("resetReasonEdit"), QStringLiteral("the tour has seen it"));
    picture(QStringLiteral("resetting"));
    click(QStringLiteral("confirmResetButton"));
    const bool isReset = waitUntil([this] { return m_station->status().display() == Shown::Observe; });
    step(QStringLiteral("reset: back to observe, not to execute"), isReset && gateStatus() == 3,
         QStringLiteral("%1, gate exits %2").arg(shownState()).arg(gateStatus()));
    picture(QStringLiteral("reset"));
}

void Tour::verify()
{
    auto *action = m_window->findChild<QAction *>(QStringLiteral("verifyAction"));
    const auto *headline = m_window->findChild<QLabel *>(QStringLiteral("verificationHeadline"));
    if (action == nullptr || headline == nullptr) {
        step(QStringLiteral("verify the log"), false, QStringLiteral("not to be found"));
        return;
    }
    // The stop has signed a checkpoint.
    const bool isSigned = waitUntil([this] { return m_station->sealStatus().checkpoint.has_value(); });
    QElapsedTimer timer;
    timer.start();
    action->trigger();
    const bool isVerified = waitUntil(
        [headline] { return headline->text().startsWith(QStringLiteral("Verified to")); });
    step(QStringLiteral("verify: the log against seals and signatures"), isSigned && isVerified,
         QStringLiteral("%1, shown after %2")
             .arg(headline->text().simplified().left(60), milliseconds(timer.nsecsElapsed())));
    picture(QStringLiteral("verified"));
}

void Tour::step(const QString &what, bool isKept, const QString &measured)
{
    m_isAllKept = m_isAllKept && isKept;
    std::printf("  %-6s %-46s %s\n", isKept ? "ok" : "FAILED", qPrintable(what), qPrintable(measured));
    std::fflush(stdout);
}

void Tour::picture(const QString &name)
{
    QTest::qWait(300); // what was told is painted
    const QString file = QStringLiteral("%1/%2-%3.png").arg(m_folder).arg(++m_pictureNumber).arg(name);
    if (!m_window->grab().save(file))
        step(QStringLiteral("save a picture"), false, file);
}

bool Tour::waitUntil(const std::function<bool()> &condition, int milliseconds)
{
    return QTest::qWaitFor(condition, milliseconds);
}

void Tour::click(const QString &objectName)
{
    auto *button = m_window->findChild<QAbstractButton *>(objectName);
    const bool isThere = button && waitUntil([button] { return button->isVisible() && button->isEnabled(); });
    if (!isThere) {
        step(QStringLiteral("click ") + objectName, false, QStringLiteral("not to be clicked"));
        return;
    }
    QTest::mouseClick(button, Qt::LeftButton);
}

void Tour::type(const QString &objectName, const QString &text)
{
    auto *edit = m_window->findChild<QLineEdit *>(objectName);
    if (edit && waitUntil([edit] { return edit->isVisible(); }))
        QTest::keyClicks(edit, text);
    else
        step(QStringLiteral("type into ") + objectName, false, QStringLiteral("not there"));
}

QString Tour::shownState() const
{
    const auto *banner = m_window->findChild<QWidget *>(QStringLiteral("stateBanner"));
    return banner ? banner->accessibleName() : QStringLiteral("no banner");
}

int Tour::gateStatus() const
{
    QProcess gate;
    gate.start(m_andonctl, {QStringLiteral("--database"), m_database, QStringLiteral("gate")});
    return gate.waitForFinished(10'000) ? gate.exitCode() : -1;
}

QByteArray Tour::ctl(const QStringList &arguments) const
{
    QProcess process;
    process.start(m_andonctl, QStringList{QStringLiteral("--database"), m_database} + arguments);
    process.waitForFinished(10'000);
    return process.readAllStandardOutput();
}
