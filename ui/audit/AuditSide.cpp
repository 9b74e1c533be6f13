// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditSide.h"

#include "ui/audit/details/EventDetails.h"
#include "ui/audit/story/StoryView.h"

#include <QTabBar>

namespace andon {

AuditSide::AuditSide(AuditSource *source, QWidget *seals, QWidget *parent)
    : QTabWidget(parent)
    , m_details(new EventDetails(source, this))
    , m_story(new StoryView(source, this))
    , m_seals(seals)
{
    setObjectName(QStringLiteral("auditSide"));
    setAccessibleName(tr("Details, story and seals"));
    tabBar()->setAccessibleName(tr("Details, story or seals"));
    setDocumentMode(true);
    addTab(m_details, tr("Event"));
    addTab(m_story, tr("Story"));
    addTab(m_seals, tr("Seals"));
}

void AuditSide::showDetails()
{
    setCurrentWidget(m_details);
    showOrHide();
}

void AuditSide::tellStory(ProposalId id)
{
    m_story->tell(id);
    setCurrentWidget(m_story);
    showOrHide();
}

void AuditSide::showSeals()
{
    setCurrentWidget(m_seals);
    showOrHide();
    m_seals->setFocus();
}

void AuditSide::setHasEvents(bool hasEvents)
{
    m_hasEvents = hasEvents;
    showOrHide();
}

void AuditSide::showOrHide()
{
    setVisible(m_hasEvents || m_details->event().has_value() || m_story->proposal().isValid()
               || currentWidget() == m_seals);
}

} // namespace andon
