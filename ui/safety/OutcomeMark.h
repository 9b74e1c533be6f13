// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QPainter;
class QRectF;

namespace andon {

class Theme;

/// What became of something, as a shape of a line's height. Each has its own outline, so that none is told by colour
/// alone.
enum class Outcome {
    Open,      ///< a ring: not yet
    Done,      ///< a disc with a tick: confirmed
    Ended,     ///< a ring with a tick: it was over by itself
    Vanished,  ///< a diamond with a question mark: nobody can tell
    OutOfHand, ///< a square, struck through: nothing here reaches it
    Failed,    ///< a triangle with an exclamation mark
    Held,      ///< an octagon with two bars
};

void paintOutcome(QPainter &painter, const QRectF &square, Outcome outcome, const Theme &theme);
/// The same in one ink, `knockout` being the ground that shows through.
void paintOutcome(QPainter &painter, const QRectF &square, Outcome outcome, const QColor &ink, const QColor &knockout);

class OutcomeMark : public QWidget
{
    Q_OBJECT

public:
    explicit OutcomeMark(QWidget *parent = nullptr);

    void setOutcome(Outcome outcome);
    [[nodiscard]] Outcome outcome() const { return m_outcome; }
    /// In this ink instead of the outcome's own, for a coloured ground.
    void setInk(const QColor &ink, const QColor &knockout);
    void setSide(int side);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Outcome m_outcome = Outcome::Open;
    QColor m_ink;
    QColor m_knockout;
    int m_side = 0;
};

} // namespace andon
