// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QTabWidget>

namespace andon {

class AuditSource;
class EventDetails;
class StoryView;

/// What stands beside the list: one event in detail, one proposal's story, and the seals of the log. Hidden while there
/// is none of them to show.
class AuditSide : public QTabWidget
{
    Q_OBJECT

public:
    /// `source` must outlive this.
    AuditSide(AuditSource *source, QWidget *seals, QWidget *parent = nullptr);

    [[nodiscard]] EventDetails *details() const { return m_details; }
    [[nodiscard]] StoryView *story() const { return m_story; }

    void showDetails();
    void tellStory(ProposalId id);
    void showSeals();
    [[nodiscard]] bool isShowingSeals() const { return currentWidget() == m_seals; }
    /// Whether the list has events, any of which could be shown.
    void setHasEvents(bool hasEvents);

private:
    void showOrHide();

    EventDetails *m_details;
    StoryView *m_story;
    QWidget *m_seals;
    bool m_hasEvents = false;
};

} // namespace andon
