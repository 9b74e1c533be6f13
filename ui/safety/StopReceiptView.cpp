// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/StopReceiptView.h"

#include "ui/AlarmStrip.h"
#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/safety/ReceiptRow.h"
#include "ui/safety/ShownScope.h"
#include "ui/safety/ShownState.h"
#include "ui/safety/ShownTarget.h"
#include "ui/safety/StopHookList.h"
#include "ui/safety/StopTargetList.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QLocale>

#include <algorithm>

namespace andon {

namespace {

using Stage = StopReceipt::Stage;

constexpr std::chrono::milliseconds kTick{100};
constexpr qsizetype kLongestTarget = 28;

QLabel *newLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long word must not widen the column
    policy.setHeightForWidth(true);
    label->setSizePolicy(policy);
    return label;
}

qint64 actionsIn(const QList<StopTarget> &targets)
{
    return std::count_if(targets.begin(), targets.end(),
                         [](const StopTarget &target) { return target.proposal.isValid(); });
}

/// When the last answer came, where all have come.
QString lastAnswer(const StopReceipt &receipt)
{
    std::optional<qint64> latest;
    for (const StopTarget &target : receipt.targets) {
        if (target.isGuarded && target.afterMs)
            latest = qMax(latest.value_or(0), *target.afterMs);
    }
    return latest ? EventText::duration(*latest) : QString();
}

} // namespace

StopReceiptView::StopReceiptView(QWidget *parent, const Clock &clock)
    : QWidget(parent)
    , m_clock(clock)
    , m_deadline(SafetyStatus().stopDeadline)
    , m_alarm(new AlarmStrip(QStringLiteral("stopAlarm"), this))
    , m_title(newLabel(this))
    , m_origin(newLabel(this))
    , m_permit(new ReceiptRow(this))
    , m_gate(new ReceiptRow(this))
    , m_sweep(new ReceiptRow(this))
    , m_confirmed(new ReceiptRow(this))
    , m_targets(new StopTargetList(this))
    , m_hooks(new StopHookList(this))
    , m_trouble(newLabel(this))
{
    setObjectName(QStringLiteral("receiptView"));
    setAccessibleName(tr("Last stop"));
    build();
    applyTheme();
    m_ticker.setInterval(kTick);
    connect(&m_ticker, &QTimer::timeout, this, &StopReceiptView::showElapsed);
    connect(m_alarm, &AlarmStrip::raised, this, &StopReceiptView::alarmRaised);
}

void StopReceiptView::build()
{
    m_confirmed->setObjectName(QStringLiteral("receiptConfirmed"));
    m_title->setObjectName(QStringLiteral("receiptTitle"));
    m_title->setText(tr("No stop has been pressed yet."));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::kGrid / 2);
    column->addWidget(m_alarm);
    column->addSpacing(Theme::kGrid / 2);
    column->addWidget(m_title);
    column->addWidget(m_origin);
    for (ReceiptRow *step : {m_permit, m_gate, m_sweep, m_confirmed}) {
        column->addWidget(step);
        step->hide();
    }
    column->addWidget(m_trouble);
    column->addSpacing(Theme::kGrid / 2);
    column->addWidget(m_targets);
    column->addWidget(m_hooks);
    m_origin->hide();
    m_trouble->hide();
}

void StopReceiptView::setReceipt(const StopReceipt &receipt)
{
    if (m_receipt.requestUid != receipt.requestUid || !m_sinceSeen.isValid()) {
        m_sinceSeen.restart();
        m_isStanding = true;
    }
    m_receipt = receipt;
    m_title->setText(title(receipt));
    m_origin->setText(tr("%1 by %2").arg(shownMoment(receipt.requestedAt), receipt.by));
    m_origin->setVisible(receipt.requestedAt.isValid());
    showSteps();
    const bool isTroubled = !receipt.trouble.isEmpty() && receipt.stage != Stage::Withdrawn;
    m_trouble->setText(receipt.trouble);
    m_trouble->setVisible(isTroubled);
    const bool isRecorded = receipt.stopId.isValid();
    const qint64 unlisted = isRecorded && !receipt.targets.isEmpty()
        ? qMax<qint64>(0, receipt.running - actionsIn(receipt.targets))
        : 0;
    m_targets->setTargets(receipt.targets, unlisted, elapsed(), m_deadline);
    m_hooks->setHooks(receipt.hooks);
    setToolTip(summary(receipt));
    showElapsed();
    describe();
}

