// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/HookOutcome.h"

#include <QList>
#include <QWidget>

class QVBoxLayout;

namespace andon {

class ReceiptRow;

/// What became of the stop hooks, one line each; what went wrong and the end of what a hook wrote are its tooltip.
class StopHookList : public QWidget
{
    Q_OBJECT

public:
    explicit StopHookList(QWidget *parent = nullptr);

    void setHooks(const QList<HookOutcome> &hooks);

    /// "done in 120 ms", "failed with status 7", "timed out after 10 s", "not executable".
    [[nodiscard]] static QString sentence(const HookOutcome &hook);

private:
    QVBoxLayout *m_column;
    QList<ReceiptRow *> m_rows;
};

} // namespace andon
