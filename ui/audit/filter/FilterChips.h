// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditFilter.h"

#include <QList>
#include <QWidget>

class QToolButton;

namespace andon {

class AuditFilterBar;

/// The common filters, as small buttons that put their term into the filter's text and take it away again. They show
/// what the text says, whoever wrote it. Rows of them wrap where the window is narrow.
class FilterChips : public QWidget
{
    Q_OBJECT

public:
    /// `bar` must outlive this.
    explicit FilterChips(AuditFilterBar *bar, QWidget *parent = nullptr);

private:
    struct Chip
    {
        QToolButton *button;
        QString label;
        AuditFilter::Term::Field field;
        QString value;
    };

    void add(const QString &name, const QString &label, AuditFilter::Term::Field field, const QString &value,
             const QString &toolTip);
    void toggle(const Chip &chip);
    void follow();

    AuditFilterBar *m_bar;
    QString m_readable; ///< the last text that could be read: while one is typed, what is shown does not flicker
    QList<Chip> m_chips;
};

} // namespace andon
