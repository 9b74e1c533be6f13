// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>

namespace andon {

/// The emergency stop: a red disc on a yellow field.
///
/// Acts on press, not on release, anywhere in the field: mouse, touch, Space or Enter with the
/// focus, or an assistive technology. A press reaches it also while a menu or a list of completions
/// is open, which would otherwise only close at it. Where a stop cannot take effect it looks dead
/// and names the fallback (ISO 13850), but pressing it still tries.
class KillSwitchButton : public QAbstractButton
{
    Q_OBJECT

public:
    static constexpr int kDiscDiameter = 168;

    explicit KillSwitchButton(QWidget *parent = nullptr);

    /// Why pressing achieves nothing, as a sentence; empty where it works.
    void setObstacle(const QString &obstacle);
    [[nodiscard]] QString obstacle() const { return m_obstacle; }
    [[nodiscard]] bool isEffective() const { return m_obstacle.isEmpty(); }

    /// The type size of the word STOP: the largest of the window.
    [[nodiscard]] QFont wordFont() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

signals:
    /// Somebody pressed. Nothing is stopped yet: Station::stop does that.
    void stopDemanded();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    [[nodiscard]] QString caption() const;
    [[nodiscard]] QRectF discRect() const;
    [[nodiscard]] int captionHeight(int width) const;
    void describe();

    QString m_obstacle;
};

} // namespace andon
