// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditFilter.h"
#include "core/audit/filter/AuditVocabulary.h"

#include <QTimer>
#include <QWidget>

class QLabel;

namespace andon {

class FilterCompleter;
class FilterEdit;

/// Where the filter of the log is typed. It is read when typing pauses, or at once on Enter; where it cannot be
/// read, the sentence says why and the place is underlined. What may stand at the cursor is proposed below it.
class AuditFilterBar : public QWidget
{
    Q_OBJECT

public:
    explicit AuditFilterBar(QWidget *parent = nullptr);

    [[nodiscard]] QString text() const;
    /// Reads the text at once.
    void setText(const QString &text);
    void focusEdit();
    /// Adds a term; removes it where it is there already. Its opposite makes way for it.
    void toggleTerm(const QString &term);
    /// Words to propose; without any, fields and times are proposed alone.
    void setVocabulary(const AuditVocabulary &vocabulary);
    /// Reads the text at once, as on Enter.
    void askFor(const QString &text);

signals:
    /// A filter that can be read, and is another one or was asked for again with Enter.
    void filterChosen(const andon::AuditFilter &filter);
    /// What is in the line, whether it can be read or not.
    void textChanged(const QString &text);
    /// A filter that was asked for with Enter or by choosing it, and can be read.
    void askedFor(const QString &text);
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
    FilterCompleter *m_completer;
    QLabel *m_error;
    QTimer m_pause;
    AuditFilter m_filter;
    bool m_hasFilter = false;
};

} // namespace andon
