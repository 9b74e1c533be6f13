// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditFilter.h"
#include "core/station/Station.h"
#include "ui/audit/LatestFuture.h"

#include <QPointer>
#include <QWidget>

#include <optional>

class QFileDialog;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace andon {

class AuditSource;

/// Writes what the filter shows to a file: asks for its name in a window that blocks nothing, then tells how far
/// the writing has come and how it ended. Hidden while there is nothing to tell.
class ExportPanel : public QWidget
{
    Q_OBJECT

public:
    /// `source` must outlive this.
    explicit ExportPanel(AuditSource *source, QWidget *parent = nullptr);

    /// Asks for a file, then writes what `filter` shows to it. `expected` is how many rows that may be; 0: unknown.
    void chooseFile(const AuditFilter &filter, qint64 expected);
    [[nodiscard]] bool isWriting() const { return m_export.isAsking(); }
    /// Gives up the writing. False where nothing was being written.
    bool cancel();

signals:
    void writingChanged(bool isWriting);
    void failed(const QString &sentence, const QString &cause);

private:
    void takeFile(const QString &fileName, const QString &nameFilter);
    void askToReplace();
    void write();
    /// `rows` is the text of the progress: how many rows there are already, where the progress counts something else.
    void hearProgress(qint64 done, qint64 total, const QString &rows);
    void showProgress(qint64 rows, std::optional<double> share);
    void tell(const QString &sentence);
    void setButtons(bool canReplace, bool canCancel);

    AuditSource *m_source;
    LatestFuture<qint64> m_export;
    QPointer<QFileDialog> m_dialog;
    QLabel *m_text;
    QProgressBar *m_progress;
    QPushButton *m_replace;
    QPushButton *m_cancel;
    QToolButton *m_close;
    AuditFilter m_filter;
    QString m_fileName;
    ExportFormat m_format = ExportFormat::Csv;
    qint64 m_expected = 0;
};

} // namespace andon
