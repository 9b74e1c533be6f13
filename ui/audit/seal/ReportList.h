// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QListView>

namespace andon {

class ReportLines;

/// The lines of a part of a report, each as high as its words need. A double click or Enter chooses one, Ctrl+C
/// copies it.
class ReportList : public QListView
{
    Q_OBJECT

public:
    /// `model` must outlive this.
    explicit ReportList(ReportLines *model, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void chosen(int row);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    /// Of so many lines at the most, in this width.
    [[nodiscard]] int heightOf(int lines) const;

    ReportLines *m_model;
};

} // namespace andon
