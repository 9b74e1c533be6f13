// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditVocabulary.h"
#include "core/audit/filter/FilterCompletion.h"

#include <QObject>
#include <QPointer>

class QKeyEvent;
class QListView;
class QStandardItemModel;

namespace andon {

class FilterEdit;
class FilterOverlay;

/// Proposes, below the filter's line, what may stand at its cursor: while something is typed, and on Ctrl+Space.
///
/// Tab takes the first proposal, Up and Down choose another, Enter takes what was chosen so; Enter without having
/// chosen is left to the line, since it asks for the filter as it is. The keyboard stays with the line.
class FilterCompleter : public QObject
{
    Q_OBJECT

public:
    /// `edit` must outlive this.
    explicit FilterCompleter(FilterEdit *edit, QObject *parent = nullptr);
    ~FilterCompleter() override;

    void setVocabulary(const AuditVocabulary &vocabulary) { m_vocabulary = vocabulary; }

    [[nodiscard]] bool isShown() const;
    void close();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void propose(bool isAskedFor);
    void show();
    void accept(int row);
    void choose(int step);
    [[nodiscard]] int chosen() const;
    [[nodiscard]] bool takesKey(const QKeyEvent &event) const;
    bool onKey(const QKeyEvent &event);

    FilterEdit *m_edit;
    QPointer<FilterOverlay> m_sheet; ///< the window may be gone first, and with it the sheet
    QStandardItemModel *m_model;
    QListView *m_list;
    AuditVocabulary m_vocabulary;
    FilterCompletion m_completion;
};

} // namespace andon
