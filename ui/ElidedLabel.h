// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>

namespace andon {

/// One line of text that gives way: where there is no room, an ellipsis, and the whole text as a tooltip. `text()` and
/// what a screen reader hears stay whole.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr, Qt::TextElideMode mode = Qt::ElideMiddle);

    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool isElided() const;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QString shown() const;

    Qt::TextElideMode m_mode;
};

} // namespace andon
