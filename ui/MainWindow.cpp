// SPDX-License-Identifier: Apache-2.0
#include "ui/MainWindow.h"

#include "core/Version.h"
#include "ui/Answer.h"
#include "ui/Counted.h"
#include "ui/MessageStrip.h"
#include "ui/Theme.h"
#include "ui/actions/PendingActionsView.h"
#include "ui/audit/AuditView.h"
#include "ui/safety/EmergencyKeys.h"
#include "ui/safety/EnableExecutionPanel.h"
#include "ui/safety/ResetDialog.h"
#include "ui/safety/SafetyPanel.h"
#include "ui/safety/WithdrawPanel.h"

#include <QBoxLayout>
#include <QCloseEvent>
#include <QIcon>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QSplitter>
#include <QTimer>

namespace andon {

namespace {

constexpr QSize kSmallest(640, 520);
constexpr QSize kAtFirst(1200, 760);

// INI on every system, so that QSettings::setPath leads all of them elsewhere.
QSettings settings()
{
    return {QSettings::IniFormat, QSettings::UserScope, QStringLiteral("Andon"), QStringLiteral("panel")};
}

} // namespace

MainWindow::MainWindow(Station *station, QWidget *parent)
    : QMainWindow(parent)
    , m_station(station)
    , m_safety(new SafetyPanel(station))
    , m_messages(new MessageStrip)
{
    const QString name = station->database().title();
    setWindowTitle(station->isReadOnly() ? tr("Andon – %1 (read only)").arg(name) : tr("Andon – %1").arg(name));
    setMinimumSize(kSmallest);
    buildFrame();
    buildMenus();
    connectSafety();
    resize(kAtFirst);
    restoreGeometry(settings().value(QStringLiteral("geometry")).toByteArray());
    m_safety->installEventFilter(this);
}

MainWindow::~MainWindow() = default;

void MainWindow::buildFrame()
{
    m_centre = new QVBoxLayout;
    m_centre->setContentsMargins(0, 0, 0, 0);
    m_centre->setSpacing(0);
    m_centre->addWidget(m_messages);

    auto *central = new QWidget(this);
    auto *row = new QHBoxLayout(central);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::kGrid);
    row->addWidget(m_safety);
    row->addLayout(m_centre, 1);
    setCentralWidget(central);
    // Not on the kill switch: whoever presses Enter out of habit must not stop the line.
    central->setFocus(Qt::OtherFocusReason);
}

