// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/ModeToggle.h"

#include "ui/Counted.h"
#include "ui/Theme.h"
#include "ui/safety/SegmentButton.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPushButton>

namespace andon {

ModeToggle::ModeToggle(QWidget *parent)
    : QWidget(parent)
    , m_observe(new SegmentButton(tr("Obser&ve"), this))
    , m_execute(new SegmentButton(tr("E&xecute"), this))
    , m_consequences(new QLabel(this))
    , m_reset(new QPushButton(tr("&Reset …"), this))
{
    setObjectName(QStringLiteral("modeToggle"));
    setAccessibleName(tr("Mode"));
    m_observe->setObjectName(QStringLiteral("observeButton"));
    m_observe->setAccessibleName(tr("Observe"));
    m_execute->setObjectName(QStringLiteral("executeButton"));
    m_execute->setAccessibleName(tr("Execute"));
    m_reset->setObjectName(QStringLiteral("resetButton"));
    m_reset->setMinimumHeight(5 * Theme::kGrid);
    m_consequences->setObjectName(QStringLiteral("modeConsequences"));
    m_consequences->setWordWrap(true);
    m_consequences->setTextFormat(Qt::PlainText);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::kGrid);
    auto *segments = new QHBoxLayout;
    segments->setSpacing(0);
    segments->addWidget(m_observe);
    segments->addWidget(m_execute);
    column->addLayout(segments);
    column->addWidget(m_consequences);
    column->addWidget(m_reset, 0, Qt::AlignLeft);

    connect(m_observe, &QAbstractButton::clicked, this, [this] {
        if (!m_observe->isChecked())
            emit observeDemanded();
    });
    connect(m_execute, &QAbstractButton::clicked, this, [this] {
        if (!m_execute->isChecked())
            emit executeDemanded();
    });
    connect(m_reset, &QPushButton::clicked, this, &ModeToggle::resetDemanded);
    applyTheme();
    setState({}, 0);
}

void ModeToggle::setState(const ShownState &state, qint64 pending)
{
    using Kind = ShownState::Kind;
    const bool canChoose = state.kind == Kind::Observe || state.kind == Kind::Execute;
    m_observe->setEnabled(canChoose);
    m_execute->setEnabled(canChoose);
    // A stop leaves the mode at observe; of an unknown state nothing is said.
    m_observe->setChecked(state.kind == Kind::Observe || state.kind == Kind::Stopped);
    m_execute->setChecked(state.kind == Kind::Execute);
    m_reset->setVisible(state.kind == Kind::Stopped);

    const QString sentence = sentenceFor(state, pending);
    m_consequences->setText(sentence);
    m_observe->setAccessibleDescription(sentence);
    m_execute->setAccessibleDescription(sentence);
    m_reset->setAccessibleName(state.stopId.isValid() ? tr("Reset stop %1").arg(state.stopId.toString())
                                                      : tr("Reset the stop"));
}

QString ModeToggle::consequences() const
{
    return m_consequences->text();
}

QString ModeToggle::sentenceFor(const ShownState &state, qint64 pending) const
{
    switch (state.kind) {
    case ShownState::Kind::Opening:
        return tr("The mode is not known yet.");
    case ShownState::Kind::Unknown:
        return tr("No mode can be chosen while the state is unknown.");
    case ShownState::Kind::StopNotDelivered:
        return tr("No mode can be chosen while a stop is under way. Guards on other machines that cannot reach the "
                  "server either stop by the end of their lease; those that reach it go on.");
    case ShownState::Kind::StoppedNotRecorded:
        return tr("No mode can be chosen while a stop is under way.");
    case ShownState::Kind::Stopped:
        return state.stopId.isValid() ? tr("Reset stop %1 first.").arg(state.stopId.toString())
                                      : tr("Reset the stop first.");
    case ShownState::Kind::Observe:
        return tr("Execute asks for a reason first. Choosing a mode starts nothing by itself.");
    case ShownState::Kind::Execute:
        return pending == 0 ? tr("Observe acts at once: nothing more may start.")
                            : counted(pending,
                                      tr("Observe acts at once: nothing more may start, and the one pending action "
                                         "will be cancelled."),
                                      tr("Observe acts at once: nothing more may start, and the %1 pending actions "
                                         "will be cancelled."));
    }
    return {};
}

void ModeToggle::applyTheme()
{
    const Theme theme = Theme::of(this);
    const Theme::StateColors observe = theme.state(ShownState::Kind::Observe);
    const Theme::StateColors execute = theme.state(ShownState::Kind::Execute);
    m_observe->setCheckedColors(observe.ground, observe.text);
    m_execute->setCheckedColors(execute.ground, execute.text);
    m_consequences->setFont(Theme::smallFont(font()));
}

void ModeToggle::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

} // namespace andon
