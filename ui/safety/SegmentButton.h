// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>

namespace andon {

/// One of a row of choices. Being checked shows what is; a click never changes it.
class SegmentButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit SegmentButton(const QString &text, QWidget *parent = nullptr);

    /// The colours while checked.
    void setCheckedColors(const QColor &ground, const QColor &text);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void nextCheckState() override {}
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QColor m_ground;
    QColor m_ink;
};

} // namespace andon
