// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/VerifyReport.h"

#include <QAbstractListModel>

namespace andon {

/// A part of a report as a list: each line a mark, a title, what it is about, and a sentence. Lines are made when they
/// are looked at.
class ReportLines : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        MarkRole = Qt::UserRole, ///< SealMark, as an int
        AboutRole,               ///< which event, action or checkpoint, in a few words
        SentenceRole,
    };

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    /// All of a line, for the clipboard.
    [[nodiscard]] QString textOf(int row) const;

protected:
    struct Line
    {
        int mark = 0;
        QString title;
        QString about;
        QString sentence;
    };
    [[nodiscard]] virtual Line lineAt(int row) const = 0;
};

/// What a verification has found.
class FindingLines : public ReportLines
{
    Q_OBJECT

public:
    using ReportLines::ReportLines;

    void setFindings(const QList<VerifyFinding> &findings);
    [[nodiscard]] const VerifyFinding &findingAt(int row) const { return m_findings.at(row); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;

protected:
    [[nodiscard]] Line lineAt(int row) const override;

private:
    QList<VerifyFinding> m_findings;
};

/// The checkpoints that the log was held against: first those that do not hold, then the largest.
class CheckpointLines : public ReportLines
{
    Q_OBJECT

public:
    /// More are not listed; the saved report has them.
    static constexpr qsizetype kMostLines = 200;

    using ReportLines::ReportLines;

    void setCheckpoints(QList<CheckpointVerdict> checkpoints);
    /// Qt::LocalTime or Qt::UTC.
    void setZone(Qt::TimeSpec zone);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;

protected:
    [[nodiscard]] Line lineAt(int row) const override;

private:
    QList<CheckpointVerdict> m_checkpoints;
    Qt::TimeSpec m_zone = Qt::LocalTime;
};

} // namespace andon
