// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/SealMark.h"

#include <QWidget>

namespace andon {

/// The mark of a seal, of a line's height.
class SealMarkWidget : public QWidget
{
    Q_OBJECT

public:
    explicit SealMarkWidget(QWidget *parent = nullptr);

    void setMark(SealMark mark, double share = 0);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    SealMark m_mark = SealMark::Unknown;
    double m_share = 0;
};

} // namespace andon
