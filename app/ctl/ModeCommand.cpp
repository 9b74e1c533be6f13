// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"

#include <memory>

namespace andon::ctl {

namespace {

struct ModeOptions
{
    std::string mode;
    std::string reason;
    bool keepPending = false;
};

SafetyMode modeFrom(const std::string &text)
{
    const std::optional<SafetyMode> mode = safetyModeFromString(QString::fromStdString(text));
    if (!mode)
        throw InvalidInputError(
            QStringLiteral("There is no mode \"%1\": choose observe or execute.").arg(QString::fromStdString(text)));
    return *mode;
}

QString sentence(SafetyMode mode, const ModeResult &result, qint64 pending)
{
    if (!result.changed)
        return QStringLiteral("The mode is %1 already. Nothing was changed.").arg(toString(mode));
    QString text = mode == SafetyMode::Execute
        ? QStringLiteral("The mode is execute: validated actions may run from now on.")
        : QStringLiteral("The mode is observe: nothing may start any more.");
    text += QStringLiteral(" Pending actions cancelled: %1").arg(result.cancelledCount);
    return text + (pending > 0 ? QStringLiteral("; kept: %1.").arg(pending) : QStringLiteral("."));
}

ExitStatus changeMode(const Invocation &invocation, const ModeOptions &options)
{
    const SafetyMode mode = modeFrom(options.mode);
    ModeChange change;
    change.reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    change.keepPending = options.keepPending;
    if (options.keepPending && mode == SafetyMode::Observe)
        throw InvalidInputError(
            QStringLiteral("--keep-pending goes with execute only: observe cancels what is pending."));

    Session session(invocation.location(), Session::Purpose::Change);
    const ModeResult result = session.safety().setMode(mode, change);
    const SafetyStatus status = session.safety().status();
    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("mode"), toString(mode)},
                            {QStringLiteral("changed"), result.changed},
                            {QStringLiteral("cancelled_count"), result.cancelledCount},
                            {QStringLiteral("pending"), status.pending},
                            {QStringLiteral("epoch"), status.state.epoch.value}});
    else
        Console::writeLine(sentence(mode, result, status.pending));
    return ExitStatus::Done;
}

} // namespace

void addModeCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ModeOptions>();
    CLI::App *command = app.add_subcommand("mode", "Choose whether agents may execute or only propose");
    command->add_option("MODE", options->mode, "observe or execute")->required()->option_text("observe|execute");
    command->add_option("--reason", options->reason, "Why; it goes into the audit log")->required()->type_name("TEXT");
    command->add_flag("--keep-pending", options->keepPending,
                      "With execute: leave what is pending, instead of cancelling it");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return changeMode(invocation, *options); };
    });
}

} // namespace andon::ctl