void StopReceiptView::setDeadline(std::chrono::milliseconds deadline)
{
    if (m_deadline == deadline)
        return;
    m_deadline = deadline;
    showElapsed();
}

void StopReceiptView::setStanding(bool isStanding)
{
    if (m_isStanding == isStanding)
        return;
    m_isStanding = isStanding;
    showElapsed();
}

QString StopReceiptView::alarm() const
{
    return m_alarm->sentence();
}

void StopReceiptView::showSteps()
{
    if (m_receipt.stage == Stage::Withdrawn) {
        for (ReceiptRow *step : {m_permit, m_gate, m_sweep})
            step->hide();
        return;
    }
    const bool isCommitted = m_receipt.stopId.isValid();
    const bool isCompleted = m_receipt.stage == Stage::Completed;
    const auto show = [](ReceiptRow *step, bool isReached, const QString &text, const std::optional<qint64> &us) {
        step->show(isReached ? Outcome::Done : Outcome::Open, text, us ? duration(*us) : QString());
        step->setVisible(true);
    };
    // Once it is recorded the permit is gone, also where another program carried the stop out, unmeasured.
    if (!m_receipt.isDelivered && !isCommitted) {
        show(m_permit, m_receipt.isFiled, m_receipt.isFiled ? tr("kept on this machine") : tr("not kept here yet"),
             std::nullopt);
        show(m_gate, false, tr("not delivered to the server"), std::nullopt);
        m_sweep->hide();
        return;
    }
    if (m_receipt.scope.isHold())
        show(m_permit, isCommitted || m_receipt.trouble.isEmpty(), tr("requested"), std::nullopt);
    else
        show(m_permit, m_receipt.permitRevokedUs || isCommitted, tr("permit taken away"), m_receipt.permitRevokedUs);
    const QString what = m_receipt.scope.isHold() ? tr("hold") : tr("gate");
    show(m_gate, isCommitted, (isCommitted ? tr("%1 recorded") : tr("%1 not recorded yet")).arg(what),
         m_receipt.committedUs);
    const QString cancelled = tr("%1 cancelled").arg(QLocale().toString(m_receipt.cancelledCount));
    show(m_sweep, isCompleted, isCompleted ? tr("%1, done").arg(cancelled) : tr("%1 so far").arg(cancelled),
         m_receipt.completedUs);
}

/// The last step: whether what ran has stopped.
void StopReceiptView::showConfirmed()
{
    const QLocale locale;
    const qint64 expected = m_receipt.expected();
    const qint64 confirmed = m_receipt.confirmed();
    const qint64 unguarded = std::count_if(
        m_receipt.targets.cbegin(), m_receipt.targets.cend(),
        [](const StopTarget &target) { return !target.isGuarded && !target.isSettled(); });
    m_confirmed->setVisible(m_receipt.stopId.isValid());
    if (expected == 0 && m_receipt.targets.isEmpty()) {
        // Another version's stop, or the answers have not been read yet.
        if (m_receipt.running == 0)
            m_confirmed->show(Outcome::Done, tr("nothing was running"), {});
        else
            m_confirmed->show(m_receipt.stopped >= m_receipt.running ? Outcome::Done : Outcome::Open,
                              tr("%1 of %2 running have ended")
                                  .arg(locale.toString(m_receipt.stopped), locale.toString(m_receipt.running)),
                              {});
        return;
    }
    if (expected == 0) {
        m_confirmed->show(unguarded == 0 ? Outcome::Done : Outcome::OutOfHand,
                          unguarded == 0 ? tr("what was running has ended") : tr("no guard to confirm it"), {});
        return;
    }
    const bool isAnyGone = std::any_of(
        m_receipt.targets.cbegin(), m_receipt.targets.cend(),
        [](const StopTarget &target) { return target.isGuarded && target.outcome == StopTarget::Outcome::Gone; });
    const bool isAlarming = !ShownTarget::alarm(m_receipt.targets, elapsed(), m_deadline).isEmpty();
    const bool isConfirmed = confirmed == expected;
    const Outcome outcome = isAlarming  ? Outcome::Failed
        : isAwaiting()                  ? Outcome::Open
        : isAnyGone                     ? Outcome::Vanished
        : unguarded > 0 || !isConfirmed ? Outcome::OutOfHand
                                        : Outcome::Done;
    const QString text = tr("confirmed by %1 of %2").arg(locale.toString(confirmed), locale.toString(expected));
    m_confirmed->show(outcome, unguarded == 0 ? text : tr("%1, %2 not guarded").arg(text, locale.toString(unguarded)),
                      isConfirmed && unguarded == 0 ? lastAnswer(m_receipt) : QString());
}

