// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QStringList>
#include <QWidget>

class QFileDialog;
class QLabel;
class QToolButton;

namespace andon {

/// Checkpoints that somebody kept elsewhere, to hold the log against over and above those of the database. Says which;
/// hidden while there are none.
class KeptCheckpoints : public QWidget
{
    Q_OBJECT

public:
    static constexpr qsizetype kMostFiles = 20;

    explicit KeptCheckpoints(QWidget *parent = nullptr);

    /// Asks for files in a window that blocks nothing.
    void chooseFiles();
    /// They are read when the log is verified.
    void add(const QStringList &fileNames);
    [[nodiscard]] const QStringList &files() const { return m_files; }

signals:
    void changed();
    /// A sentence for the person.
    void refused(const QString &sentence);

private:
    void showFiles();

    QStringList m_files;
    QPointer<QFileDialog> m_dialog;
    QString m_folder;
    QLabel *m_text;
    QToolButton *m_forget;
};

} // namespace andon
