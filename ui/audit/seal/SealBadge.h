// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/seal/SealSummary.h"

#include <QAbstractButton>

namespace andon {

/// The seals of the log in one line, as a shape and words: the longest words that there is room for. A click, Space or
/// Enter asks for more. What must not be missed stands on the ground of an alarm.
class SealBadge : public QAbstractButton
{
    Q_OBJECT

public:
    explicit SealBadge(QWidget *parent = nullptr);

    void setSummary(const SealSummary &summary);
    /// The words that there is room for.
    [[nodiscard]] QString shownText() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QFont lettering() const;
    [[nodiscard]] QSize sizeFor(const QString &form) const;
    [[nodiscard]] int markSide() const;

    SealSummary m_summary;
};

} // namespace andon
