// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace andon {

/// The line below the table: how many events match, how far a search has come or what went wrong, and how many
/// new events wait above.
class AuditStatusLine : public QWidget
{
    Q_OBJECT

public:
    explicit AuditStatusLine(QWidget *parent = nullptr);

    /// A badge at the line's end. It gives way while there is something to say of a search.
    void addBadge(QWidget *badge);

    void setCount(qint64 found, bool isExact);
    /// Nothing is known of a number of events.
    void clearCount();
    /// A search or a scan is under way.
    void setSearching(bool isSearching);
    /// How far it is: a share of the whole, ids passed a second, seconds left; less than 0 where not known.
    void setProgress(double share, qint64 idsASecond = -1, qint64 secondsLeft = -1);
    /// A sentence that stays until the next search; empty for none.
    void setNotice(const QString &sentence, bool canRetry);
    void setUnseen(qint64 count, bool isAtLeast);

signals:
    void cancelRequested();
    void retryRequested();
    void newestRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showNow();
    void fitBadge();

    QLabel *m_count;
    QLabel *m_notice;
    QToolButton *m_cancel;
    QToolButton *m_retry;
    QPushButton *m_unseen;
    QHBoxLayout *m_layout;
    QWidget *m_badge = nullptr;
    QTimer m_delay; // a search that is done at once is not announced
    QString m_sentence;
    QString m_progress;
    bool m_isSearching = false;
    bool m_canRetry = false;
};

} // namespace andon
