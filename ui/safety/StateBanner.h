// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/ShownState.h"

#include <QWidget>

class QLabel;

namespace andon {

/// The state of the line, readable from two metres: word, shape and colour, then since when, by
/// whom and why.
class StateBanner : public QWidget
{
    Q_OBJECT

public:
    explicit StateBanner(QWidget *parent = nullptr);

    void setState(const ShownState &state);
    [[nodiscard]] const ShownState &state() const { return m_state; }

    /// For a reviewer: says that nothing can be changed here.
    void setReadOnly(bool isReadOnly);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void applyTheme();
    void showTexts();
    void announce();

    ShownState m_state;
    QLabel *m_word;
    QLabel *m_explanation;
    QLabel *m_since;
    QLabel *m_reason;
    QLabel *m_readOnly;
};

} // namespace andon
