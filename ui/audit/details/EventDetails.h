// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "ui/audit/LatestFuture.h"
#include "ui/audit/details/EventData.h"

#include <QWidget>

#include <optional>

class QBoxLayout;
class QFormLayout;
class QLabel;

namespace andon {

class AuditSource;

/// All of one event: its fields, and its data as a tree and as text. Data that is not at hand is fetched.
/// Ctrl+F searches the data, F3 and Shift+F3 go on.
class EventDetails : public QWidget
{
    Q_OBJECT

public:
    /// So much of the data is shown as text, in UTF-16 units.
    static constexpr qsizetype kMaxShown = EventData::kMaxShown;

    /// `source` must outlive this.
    explicit EventDetails(AuditSource *source, QWidget *parent = nullptr);

    /// `isCut`: the event's data is not complete, and is fetched.
    void present(const AuditEvent &event, bool isCut);
    void clear();

    [[nodiscard]] std::optional<AuditEvent> event() const { return m_event; }

signals:
    void failed(const QString &sentence, const QString &cause);
    /// A term for the filter: only events with a value of this one's data.
    void termRequested(const QString &term);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QLabel *addField(const QString &title, const QString &objectName);
    void showFields(const AuditEvent &event);
    void fetch(EventId id);
    void applyFont();

    AuditSource *m_source;
    std::optional<AuditEvent> m_event;
    LatestFuture<std::optional<AuditEvent>> m_fetch;

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
    EventData *m_data;
};

} // namespace andon
