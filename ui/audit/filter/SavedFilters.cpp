// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/SavedFilters.h"

#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/filter/FilterOverlay.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace andon {

namespace {

const QString kSavedKey = QStringLiteral("audit/filters/saved");
const QString kRecentKey = QStringLiteral("audit/filters/recent");
constexpr int kLongestName = 60;
constexpr qsizetype kLongestText = 64 * 1024;

std::unique_ptr<QSettings> settingsIn(const QString &file)
{
    if (!file.isEmpty())
        return std::make_unique<QSettings>(file, QSettings::IniFormat);
    return std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("Andon"),
                                       QStringLiteral("panel"));
}

/// As wide as there is room, its text cut off with an ellipsis where that is not enough.
class ChoiceButton : public QPushButton
{
public:
    ChoiceButton(QString label, QWidget *parent)
        : QPushButton(parent)
        , m_label(std::move(label))
    {
        setFlat(true);
        setStyleSheet(QStringLiteral("text-align: left; padding: 4px;"));
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        setText(m_label); // for its height
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QPushButton::resizeEvent(event);
        const QString shown = fontMetrics().elidedText(m_label, Qt::ElideRight, width() - Theme::kGrid * 2);
        setText(QString(shown).replace(u'&', QStringLiteral("&&")));
    }

private:
    QString m_label;
};

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setFont(Theme::boldFont(parent->font()));
    return label;
}

} // namespace

SavedFilters::SavedFilters(AuditFilterBar *bar, const QString &settingsFile, QWidget *parent)
    : QToolButton(parent)
    , m_bar(bar)
    , m_settings(settingsIn(settingsFile))
{
    setObjectName(QStringLiteral("savedFiltersButton"));
    setText(tr("Filters"));
    setAccessibleName(tr("Saved and recent filters"));
    setToolTip(tr("Keep the present filter under a name, or choose one that was used before"));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setArrowType(Qt::DownArrow);
    read();
    buildPanel();
    connect(this, &QToolButton::clicked, this, [this] { isOpen() ? closePanel() : openPanel(); });
    connect(m_bar, &AuditFilterBar::askedFor, this, &SavedFilters::remember);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) {
        // Nobody has the focus while the panel is being destroyed.
        if (now && now != this && isOpen() && !m_panel->isAncestorOf(now))
            closePanel();
    });
}

SavedFilters::~SavedFilters()
{
    disconnect(qApp, nullptr, this, nullptr);
    delete m_panel; // it belongs to the window by now
}

void SavedFilters::read()
{
    const int count = m_settings->beginReadArray(kSavedKey);
    for (int i = 0; i < count && m_saved.size() < kMostSaved; ++i) {
        m_settings->setArrayIndex(i);
        const Saved one{m_settings->value(QStringLiteral("name")).toString().left(kLongestName),
                        m_settings->value(QStringLiteral("text")).toString()};
        if (!one.name.isEmpty() && !one.text.isEmpty() && one.text.size() <= kLongestText)
            m_saved << one;
    }
    m_settings->endArray();
    m_recent = m_settings->value(kRecentKey).toStringList().mid(0, kMostRecent);
    m_recent.removeIf([](const QString &text) { return text.isEmpty() || text.size() > kLongestText; });
}

void SavedFilters::write()
{
    m_settings->remove(kSavedKey);
    m_settings->beginWriteArray(kSavedKey, int(m_saved.size()));
    for (int i = 0; i < m_saved.size(); ++i) {
        m_settings->setArrayIndex(i);
        m_settings->setValue(QStringLiteral("name"), m_saved.at(i).name);
        m_settings->setValue(QStringLiteral("text"), m_saved.at(i).text);
    }
    m_settings->endArray();
    m_settings->setValue(kRecentKey, m_recent);
}

bool SavedFilters::save(const QString &name, const QString &text)
{
    const QString shortName = name.simplified().left(kLongestName);
    const QString whole = text.trimmed();
    if (shortName.isEmpty() || whole.isEmpty())
        return false;
    const auto known = std::find_if(m_saved.begin(), m_saved.end(),
                                    [&](const Saved &one) { return one.name == shortName; });
    if (known != m_saved.end())
        known->text = whole;
    else if (m_saved.size() >= kMostSaved)
        return false;
    else
        m_saved << Saved{shortName, whole};
    std::sort(m_saved.begin(), m_saved.end(),
              [](const Saved &a, const Saved &b) { return a.name.localeAwareCompare(b.name) < 0; });
    write();
    return true;
}

void SavedFilters::remove(const QString &name)
{
    m_saved.removeIf([&name](const Saved &one) { return one.name == name; });
    write();
}

void SavedFilters::remember(const QString &text)
{
    const QString whole = text.trimmed();
    if (whole.isEmpty())
        return;
    m_recent.removeAll(whole);
    m_recent.prepend(whole);
    while (m_recent.size() > kMostRecent)
        m_recent.removeLast();
    write();
}