std::chrono::milliseconds StopReceiptView::elapsed() const
{
    const qint64 byClock = m_receipt.requestedAt.isValid() ? m_receipt.requestedAt.msecsTo(m_clock.now()) : 0;
    return std::chrono::milliseconds(qMax(byClock, m_sinceSeen.isValid() ? m_sinceSeen.elapsed() : 0));
}

bool StopReceiptView::isAwaiting() const
{
    return std::any_of(m_receipt.targets.cbegin(), m_receipt.targets.cend(), [](const StopTarget &target) {
        return target.isGuarded && target.outcome == StopTarget::Outcome::Awaited;
    });
}

void StopReceiptView::showElapsed()
{
    const std::chrono::milliseconds now = elapsed();
    m_targets->refresh(now, m_deadline);
    showConfirmed();
    const QString before = m_alarm->sentence();
    m_alarm->setSentence(m_isStanding ? ShownTarget::alarm(m_receipt.targets, now, m_deadline) : QString());
    if (m_alarm->sentence() != before)
        describe();
    // After the deadline nothing on the receipt moves until an answer comes.
    if (isAwaiting() && now < m_deadline)
        m_ticker.start();
    else
        m_ticker.stop();
}

void StopReceiptView::describe()
{
    QStringList parts{m_title->text() + QStringLiteral(": ") + summary(m_receipt)};
    for (const QString &more : {m_alarm->sentence(), m_trouble->isHidden() ? QString() : m_receipt.trouble}) {
        if (!more.isEmpty())
            parts << more;
    }
    setAccessibleDescription(parts.join(QStringLiteral(". ")));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

QString StopReceiptView::title(const StopReceipt &receipt)
{
    if (receipt.stage == Stage::Withdrawn)
        return receipt.scope.isHold() ? tr("Hold, withdrawn before it was delivered")
                                      : tr("Stop, withdrawn before it was delivered");
    if (!receipt.isDelivered)
        return receipt.scope.isHold() ? tr("Hold of %1, not delivered").arg(shownScope(receipt.scope, kLongestTarget))
                                      : tr("Stop, not delivered");
    const bool isRecorded = receipt.stopId.isValid();
    if (!receipt.scope.isHold())
        return isRecorded ? tr("Stop %1").arg(receipt.stopId.toString()) : tr("Stop, not yet recorded");
    const QString what = shownScope(receipt.scope, kLongestTarget);
    return isRecorded ? tr("Stop %1: %2 held").arg(receipt.stopId.toString(), what)
                      : tr("Hold of %1, not yet recorded").arg(what);
}

QString StopReceiptView::summary(const StopReceipt &receipt)
{
    const QLocale locale;
    QStringList parts;
    if (receipt.permitRevokedUs)
        parts << tr("permit %1").arg(duration(*receipt.permitRevokedUs));
    if (receipt.committedUs)
        parts << (receipt.scope.isHold() ? tr("hold %1") : tr("gate %1")).arg(duration(*receipt.committedUs));
    else if (receipt.stage == Stage::Requested)
        parts << (receipt.isDelivered ? tr("not yet recorded") : tr("not delivered to the server"));
    if (receipt.stage == Stage::Completed) {
        parts << (receipt.completedUs
                      ? tr("%1 cancelled, done %2")
                            .arg(locale.toString(receipt.cancelledCount), duration(*receipt.completedUs))
                      : tr("%1 cancelled, done").arg(locale.toString(receipt.cancelledCount)));
    }
    if (receipt.expected() > 0)
        parts
            << tr("%1 of %2 confirmed").arg(locale.toString(receipt.confirmed()), locale.toString(receipt.expected()));
    return parts.join(QStringLiteral(" · "));
}

QString StopReceiptView::duration(qint64 microseconds)
{
    const QLocale locale;
    const double ms = static_cast<double>(microseconds) / 1000.0;
    if (ms < 9.95)
        return tr("%1 ms").arg(locale.toString(ms, 'f', 1));
    if (ms < 9999.5)
        return tr("%1 ms").arg(locale.toString(ms, 'f', 0));
    return tr("%1 s").arg(locale.toString(ms / 1000.0, 'f', 1));
}

void StopReceiptView::applyTheme()
{
    m_title->setFont(Theme::boldFont(font()));
    const QFont small = Theme::smallFont(font());
    m_origin->setFont(small);
    m_trouble->setFont(Theme::boldFont(small));
}

void StopReceiptView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

} // namespace andon
