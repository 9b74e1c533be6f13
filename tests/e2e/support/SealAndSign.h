// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/note/Checkpoint.h"
#include "core/audit/seal/Sealer.h"
#include "core/storage/AgentTables.h"
#include "tests/support/TemporaryDatabase.h"

namespace andon::test {

/// Seals all that the log holds, and signs it as it is now: the note, which is also put into the database.
inline QByteArray sealAndSign(const QString &path, const SigningKey &key,
                              const QString &origin = QStringLiteral("test.example/log"))
{
    Database database(DatabaseLocation::parse(path), existing());
    Sealer sealer(database, AgentTables::read(database).auditColumns);
    sealer.sealAll();
    const qint64 size = sealer.table().size();
    const TreeHash root = MerkleTree(sealer.table()).root(size);
    QByteArray note = SignedNote::sign(Checkpoint{origin, size, root, {}}.toText(), {key}).toBytes();
    database.run(QStringLiteral("INSERT INTO andon_checkpoint(tree_size, root, note, key_name, key_id, signed_at) "
                                "VALUES(?, ?, ?, ?, ?, '2026-01-31T12:00:00.000+00:00')"),
                 {size, QByteArray(reinterpret_cast<const char *>(root.data()), static_cast<qsizetype>(root.size())),
                  QString::fromUtf8(note), key.verifier().name(), key.verifier().idText()});
    return note;
}

} // namespace andon::test
