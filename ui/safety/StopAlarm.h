// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;

namespace andon {

class OutcomeMark;

/// A red strip with one sentence, for what must not be missed: said to screen readers when it appears and each time it
/// says something else, and brought to the person's notice where the window is not in front.
class StopAlarm : public QWidget
{
    Q_OBJECT

public:
    explicit StopAlarm(QWidget *parent = nullptr);

    /// An empty sentence ends the alarm.
    void setSentence(const QString &sentence);
    [[nodiscard]] QString sentence() const;

signals:
    void raised();

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void applyTheme();

    OutcomeMark *m_mark;
    QLabel *m_text;
};

} // namespace andon
