// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/FilterChips.h"

#include "core/audit/AuditEvent.h"
#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/filter/FilterChipLayout.h"
#include "ui/audit/filter/FilterText.h"

#include <QToolButton>

namespace andon {

namespace {

using Field = AuditFilter::Term::Field;

bool isTime(Field field)
{
    return field == Field::Since;
}

} // namespace

FilterChips::FilterChips(AuditFilterBar *bar, QWidget *parent)
    : QWidget(parent)
    , m_bar(bar)
{
    setObjectName(QStringLiteral("filterChips"));
    setAccessibleName(tr("Common filters"));
    new FilterChipLayout(this);
    add(QStringLiteral("Failed"), tr("Failed"), Field::Type, EventType::kFailed, tr("Actions that failed"));
    add(QStringLiteral("Cancelled"), tr("Cancelled"), Field::Type, EventType::kCancelled,
        tr("Actions that were cancelled"));
    add(QStringLiteral("Stops"), tr("Stops"), Field::Type, EventType::kKillSwitch, tr("Uses of the kill switch"));
    add(QStringLiteral("Modes"), tr("Mode changes"), Field::Type, EventType::kModeChange,
        tr("Changes between observing and executing"));
    add(QStringLiteral("People"), tr("By people"), Field::Actor, Actor::kUser, tr("What people caused"));
    add(QStringLiteral("Hour"), tr("Last hour"), Field::Since, QStringLiteral("1h"), tr("Since an hour ago"));
    add(QStringLiteral("Day"), tr("Last 24 h"), Field::Since, QStringLiteral("24h"), tr("Since 24 hours ago"));
    add(QStringLiteral("Week"), tr("Last 7 days"), Field::Since, QStringLiteral("7d"), tr("Since 7 days ago"));
    connect(m_bar, &AuditFilterBar::textChanged, this, &FilterChips::follow);
    follow();
}

void FilterChips::add(const QString &name, const QString &label, Field field, const QString &value,
                      const QString &toolTip)
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("filterChip") + name);
    button->setText(label);
    button->setAccessibleName(tr("Filter: %1").arg(label));
    button->setToolTip(toolTip + QStringLiteral(" (") + AuditFilter::term(field, value) + u')');
    button->setCheckable(true);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::TabFocus);
    layout()->addWidget(button);
    const Chip chip{button, label, field, value};
    m_chips << chip;
    connect(button, &QToolButton::clicked, this, [this, chip] { toggle(chip); });
}

void FilterChips::toggle(const Chip &chip)
{
    const QString text = m_bar->text();
    const QString term = AuditFilter::term(chip.field, chip.value);
    if (!isTime(chip.field))
        m_bar->setText(FilterText::valueToggled(text, chip.field, chip.value));
    else if (FilterText::hasTerm(text, term))
        m_bar->setText(FilterText::toggled(text, term));
    else // one beginning at a time
        m_bar->setText(FilterText::toggled(FilterText::without(text, chip.field), term));
    follow();
}

void FilterChips::follow()
{
    if (const QString text = m_bar->text(); FilterText::canBeRead(text))
        m_readable = text;
    for (const Chip &chip : std::as_const(m_chips)) {
        const bool isOn = isTime(chip.field)
            ? FilterText::hasTerm(m_readable, AuditFilter::term(chip.field, chip.value))
            : FilterText::hasValue(m_readable, chip.field, chip.value);
        chip.button->setChecked(isOn);
        chip.button->setText(isOn ? QStringLiteral("\u2713 ") + chip.label : chip.label); // not by its ground alone
    }
}

} // namespace andon
