// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/StopTargetList.h"

#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/safety/ReceiptRow.h"

#include <QBoxLayout>
#include <QLabel>
#include <QLocale>

#include <algorithm>
#include <numeric>
#include <utility>

namespace andon {

namespace {

/// The lower, the more it matters that it shows.
int rank(const StopTarget &target, std::chrono::milliseconds elapsed, std::chrono::milliseconds deadline)
{
    if (ShownTarget::isAlarming(target, elapsed, deadline))
        return 0;
    if (target.outcome == StopTarget::Outcome::Gone)
        return 1;
    if (target.outcome == StopTarget::Outcome::Awaited)
        return target.isGuarded ? 2 : 1;
    return 3;
}

} // namespace

StopTargetList::StopTargetList(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
    , m_more(new QLabel(this))
{
    setObjectName(QStringLiteral("stopTargetList"));
    setAccessibleName(tr("What was running"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(Theme::kGrid);
    m_more->setObjectName(QStringLiteral("stopTargetsMore"));
    m_more->setTextFormat(Qt::PlainText);
    m_column->addWidget(m_more);
    m_more->hide();
    hide();
}

void StopTargetList::setTargets(const QList<StopTarget> &targets, qint64 unlisted, std::chrono::milliseconds elapsed,
                                std::chrono::milliseconds deadline)
{
    m_targets = targets;
    choose(elapsed, deadline);
    makeRows(m_chosen.size());
    for (int row = 0; row < m_rows.size(); ++row)
        showRow(row, elapsed, deadline);
    const qint64 rest = m_targets.size() - m_chosen.size() + unlisted;
    m_more->setText(tr("and %1 more").arg(QLocale().toString(rest)));
    m_more->setFont(Theme::smallFont(font()));
    m_more->setVisible(rest > 0);
    setVisible(!m_targets.isEmpty() || rest > 0);
}

void StopTargetList::refresh(std::chrono::milliseconds elapsed, std::chrono::milliseconds deadline)
{
    const QList<StopTarget> before = m_chosen;
    choose(elapsed, deadline);
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_chosen.at(row).outcome == StopTarget::Outcome::Awaited || m_chosen.at(row) != before.at(row))
            showRow(row, elapsed, deadline);
    }
}

/// Which ones show, in the order in which they were found: nothing moves while answers come in.
void StopTargetList::choose(std::chrono::milliseconds elapsed, std::chrono::milliseconds deadline)
{
    m_chosen = m_targets;
    if (m_targets.size() <= kMaxRows)
        return;
    QList<qsizetype> order(m_targets.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](qsizetype one, qsizetype other) {
        return rank(m_targets.at(one), elapsed, deadline) < rank(m_targets.at(other), elapsed, deadline);
    });
    order.resize(kMaxRows);
    std::sort(order.begin(), order.end());
    m_chosen.clear();
    for (const qsizetype index : std::as_const(order))
        m_chosen << m_targets.at(index);
}

void StopTargetList::makeRows(qsizetype count)
{
    m_shown.resize(count);
    while (m_rows.size() > count)
        delete m_rows.takeLast();
    while (m_rows.size() < count) {
        auto *row = new ReceiptRow(this);
        row->setObjectName(QStringLiteral("stopTarget"));
        m_column->insertWidget(static_cast<int>(m_rows.size()), row);
        m_rows << row;
    }
}

void StopTargetList::showRow(int row, std::chrono::milliseconds elapsed, std::chrono::milliseconds deadline)
{
    const ShownTarget shown = ShownTarget::of(m_chosen.at(row), elapsed, deadline);
    ReceiptRow *widget = m_rows.at(row);
    ShownTarget before = std::exchange(m_shown[row], shown);
    before.outcome = shown.outcome;
    if (before == shown && shown.mark == Outcome::Open) {
        widget->setSentence(shown.outcome);
        return;
    }
    widget->show(shown.mark, shown.name, shown.id, shown.outcome);
    widget->setStrong(shown.mark == Outcome::Failed);
    widget->setToolTip(plainTip(shown.tip));
}

} // namespace andon
