// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QBoxLayout;
class QLabel;
class QPushButton;

namespace andon {

/// What stands above the table: how many there are, and what can be done with those that are selected. Where there is
/// no room beside each other, the buttons stand below.
class PendingHeadline : public QWidget
{
    Q_OBJECT

public:
    /// A reviewer's has no buttons.
    explicit PendingHeadline(bool isReadOnly, QWidget *parent = nullptr);

    void setHeading(const QString &heading);
    /// `selected` rows, `waiting` of them for a person's word.
    void setSelection(qsizetype selected, qsizetype waiting);

    /// Without the buttons, while what they would act on is not in sight.
    void showButtons(bool areShown);

    [[nodiscard]] QString cancelText() const;
    [[nodiscard]] QWidget *firstButton() const;

    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void approveDemanded();
    void rejectDemanded();
    void cancelDemanded();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QPushButton *addButton(const QString &text, const char *name);
    void arrange();

    QBoxLayout *m_layout;
    QBoxLayout *m_buttons;
    QLabel *m_heading;
    QPushButton *m_approve = nullptr;
    QPushButton *m_reject = nullptr;
    QPushButton *m_cancel = nullptr;
};

} // namespace andon
