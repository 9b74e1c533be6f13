// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

class QKeyEvent;

namespace andon {

/// The keys that stop: Ctrl+. and Pause, wherever the focus is, in dialogs and menus too.
///
/// A filter on the whole application, so that no widget and no shortcut can take them first. A key
/// that is held down counts once.
class EmergencyKeys : public QObject
{
    Q_OBJECT

public:
    /// Listens from construction to destruction.
    explicit EmergencyKeys(QObject *parent = nullptr);

    [[nodiscard]] static bool isEmergencyKey(const QKeyEvent &event);

signals:
    void stopDemanded();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace andon
