// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditFilter.h"

#include <QLineEdit>
#include <QTimer>
#include <QWidget>

class QLabel;

namespace andon {

/// A line edit that can underline a part of what was typed.
class FilterEdit : public QLineEdit
{
    Q_OBJECT

public:
    explicit FilterEdit(QWidget *parent = nullptr);

    /// Underlines so many characters; none where `length` is 0. What is typed, selected or composed by an
    /// input method stays as it is.
    void markError(qsizetype position, qsizetype length);

protected:
    void inputMethodEvent(QInputMethodEvent *event) override;

private:
    bool m_isComposing = false;
};

/// Where the filter of the log is typed. It is read when typing pauses, or at once on Enter; where it cannot be
/// read, the sentence says why and the place is underlined.
class AuditFilterBar : public QWidget
{
    Q_OBJECT

public:
    explicit AuditFilterBar(QWidget *parent = nullptr);

    [[nodiscard]] QString text() const;
    /// Reads the text at once.
    void setText(const QString &text);
    void focusEdit();
    /// Adds a term; removes it where it is there already.
    void toggleTerm(const QString &term);

signals:
    /// A filter that can be read, and is another one or was asked for again with Enter.
    void filterChosen(const andon::AuditFilter &filter);
    /// Escape, before anything is cleared: whoever hears it says whether there was something to cancel.
    void cancelRequested(bool *wasCancelled);
    /// Down or a second Escape: the keyboard wants to go to the results.
    void leaveRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void readText(bool isAskedFor);
    void showError(const FilterError &error);
    void clearError();
    bool onKey(int key);

    FilterEdit *m_edit;
    QLabel *m_error;
    QTimer m_pause;
    AuditFilter m_filter;
    bool m_hasFilter = false;
};

} // namespace andon
