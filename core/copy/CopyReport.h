// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/VerifyReport.h"

namespace andon {

/// What was copied, and what the copy is worth.
struct CopyReport
{
    struct Table
    {
        QString name;
        qint64 rows = 0;
    };

    QString from;
    QString to;
    QList<Table> tables;
    double seconds = 0;     ///< of the copying; the verification has its own
    qint64 endedAgents = 0; ///< that were connected to the source
    qint64 sealed = 0;      ///< entries that were sealed at the source
    QString root;           ///< of its tree, Base64
    bool isVerified = false;
    VerifyReport verification; ///< of the target

    [[nodiscard]] qint64 rows() const;
    /// The target was verified, and its log is the source's: the same tree, and no event is other than it was sealed.
    [[nodiscard]] bool isFaithful() const;
    /// One sentence.
    [[nodiscard]] QString headline() const;
    /// Its fields are in docs/andonctl.md.
    [[nodiscard]] QJsonObject toJson() const;
};

} // namespace andon
