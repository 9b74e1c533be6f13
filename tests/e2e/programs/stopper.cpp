// SPDX-License-Identifier: Apache-2.0
// Does one thing to a database and dies in the middle of it, as if the power of this process alone had failed.
//
//   stopper DATABASE kill|observe|arm|claim [STEP [N]]
//
// SIGKILLs itself when STEP of the protocol is reached for the Nth time; goes to the end without STEP. Prints
// `acknowledged` once the permit is gone and `done` at the end. `claim` claims the oldest validated action.

#include "core/audit/ActionAuditor.h"
#include "core/safety/SafetyController.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/e2e/support/ProtocolSteps.h"

#include <QCoreApplication>

#include <unistd.h>

#include <csignal>
#include <iostream>

using namespace andon;

namespace {

void perform(SafetyController &safety, const QString &what)
{
    const QString reason = QStringLiteral("the stopper's reason");
    if (what == u"kill") {
        static_cast<void>(safety.killSwitch(reason));
    } else if (what == u"claim") {
        safety.actions().claim(safety.actions().list({ActionStatus::Validated}, 1).first().id);
    } else {
        ModeChange change;
        change.reason = reason;
        change.keepPending = true;
        safety.setMode(what == u"arm" ? SafetyMode::Execute : SafetyMode::Observe, change);
    }
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 3)
        return 2;
    const std::optional<ProtocolStep> last = arguments.size() > 3 ? test::protocolStepFromString(arguments.at(3))
                                                                  : std::nullopt;
    if (arguments.size() > 3 && !last)
        return 2;
    int left = arguments.size() > 4 ? arguments.at(4).toInt() : 1;
    const auto observe = [last, &left](ProtocolStep step) {
        if (last == step && --left == 0)
            static_cast<void>(::kill(::getpid(), SIGKILL));
        if (step == ProtocolStep::PermitRevoked)
            std::cout << "acknowledged" << std::endl;
    };
    try {
        Database::Options options;
        options.waiting = Database::Waiting::Eager;
        Database database(DatabaseLocation::parse(arguments.at(1)), options);
        static_cast<void>(Schema::ensure(database));
        ActionAuditor auditor(database, QStringLiteral("stopper@test"));
        SafetyController safety(database, auditor, observe);
        std::cout << "ready" << std::endl;
        perform(safety, arguments.at(2));
        std::cout << "done" << std::endl;
    } catch (const std::exception &error) {
        std::cerr << "stopper: " << error.what() << std::endl;
        return 1;
    }
    return 0;
}