void SavedFilters::buildPanel()
{
    m_panel = new FilterOverlay(this);
    m_panel->setObjectName(QStringLiteral("savedFiltersPanel"));
    m_panel->setAccessibleName(tr("Saved and recent filters"));
    m_name = new QLineEdit(m_panel);
    m_name->setObjectName(QStringLiteral("filterNameEdit"));
    m_name->setAccessibleName(tr("Name for the present filter"));
    m_name->setPlaceholderText(tr("Name for the present filter"));
    m_name->setMaxLength(kLongestName);
    m_save = new QPushButton(tr("Save"), m_panel);
    m_save->setObjectName(QStringLiteral("saveFilterButton"));
    m_save->setAccessibleName(tr("Save the present filter under this name"));
    m_note = new QLabel(m_panel);
    m_note->setObjectName(QStringLiteral("savedFiltersNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);

    auto *line = new QHBoxLayout;
    line->setSpacing(Theme::kGrid);
    line->addWidget(m_name, 1);
    line->addWidget(m_save);
    m_column = new QVBoxLayout(m_panel);
    m_column->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    m_column->setSpacing(Theme::kGrid);
    m_column->addLayout(line);
    m_column->addWidget(m_note);

    connect(m_save, &QPushButton::clicked, this, &SavedFilters::saveTyped);
    connect(m_name, &QLineEdit::returnPressed, this, &SavedFilters::saveTyped);
    connect(m_name, &QLineEdit::textChanged, this,
            [this](const QString &name) { m_save->setEnabled(m_name->isEnabled() && !name.trimmed().isEmpty()); });
    m_panel->installEventFilter(this);
    m_name->installEventFilter(this);
}

QPushButton *SavedFilters::addChoice(QVBoxLayout *column, const QString &label, const QString &text)
{
    auto *choice = new ChoiceButton(EventText::visible(label), m_choices);
    choice->setAccessibleName(tr("Use the filter %1").arg(EventText::visible(label)));
    choice->setToolTip(EventText::visible(text).toHtmlEscaped());
    connect(choice, &QPushButton::clicked, this, [this, text] {
        closePanel();
        m_bar->askFor(text);
        m_bar->focusEdit();
    });
    column->addWidget(choice);
    return choice;
}

void SavedFilters::fillPanel()
{
    delete m_choices;
    auto *area = new QScrollArea(m_panel);
    area->setObjectName(QStringLiteral("savedFiltersArea"));
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    m_choices = area;
    auto *inside = new QWidget(area);
    auto *column = new QVBoxLayout(inside);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(heading(tr("Saved"), inside));
    if (m_saved.isEmpty())
        column->addWidget(new QLabel(tr("None yet."), inside));
    for (const Saved &one : std::as_const(m_saved)) {
        auto *row = new QWidget(inside);
        auto *line = new QHBoxLayout(row);
        line->setContentsMargins({});
        line->setSpacing(Theme::kGrid / 2);
        auto *place = new QVBoxLayout;
        addChoice(place, one.name, one.text)->setObjectName(QStringLiteral("savedFilter_") + one.name);
        line->addLayout(place, 1);
        auto *gone = new QToolButton(row);
        gone->setObjectName(QStringLiteral("deleteFilter_") + one.name);
        gone->setText(tr("Delete"));
        gone->setAccessibleName(tr("Delete the saved filter %1").arg(one.name));
        connect(gone, &QToolButton::clicked, this, [this, name = one.name] {
            remove(name);
            m_note->setText(tr("\"%1\" was deleted.").arg(name));
            m_name->setFocus(); // before the button goes that has it
            QMetaObject::invokeMethod(this, &SavedFilters::openPanel, Qt::QueuedConnection);
        });
        line->addWidget(gone);
        column->addWidget(row);
    }
    column->addSpacing(Theme::kGrid);
    column->addWidget(heading(tr("Recent"), inside));
    if (m_recent.isEmpty())
        column->addWidget(new QLabel(tr("What you ask for with Enter appears here."), inside));
    for (qsizetype i = 0; i < m_recent.size(); ++i)
        addChoice(column, m_recent.at(i), m_recent.at(i))->setObjectName(QStringLiteral("recentFilter%1").arg(i));
    column->addStretch(1);
    area->setWidget(inside);
    m_column->addWidget(area, 1);
}

bool SavedFilters::isOpen() const
{
    return m_panel && m_panel->isVisible();
}

void SavedFilters::openPanel()
{
    if (!m_panel)
        return;
    if (!isOpen())
        m_note->clear();
    const bool hasFilter = !m_bar->text().trimmed().isEmpty();
    m_name->setEnabled(hasFilter);
    m_save->setEnabled(hasFilter && !m_name->text().trimmed().isEmpty());
    if (!hasFilter && m_note->text().isEmpty())
        m_note->setText(tr("There is no filter to save now: type one first."));
    m_note->setVisible(!m_note->text().isEmpty());
    fillPanel();
    constexpr int kWidth = 64; // characters
    const int rowHeight = fontMetrics().height() + Theme::kGrid * 2;
    const auto rows = int(m_saved.size() + m_recent.size()) + 5;
    m_panel->open(0, QSize(fontMetrics().averageCharWidth() * kWidth, std::min(rows, 20) * rowHeight));
    if (hasFilter)
        m_name->setFocus();
    else if (auto *first = m_choices->findChild<QPushButton *>())
        first->setFocus();
}

void SavedFilters::closePanel()
{
    if (!isOpen())
        return;
    const bool hadFocus = m_panel->isAncestorOf(QApplication::focusWidget());
    m_panel->hide();
    if (hadFocus)
        setFocus();
}

void SavedFilters::saveTyped()
{
    const QString name = m_name->text().simplified();
    if (name.isEmpty())
        return;
    if (!save(name, m_bar->text())) {
        m_note->setText(tr("Not saved: there are %1 saved filters already. Delete one first.").arg(kMostSaved));
    } else {
        m_note->setText(tr("Saved as \"%1\".").arg(name));
        m_name->clear();
    }
    openPanel();
}

bool SavedFilters::eventFilter(QObject *watched, QEvent *event)
{
    const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (isKey && isOpen() && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        if (event->type() == QEvent::KeyPress)
            closePanel();
        return true;
    }
    return QToolButton::eventFilter(watched, event);
}

} // namespace andon
