// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;

namespace andon {

class OutcomeMark;

/// A red strip with one sentence, for what must not be missed: it stays as long as it is so. Said to screen readers
/// when it appears and each time it says something else, and brought to the person's notice where the window is not in
/// front.
class AlarmStrip : public QWidget
{
    Q_OBJECT

public:
    /// `name` is its object's name; its parts are called after it.
    explicit AlarmStrip(const QString &name, QWidget *parent = nullptr);

    /// Adds a button for who wants to see more.
    void offerDetails(const QString &text, const QString &accessibleName);

    /// An empty sentence ends the alarm.
    void setSentence(const QString &sentence);
    [[nodiscard]] QString sentence() const;

signals:
    void raised();
    /// The person wants to see what was found.
    void detailsRequested();

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void applyTheme();
    void keepRoom();

    OutcomeMark *m_mark;
    QLabel *m_text;
};

} // namespace andon
