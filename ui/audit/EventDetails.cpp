// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/EventDetails.h"

#include "ui/Theme.h"
#include "ui/audit/AuditSource.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace andon {

namespace {

/// Data up to this size is made readable at once: that takes well under a millisecond.
constexpr qsizetype kMaxAtOnce = 16 * 1024;
/// A longer line would take the text view long to lay out.
constexpr qsizetype kMaxLine = 4000;

EventText::Pretty makeReadable(const QString &data)
{
    EventText::Pretty pretty = EventText::pretty(data, EventDetails::kMaxShown);
    QString text;
    for (const QStringView line : QStringView(pretty.text).split(u'\n')) {
        if (!text.isEmpty())
            text += u'\n';
        text += line.left(kMaxLine);
        if (line.size() > kMaxLine) {
            text += u'\u2026';
            pretty.isCut = true;
        }
    }
    pretty.text = text;
    return pretty;
}

} // namespace

EventDetails::EventDetails(AuditSource *source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_empty(new QLabel(tr("Select an event to see all of it."), this))
    , m_fields(new QWidget(this))
    , m_box(new QBoxLayout(QBoxLayout::TopToBottom, m_fields))
    , m_form(new QFormLayout)
    , m_data(new QPlainTextEdit(m_fields))
    , m_note(new QLabel(m_fields))
    , m_copy(new QPushButton(tr("Copy data"), m_fields))
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

    m_data->setObjectName(QStringLiteral("eventData"));
    m_data->setAccessibleName(tr("Data of the event"));
    m_data->setReadOnly(true);
    m_data->setUndoRedoEnabled(false);
    m_data->setTabChangesFocus(true);
    m_data->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_copy->setObjectName(QStringLiteral("copyDataButton"));
    m_copy->setAccessibleName(tr("Copy the data of the event"));
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_event->eventData); });

    auto *below = new QHBoxLayout;
    below->addWidget(m_note, 1);
    below->addWidget(m_copy);
    auto *dataColumn = new QVBoxLayout;
    dataColumn->setSpacing(Theme::kGrid);
    dataColumn->addWidget(m_data, 1);
    dataColumn->addLayout(below);
    m_box->setContentsMargins({});
    m_box->setSpacing(Theme::kGrid);
    m_box->addLayout(m_form, 2);
    m_box->addLayout(dataColumn, 3);

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
    m_format.cancel();
    m_event.reset();
    m_fields->hide();
    m_empty->show();
}

void EventDetails::present(const AuditEvent &event, bool isCut)
{
    m_fetch.cancel();
    m_format.cancel();
    m_event = event;
    showFields(event);
    if (isCut) {
        m_data->setPlainText({});
        m_note->setText(tr("Loading\u2026"));
        m_copy->setEnabled(false);
        fetch(*event.id);
    } else {
        showData(event.eventData);
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
                                return m_note->setText(tr("This event is no longer in the log."));
                            m_event = event;
                            showData(event->eventData);
                        },
                    .failed =
                        [this](const QString &sentence, const QString &cause) {
                            m_note->setText(sentence);
                            emit failed(sentence, cause);
                        },
                    .partial = {},
                    .progress = {},
                });
}

void EventDetails::showData(const QString &text)
{
    if (text.size() <= kMaxAtOnce)
        return showPretty(makeReadable(text));
    m_data->setPlainText({});
    m_note->setText(tr("Loading\u2026"));
    m_format.ask(QtConcurrent::run(makeReadable, text),
                 {
                     .done = [this](const EventText::Pretty &pretty) { showPretty(pretty); },
                     .failed = [this](const QString &sentence, const QString &) { m_note->setText(sentence); },
                     .partial = {},
                     .progress = {},
                 });
}

void EventDetails::showPretty(const EventText::Pretty &pretty)
{
    const qsizetype size = m_event->eventData.size();
    m_data->setPlainText(pretty.text);
    m_copy->setEnabled(size > 0);
    if (size == 0)
        m_note->setText(tr("This event has no data."));
    else if (pretty.isCut)
        m_note->setText(tr("The beginning of %1 characters. Copying takes all of it.").arg(QLocale().toString(size)));
    else
        m_note->setText(pretty.isJson ? QString() : tr("Not JSON: shown as it is stored."));
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
    const bool isWide = width() > fontMetrics().averageCharWidth() * 70;
    m_box->setDirection(isWide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_box->setStretch(0, isWide ? 2 : 0);
}

void EventDetails::applyFont()
{
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (font().pointSizeF() > 0)
        fixed.setPointSizeF(font().pointSizeF());
    m_data->setFont(fixed);
    const QFont figures = Theme::figuresFont(font());
    for (QLabel *label : {m_id, m_proposal, m_time, m_utc, m_stored})
        label->setFont(figures);
    // The longest line that must not be cut off: a stored time, which has no place to break.
    const int title = fontMetrics().horizontalAdvance(tr("As stored"));
    const int time = QFontMetrics(figures).horizontalAdvance(QStringLiteral("2026-00-00T00:00:00.000+00:00"));
    setMinimumWidth(title + time + 4 * Theme::kGrid);
}

} // namespace andon
