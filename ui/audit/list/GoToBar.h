// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;

namespace andon {

/// A line over the bottom of its parent to type where to go: the id of an event, or a time. Appears with the first
/// character that is typed, and goes when it has served, with Esc, or when the reader turns elsewhere.
class GoToBar : public QFrame
{
    Q_OBJECT

public:
    explicit GoToBar(QWidget *parent);

    /// Whether the character may begin an id or a time: a digit or '#'.
    [[nodiscard]] static bool begins(const QString &character);

    void start(const QString &firstCharacter);
    /// What was asked for cannot be gone to. The bar stays for another try.
    void showError(const QString &sentence);
    /// Has served: goes, and the focus returns to where it was.
    void finish();

    [[nodiscard]] QString text() const;

signals:
    void requested(const QString &text);
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void place();
    void clearError();

    QLineEdit *m_edit;
    QLabel *m_hint;
    QLabel *m_error;
    QPointer<QWidget> m_before; ///< had the focus
};

} // namespace andon
