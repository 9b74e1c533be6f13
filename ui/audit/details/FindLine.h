// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace andon {

/// A line to search with: what is looked for, which of how many places is shown, and the way to the others.
/// Enter goes to the next place, Shift+Enter to the one before, Esc empties the line.
class FindLine : public QWidget
{
    Q_OBJECT

public:
    explicit FindLine(QWidget *parent = nullptr);

    /// How a place that was found is marked, alike in a light and a dark style.
    struct Mark
    {
        QColor ground;
        QColor text;
    };
    static Mark mark() { return {QColor(0xFF, 0xD4, 0x79), QColor(0x2B, 0x1D, 0x00)}; }

    [[nodiscard]] QString text() const;
    void focusEdit();

    /// `current` counts from 1; 0: none is chosen. `isAtLeast`: there may be more than `total`.
    void setPlaces(qsizetype current, qsizetype total, bool isAtLeast);
    void setSearching();

signals:
    /// Not with every key, but in the pauses between them.
    void textChosen(const QString &text);
    void nextRequested();
    void previousRequested();
    /// Esc in an empty line.
    void leaveRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool onKey(int key, bool isShifted);
    void choose();

    QLineEdit *m_edit;
    QLabel *m_places;
    QToolButton *m_previous;
    QToolButton *m_next;
    QTimer m_pause;
    QString m_chosen;
};

} // namespace andon
