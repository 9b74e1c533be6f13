// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QPointer>
#include <QSettings>
#include <QStringList>
#include <QToolButton>

#include <memory>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace andon {

class AuditFilterBar;
class FilterOverlay;

/// A button with the filters that a person has given a name to, and those that were asked for last. Kept in the
/// panel's settings.
class SavedFilters : public QToolButton
{
    Q_OBJECT

public:
    static constexpr qsizetype kMostSaved = 50;
    static constexpr qsizetype kMostRecent = 10;

    struct Saved
    {
        QString name;
        QString text;

        friend bool operator==(const Saved &, const Saved &) = default;
    };

    /// `bar` must outlive this. Without a file, the panel's own settings.
    explicit SavedFilters(AuditFilterBar *bar, const QString &settingsFile = {}, QWidget *parent = nullptr);
    ~SavedFilters() override;

    /// In the order of their names.
    [[nodiscard]] const QList<Saved> &saved() const { return m_saved; }
    /// The newest first, each once.
    [[nodiscard]] const QStringList &recent() const { return m_recent; }

    /// Keeps a text under a name, in place of what had it. False, and nothing kept, where there are too many.
    bool save(const QString &name, const QString &text);
    void remove(const QString &name);

    [[nodiscard]] bool isOpen() const;

public slots:
    void openPanel();
    void closePanel();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void read();
    void write();
    void remember(const QString &text);
    void buildPanel();
    void fillPanel();
    void saveTyped();
    QPushButton *addChoice(QVBoxLayout *column, const QString &label, const QString &text);

    AuditFilterBar *m_bar;
    std::unique_ptr<QSettings> m_settings;
    QList<Saved> m_saved;
    QStringList m_recent;
    QPointer<FilterOverlay> m_panel; ///< the window may be gone first, and with it the panel
    QLineEdit *m_name = nullptr;
    QPushButton *m_save = nullptr;
    QLabel *m_note = nullptr;
    QPointer<QWidget> m_choices;
    QVBoxLayout *m_column = nullptr;
};

} // namespace andon