void MainWindow::complete()
{
    if (m_splitter != nullptr)
        return;
    m_safety->removeEventFilter(this);
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_pending = new PendingActionsView(m_station);
    m_audit = new AuditView(m_station);
    m_splitter->setObjectName(QStringLiteral("centreSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_pending);
    m_splitter->addWidget(m_audit);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setSizes({100, 300}); // one to three, whatever the parts would ask for
    connect(m_pending, &PendingActionsView::failed, m_messages, &MessageStrip::showError);
    connect(m_pending, &PendingActionsView::storyDemanded, this, &MainWindow::showStory);
    restore();
    m_centre->addWidget(m_splitter, 1);
    buildLogMenu();

    if (focusWidget() == nullptr || focusWidget() == centralWidget()) {
        if (auto *table = m_audit->findChild<QWidget *>(QStringLiteral("auditTable")))
            table->setFocus(Qt::OtherFocusReason);
    }
    // Drawing the icon takes longer than showing the window; nobody waits for it.
    QTimer::singleShot(0, this, [this] { setWindowIcon(QIcon(QStringLiteral(":/andon/icons/andon.svg"))); });
}

void MainWindow::buildMenus()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    QAction *quit = file->addAction(tr("&Quit"), this, &QWidget::close);
    quit->setShortcut(QKeySequence::Quit);
    quit->setMenuRole(QAction::QuitRole);
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About Andon"), this, &MainWindow::showAbout)->setMenuRole(QAction::AboutRole);
}

void MainWindow::buildLogMenu()
{
    auto *log = new QMenu(tr("&Log"), this);
    log->setObjectName(QStringLiteral("logMenu"));
    log->addActions(m_audit->logActions());
    menuBar()->insertMenu(menuBar()->actions().constLast(), log);
}

void MainWindow::connectSafety()
{
    connect(m_safety, &SafetyPanel::observeDemanded, this, &MainWindow::goToObserve);
    connect(m_safety, &SafetyPanel::executeDemanded, this, &MainWindow::askToExecute);
    connect(m_safety, &SafetyPanel::resetDemanded, this, &MainWindow::askToReset);
    connect(m_safety, &SafetyPanel::holdResetDemanded, this, &MainWindow::askToResetHold);
    connect(m_safety, &SafetyPanel::withdrawDemanded, this, &MainWindow::askToWithdraw);
    connect(m_safety, &SafetyPanel::changed, this, &MainWindow::followSafety);
    connect(m_safety, &SafetyPanel::stopFailed, m_messages, &MessageStrip::showError);
    if (!m_station->isReadOnly()) {
        connect(new EmergencyKeys(this), &EmergencyKeys::stopDemanded, this,
                [this] { m_safety->stop(QStringLiteral("emergency key pressed in the panel")); });
    }
}

void MainWindow::goToObserve()
{
    // The safe direction: at once, and whatever the state has become since.
    onAnswer(
        m_station->setMode(SafetyMode::Observe, QStringLiteral("switched to observe in the panel"), false, Epoch()),
        this,
        [this](const ModeResult &result) {
            // What was done, not what is: the state may change under the message.
            if (result.cancelledCount > 0)
                m_messages->showNote(counted(result.cancelledCount,
                                             tr("1 pending action was cancelled by the change to observe."),
                                             tr("%1 pending actions were cancelled by the change to observe.")));
        },
        [this](const Failure &failure) {
            showFailure(failure, tr("The mode could not be changed to observe. Use the kill switch."));
        });
}

void MainWindow::askToExecute()
{
    if (m_enablePanel == nullptr) {
        m_enablePanel = new EnableExecutionPanel(this);
        m_centre->insertWidget(1, m_enablePanel);
        connect(m_enablePanel, &EnableExecutionPanel::confirmed, this, &MainWindow::execute);
    }
    m_messages->hide();
    m_enablePanel->openFor(m_safety->status());
}

void MainWindow::execute(const QString &reason, bool keepPending, Epoch expected)
{
    onAnswer(
        m_station->setMode(SafetyMode::Execute, reason, keepPending, expected), this,
        [this](const ModeResult &result) {
            if (result.cancelledCount > 0)
                m_messages->showNote(counted(result.cancelledCount,
                                             tr("1 pending action was cancelled when execution was enabled."),
                                             tr("%1 pending actions were cancelled when execution was enabled.")));
        },
        [this](const Failure &failure) { showFailure(failure, tr("Execution could not be enabled.")); });
}

ResetDialog *MainWindow::openedResetDialog()
{
    if (m_resetDialog == nullptr) {
        m_resetDialog = new ResetDialog(this);
        m_centre->insertWidget(1, m_resetDialog);
        connect(m_resetDialog, &ResetDialog::confirmed, this, &MainWindow::reset);
    }
    m_messages->hide();
    return m_resetDialog;
}

void MainWindow::askToReset()
{
    openedResetDialog()->openFor(m_safety->shown(), m_safety->status(), m_safety->receipt());
}

void MainWindow::askToResetHold(StopId stop)
{
    const QList<Hold> holds = m_safety->status().holds;
    for (const Hold &hold : holds) {
        if (hold.stopId == stop)
            openedResetDialog()->openFor(hold, m_safety->status(), m_safety->receipt());
    }
}

void MainWindow::reset(StopId stop, const QString &reason)
{
    onAnswer(
        m_station->reset(stop, reason), this,
        [this, stop] { m_messages->showNote(tr("Stop %1 was reset.").arg(stop.toString())); },
        [this, stop](const Failure &failure) {
            showFailure(failure, tr("Stop %1 could not be reset.").arg(stop.toString()));
        });
}

void MainWindow::askToWithdraw()
{
    if (!m_safety->canWithdraw())
        return;
    if (m_withdrawPanel == nullptr) {
        m_withdrawPanel = new WithdrawPanel(this);
        m_centre->insertWidget(1, m_withdrawPanel);
        connect(m_withdrawPanel, &WithdrawPanel::confirmed, this, &MainWindow::withdraw);
    }
    m_messages->hide();
    m_withdrawPanel->openFor(m_safety->receipt());
}

void MainWindow::withdraw()
{
    onAnswer(
        m_station->withdrawStops(), this,
        [this](int withdrawn) {
            if (withdrawn > 0)
                m_messages->showNote(counted(withdrawn, tr("The stop was withdrawn; no server has heard of it."),
                                             tr("%1 stops were withdrawn; no server has heard of them.")));
            else
                m_messages->showError(tr("Nothing was withdrawn: the server has the stop by now. Reset it instead."));
        },
        [this](const Failure &failure) { showFailure(failure, tr("The stop could not be withdrawn.")); });
}

void MainWindow::followSafety()
{
    if (m_withdrawPanel != nullptr && !m_withdrawPanel->follow(m_safety->canWithdraw(), m_safety->receipt()))
        m_messages->showNote(tr("The stop has been delivered meanwhile. It can be reset, not withdrawn."));
    if (m_enablePanel != nullptr && !m_enablePanel->follow(m_safety->status()))
        m_messages->showNote(tr("The safety state has changed meanwhile. Look at it and choose again."));
    if (m_resetDialog != nullptr && !m_resetDialog->follow(m_safety->shown(), m_safety->status(), m_safety->receipt()))
        m_messages->showNote(tr("Stop %1 is no longer the one that stands. Look at the state and choose again.")
                                 .arg(m_resetDialog->stopId().toString()));
}

void MainWindow::showFailure(const Failure &failure, const QString &otherwise)
{
    m_messages->showError(failure.message.isEmpty() ? otherwise : failure.message, failure.cause);
}

void MainWindow::showStory(ProposalId id)
{
    m_audit->showProposal(id);
}

void MainWindow::showAbout()
{
    auto *about = new QMessageBox(QMessageBox::NoIcon, tr("About Andon"), {}, QMessageBox::Close, this);
    about->setObjectName(QStringLiteral("aboutBox"));
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->setWindowModality(Qt::NonModal); // show(), not exec(): the kill switch stays within reach
    about->setTextFormat(Qt::PlainText);
    const QString engine = m_safety->status().engine;
    about->setText(tr("Andon %1\nA kill switch, mode gate and audit browser for autonomous agents")
                       .arg(QString::fromLatin1(kVersion)));
    about->setInformativeText(tr("Qt %1\n%2\n%3")
                                  .arg(QString::fromLatin1(qVersion()),
                                       engine.isEmpty() ? tr("Database engine not known") : engine,
                                       m_station->database().name()));
    about->show();
}

void MainWindow::raiseToFront()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::restore()
{
    const QSettings stored = settings();
    m_splitter->restoreState(stored.value(QStringLiteral("splitter")).toByteArray());
    m_audit->restoreState(stored.value(QStringLiteral("audit")).toByteArray());
    const QString filter = stored.value(QStringLiteral("filter")).toString();
    if (!filter.isEmpty())
        m_audit->setFilterText(filter);
}

void MainWindow::save() const
{
    QSettings stored = settings();
    stored.setValue(QStringLiteral("geometry"), saveGeometry());
    if (m_splitter == nullptr)
        return;
    stored.setValue(QStringLiteral("splitter"), m_splitter->saveState());
    stored.setValue(QStringLiteral("audit"), m_audit->saveState());
    stored.setValue(QStringLiteral("filter"), m_audit->filterText());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    save();
    QMainWindow::closeEvent(event);
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    // Where nothing is painted, as for a window that starts minimized.
    constexpr int kAtLastMs = 500;
    QTimer::singleShot(kAtLastMs, this, &MainWindow::complete);
}

bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_safety && event->type() == QEvent::Paint) {
        m_safety->removeEventFilter(this);
        QTimer::singleShot(0, this, &MainWindow::complete);
    }
    return QMainWindow::eventFilter(watched, event);
}

} // namespace andon
