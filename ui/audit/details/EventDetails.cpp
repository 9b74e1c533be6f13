// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/EventDetails.h"

#include "ui/Theme.h"
#include "ui/audit/AuditSource.h"

#include <QFontDatabase>
#include <QFormLayout>
#include <QKeyEvent>
#include <QKeySequence>
#include <QLabel>
#include <QVBoxLayout>

namespace andon {

EventDetails::EventDetails(AuditSource *source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_empty(new QLabel(tr("Select an event to see all of it."), this))
    , m_fields(new QWidget(this))
    , m_box(new QBoxLayout(QBoxLayout::TopToBottom, m_fields))
    , m_form(new QFormLayout)
    , m_data(new EventData(m_fields))
{
    setObjectName(QStringLiteral("eventDetails"));
    setAccessibleName(tr("Details of the event"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);

    m_form->setContentsMargins({});
    m_form->setHorizontalSpacing(Theme::kGrid);
    m_form->setVerticalSpacing(Theme::kGrid / 2);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_id = addField(tr("Event"), QStringLiteral("eventId"));
    m_type = addField(tr("Type"), QStringLiteral("eventType"));
    m_proposal = addField(tr("Proposal"), QStringLiteral("eventProposal"));
    m_actor = addField(tr("Actor"), QStringLiteral("eventActor"));
    m_time = addField(tr("Local time"), QStringLiteral("eventLocalTime"));
    m_utc = addField(tr("UTC"), QStringLiteral("eventUtc"));
    m_stored = addField(tr("As stored"), QStringLiteral("eventStoredTime"));

    connect(m_data, &EventData::termRequested, this, &EventDetails::termRequested);
    m_box->setContentsMargins({});
    m_box->setSpacing(Theme::kGrid);
    m_box->addLayout(m_form, 2);
    m_box->addWidget(m_data, 3);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kGrid, 0, 0, 0);
    layout->addWidget(m_empty);
    layout->addWidget(m_fields);
    applyFont();
    clear();
}

QLabel *EventDetails::addField(const QString &title, const QString &objectName)
{
    auto *value = new QLabel(m_fields);
    value->setObjectName(objectName);
    value->setTextFormat(Qt::PlainText);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    value->setWordWrap(true);
    value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // one long word must not widen the pane
    value->setAccessibleName(title);
    m_form->addRow(title, value);
    return value;
}

void EventDetails::clear()
{
    m_fetch.cancel();
    m_event.reset();
    m_fields->hide();
    m_empty->show();
}

void EventDetails::present(const AuditEvent &event, bool isCut)
{
    m_fetch.cancel();
    m_event = event;
    showFields(event);
    if (isCut) {
        m_data->presentNote(tr("Loading\u2026"));
        fetch(*event.id);
    } else {
        m_data->present(event.eventData);
    }
    m_empty->hide();
    m_fields->show();
}

void EventDetails::showFields(const AuditEvent &event)
{
    m_id->setText(event.id ? u'#' + event.id->toString() : QString());
    m_type->setText(EventText::visible(event.eventType));
    m_proposal->setText(event.proposalId ? EventText::proposal(event) : tr("none: an event of the system"));
    m_actor->setText(EventText::visible(event.actor));
    m_time->setText(EventText::localTime(event));
    m_utc->setText(event.timestamp.isValid()
                       ? event.timestamp.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"))
                       : tr("what is stored is no time"));
    const QString stored = EventText::visible(event.timestampText);
    m_stored->setText(event.isNaiveTimestamp ? tr("%1 (without an offset)").arg(stored) : stored);
}

void EventDetails::fetch(EventId id)
{
    m_fetch.ask(m_source->event(id),
                {
                    .done =
                        [this](const std::optional<AuditEvent> &event) {
                            if (!event)
                                return m_data->presentNote(tr("This event is no longer in the log."));
                            m_event = event;
                            m_data->present(event->eventData);
                        },
                    .failed =
                        [this](const QString &sentence, const QString &cause) {
                            m_data->presentNote(sentence);
                            emit failed(sentence, cause);
                        },
                    .partial = {},
                    .progress = {},
                });
}

bool EventDetails::event(QEvent *event)
{
    // Ctrl+F is the view's shortcut for its filter: in here it means this event.
    if (event->type() == QEvent::ShortcutOverride && m_event) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Find) || key->matches(QKeySequence::FindNext)
            || key->matches(QKeySequence::FindPrevious)) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void EventDetails::keyPressEvent(QKeyEvent *event)
{
    if (!m_event)
        return QWidget::keyPressEvent(event);
    if (event->matches(QKeySequence::Find))
        m_data->focusFind();
    else if (event->matches(QKeySequence::FindNext))
        m_data->findNext();
    else if (event->matches(QKeySequence::FindPrevious))
        m_data->findPrevious();
    else
        QWidget::keyPressEvent(event);
}

void EventDetails::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFont();
}

void EventDetails::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Under the table there is width to spare, beside it height.
    const bool isWide = width() > fontMetrics().averageCharWidth() * 95;
    m_box->setDirection(isWide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_box->setStretch(0, isWide ? 2 : 0);
}

void EventDetails::applyFont()
{
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (font().pointSizeF() > 0)
        fixed.setPointSizeF(font().pointSizeF());
    m_data->setTextFont(fixed);
    const QFont figures = Theme::figuresFont(font());
    for (QLabel *label : {m_id, m_proposal, m_time, m_utc, m_stored})
        label->setFont(figures);
    // The longest line that must not be cut off: a stored time, which has no place to break.
    const int title = fontMetrics().horizontalAdvance(tr("As stored"));
    const int time = QFontMetrics(figures).horizontalAdvance(QStringLiteral("2026-00-00T00:00:00.000+00:00"));
    setMinimumWidth(title + time + 4 * Theme::kGrid);
}

} // namespace andon
