// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/OwnTrust.h"

#include "core/audit/checkpoint/KeyStore.h"
#include "core/audit/checkpoint/SignedLogs.h"

#include <utility>

namespace andon {

OwnTrust OwnTrust::of(const QString &origin, const QString &databasePath, const QString &folder)
{
    OwnTrust trust;
    const auto add = [&](const QString &log) {
        const KeyStore store(log, folder);
        const QList<VerifierKey> trusted = store.trusted();
        for (const VerifierKey &key : trusted) {
            if (!trust.keys.contains(key))
                trust.keys << key;
        }
        if (std::optional<QByteArray> last = store.lastSigned())
            trust.checkpoints << GivenCheckpoint{QStringLiteral("this user's keys"), std::move(*last), true};
    };
    if (!origin.isEmpty())
        add(origin);
    const QString before = SignedLogs(folder).at(databasePath);
    if (!before.isEmpty() && before != origin)
        add(before);
    return trust;
}

} // namespace andon
