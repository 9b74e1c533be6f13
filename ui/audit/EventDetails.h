// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "ui/audit/EventText.h"
#include "ui/audit/LatestFuture.h"

#include <QWidget>

#include <optional>

class QBoxLayout;
class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace andon {

class AuditSource;

/// All of one event: its fields, and its data as indented JSON. Large data is fetched and made readable off the UI
/// thread, and shown up to a limit; copying takes all of it.
class EventDetails : public QWidget
{
    Q_OBJECT

public:
    /// So much of the data is shown, in UTF-16 units.
    static constexpr qsizetype kMaxShown = 64 * 1024;

    /// `source` must outlive this.
    explicit EventDetails(AuditSource *source, QWidget *parent = nullptr);

    /// `isCut`: the event's data is not complete, and is fetched.
    void present(const AuditEvent &event, bool isCut);
    void clear();

    [[nodiscard]] std::optional<AuditEvent> event() const { return m_event; }

signals:
    void failed(const QString &sentence, const QString &cause);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QLabel *addField(const QString &title, const QString &objectName);
    void showFields(const AuditEvent &event);
    void fetch(EventId id);
    void showData(const QString &text);
    void showPretty(const EventText::Pretty &pretty);
    void applyFont();

    AuditSource *m_source;
    std::optional<AuditEvent> m_event;
    LatestFuture<std::optional<AuditEvent>> m_fetch;
    LatestFuture<EventText::Pretty> m_format;

    QLabel *m_empty;
    QWidget *m_fields;
    QBoxLayout *m_box;
    QFormLayout *m_form;
    QLabel *m_id;
    QLabel *m_time;
    QLabel *m_utc;
    QLabel *m_stored;
    QLabel *m_type;
    QLabel *m_proposal;
    QLabel *m_actor;
    QPlainTextEdit *m_data;
    QLabel *m_note;
    QPushButton *m_copy;
};

} // namespace andon
