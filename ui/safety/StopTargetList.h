// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/ShownTarget.h"

#include <QWidget>

#include <chrono>

class QLabel;
class QVBoxLayout;

namespace andon {

class ReceiptRow;

/// What ran when a stop was recorded, and what has become of each since. At most 50 lines: where there are more, those
/// that are in trouble are among the ones that show.
class StopTargetList : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMaxRows = 50;

    explicit StopTargetList(QWidget *parent = nullptr);

    /// `unlisted`: how many more there are than these.
    void setTargets(const QList<StopTarget> &targets, qint64 unlisted, std::chrono::milliseconds elapsed,
                    std::chrono::milliseconds deadline);
    /// Time has passed since.
    void refresh(std::chrono::milliseconds elapsed, std::chrono::milliseconds deadline);

    [[nodiscard]] const QList<ReceiptRow *> &rows() const { return m_rows; }

private:
    void choose(std::chrono::milliseconds elapsed, std::chrono::milliseconds deadline);
    void showRow(int row, std::chrono::milliseconds elapsed, std::chrono::milliseconds deadline);
    void makeRows(qsizetype count);

    QList<StopTarget> m_targets;
    QList<StopTarget> m_chosen;
    QList<ReceiptRow *> m_rows;
    QList<ShownTarget> m_shown; // by the rows
    QVBoxLayout *m_column;
    QLabel *m_more;
};

} // namespace andon
