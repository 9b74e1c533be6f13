// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineEdit>

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

    /// Where the cursor is, in this widget's coordinates.
    [[nodiscard]] QRect cursorPlace() const { return cursorRect(); }

protected:
    void inputMethodEvent(QInputMethodEvent *event) override;

private:
    bool m_isComposing = false;
};

} // namespace andon
