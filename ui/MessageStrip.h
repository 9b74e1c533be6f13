// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace andon {

/// One sentence above the centre of the window: what went wrong and what to do, or what was done.
/// Never in the way: no dialog, closed by hand or by the next message.
class MessageStrip : public QFrame
{
    Q_OBJECT

public:
    explicit MessageStrip(QWidget *parent = nullptr);

    /// `cause` is the technical detail: shown as a tooltip.
    void showError(const QString &message, const QString &cause = {});
    void showNote(const QString &message);

    [[nodiscard]] QString message() const;

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void showText(const QString &message, const QString &cause, bool isError);
    void applyTheme();

    QLabel *m_text;
    QToolButton *m_close;
    bool m_isError = false;
};

} // namespace andon
