// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/VerifyReport.h"
#include "ui/audit/LatestFuture.h"

#include <QPointer>
#include <QWidget>

class QFileDialog;
class QLabel;
class QPushButton;
class QToolButton;

namespace andon {

/// Writes a report to a file, as text or as JSON: asks for its name in a window that blocks nothing, and tells how it
/// ended. Hidden while there is nothing to tell.
class ReportSaver : public QWidget
{
    Q_OBJECT

public:
    explicit ReportSaver(QWidget *parent = nullptr);

    void chooseFile(const VerifyReport &report);

signals:
    void failed(const QString &sentence, const QString &cause);

private:
    void openDialog();
    void takeFile(const QString &fileName, const QString &nameFilter);
    void write();
    void onWritten(const QString &obstacle);
    void tell(const QString &sentence, bool asks = false);

    QPointer<QFileDialog> m_dialog;
    QLabel *m_text;
    QPushButton *m_replace;
    QPushButton *m_keep;
    QToolButton *m_close;
    VerifyReport m_report;
    QString m_fileName;
    LatestFuture<QString> m_writing;
};

} // namespace andon
