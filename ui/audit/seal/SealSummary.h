// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/SealMark.h"

#include <QCoreApplication>
#include <QStringList>

namespace andon {

struct SealKnowledge;

/// What is known of the seals in few words: a shape, a line in several lengths, an alarm.
struct SealSummary
{
    Q_DECLARE_TR_FUNCTIONS(andon::SealSummary)

public:
    /// Times are written in Qt::LocalTime or Qt::UTC.
    [[nodiscard]] static SealSummary of(const SealKnowledge &known, Qt::TimeSpec zone);

    SealMark mark = SealMark::Unknown;
    double share = 0;  ///< of a verification under way
    QStringList forms; ///< the same said ever shorter; the first says all
    /// What it means, and what to do.
    QString meaning;
    /// What must not be missed; empty where there is nothing of the kind.
    QString alarm;
};

} // namespace andon
