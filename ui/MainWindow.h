// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"

#include <QMainWindow>

class QSplitter;
class QVBoxLayout;

namespace andon {

class AuditView;
class EnableExecutionPanel;
class MessageStrip;
class PendingActionsView;
class ResetDialog;
class SafetyPanel;
class WithdrawPanel;
struct Failure;

/// The window: safety on the left, actions and the audit log in the centre.
///
/// Nothing in it is ever modal, so that the kill switch can always be pressed. It remembers its
/// geometry, its splitter and the filter.
///
/// The kill switch is there first: the centre is built once the window has been painted.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// `station` must outlive the window. It may be opened before or after.
    explicit MainWindow(Station *station, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Builds the centre where it is not there yet. The window does so by itself after it was painted.
    void complete();

public slots:
    /// Brings the window before the others, also from the task bar.
    void raiseToFront();

protected:
    void closeEvent(QCloseEvent *event) override;
    void showEvent(QShowEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildMenus();
    void buildLogMenu();
    void buildFrame();
    void connectSafety();
    void restore();
    void save() const;

    void goToObserve();
    void askToExecute();
    void execute(const QString &reason, bool keepPending, Epoch expected);
    void askToReset();
    void askToResetHold(StopId stop);
    ResetDialog *openedResetDialog();
    void reset(StopId stop, const QString &reason);
    void askToWithdraw();
    void withdraw();
    void followSafety();
    void showFailure(const Failure &failure, const QString &otherwise);
    void showAbout();
    void showStory(ProposalId id);

    Station *m_station;
    SafetyPanel *m_safety;
    MessageStrip *m_messages;
    QVBoxLayout *m_centre = nullptr;
    QSplitter *m_splitter = nullptr; // these three: after the first painting
    PendingActionsView *m_pending = nullptr;
    AuditView *m_audit = nullptr;
    EnableExecutionPanel *m_enablePanel = nullptr; // made when first asked for
    ResetDialog *m_resetDialog = nullptr;          // made when first asked for
    WithdrawPanel *m_withdrawPanel = nullptr;      // made when first asked for
};

} // namespace andon
