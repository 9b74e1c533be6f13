// SPDX-License-Identifier: Apache-2.0
// Seals what others have written, a few events at a time, and now and then writes an event of its own, until its input
// ends or it is killed.
//
//   sealing_loop DATABASE

#include "core/audit/ActionAuditor.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"

#include <QCoreApplication>

#include <atomic>
#include <iostream>
#include <thread>

using namespace andon;

namespace {

constexpr qint64 kFew = 16;
constexpr int kOwnEvery = 8;

void sealOnce(Sealer &sealer, ActionAuditor &auditor, int round)
{
    AuditEvent event;
    event.eventType = QStringLiteral("note");
    event.actor = Actor::kSystem;
    try {
        if (round % kOwnEvery == 0)
            auditor.logEvent(event);
        else if (sealer.seal(kFew) == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } catch (const StorageError &error) {
        if (!error.isTransient())
            throw;
    }
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    Database::Options options;
    options.lockTimeout = std::chrono::seconds(20);
    Database database(DatabaseLocation::parse(QCoreApplication::arguments().value(1)), options);
    static_cast<void>(Schema::ensure(database));
    ActionAuditor auditor(database, QStringLiteral("sealer@loop"));
    Sealer sealer(database, auditor.tables().auditColumns);
    std::cout << "sealing" << std::endl;
    std::atomic_bool isEnding{false};
    std::thread reader([&isEnding] {
        std::string line;
        while (std::getline(std::cin, line)) {}
        isEnding = true;
    });
    try {
        for (int round = 0; !isEnding; ++round)
            sealOnce(sealer, auditor, round);
    } catch (const Error &error) {
        std::cerr << error.what() << std::endl;
        std::_Exit(1);
    }
    reader.join();
    return 0;
}
