// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/OutcomeMark.h"

class QLabel;

namespace andon {

class ElidedLabel;

/// One thing in a receipt: its shape, what it is, a figure at the right; below, where there is more to say, a sentence.
class ReceiptRow : public QWidget
{
    Q_OBJECT

public:
    explicit ReceiptRow(QWidget *parent = nullptr);

    void show(Outcome outcome, const QString &name, const QString &figure, const QString &sentence = {});
    /// A sentence that changes several times a second: nobody is told of it who hears the window.
    void setSentence(const QString &sentence);
    void setStrong(bool isStrong);

    [[nodiscard]] Outcome outcome() const { return m_mark->outcome(); }
    [[nodiscard]] QString name() const;
    [[nodiscard]] QString sentence() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyTheme();

    OutcomeMark *m_mark;
    ElidedLabel *m_name;
    QLabel *m_figure;
    QLabel *m_sentence;
    bool m_isStrong = false;
};

} // namespace andon
