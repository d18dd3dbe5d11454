// SPDX-License-Identifier: GPL-2.0-only
#include "lab/run.h"

#include "lab/session.h"
#include "lab/share.h"
#include "util/text.h"

#include <numeric>

#include <fmt/format.h>

namespace gueway {

namespace {

// All layers of a run but the plan, which is another for each guest.
struct Layers {
    std::string system;
    ModulesLayer modules;
    std::string extras;
};

Result<Layers> make_layers(const RunSpec& spec, const Kernel& kernel)
{
    const auto ip_vs = TRY(find_variant(kernel, spec.ip_vs));
    return Layers{TRY(system_layer(TRY(sibling_program("init")))),
                  TRY(modules_layer(kernel, ip_vs)), TRY(extras_layer(spec.extras))};
}

protocol::Plan make_plan(const RunReport& report, const Layers& layers,
                         const std::vector<size_t>& pending)
{
    protocol::Plan plan{.modules = layers.modules.load, .commands = {}, .shell = report.spec.shell};
    for (const size_t index : pending) plan.commands.push_back(report.commands[index].command);
    return plan;
}

// The guest holds what is brought along twice while it unpacks it. The usual memory has room for
// the usual: no other guest becomes another by this.
unsigned memory_for(const RunSpec& spec, const Layers& layers)
{
    constexpr size_t megabyte = 1U << 20, usual = 100;
    const auto extra = layers.extras.size() / megabyte;
    return extra <= usual ? spec.memory : spec.memory + static_cast<unsigned>(2 * extra);
}

MachineSpec make_machine(const RunSpec& spec, const Kernel& kernel, const Layers& layers,
                         const protocol::Plan& plan)
{
    return {.kernel = kernel.vmlinuz,
            .layers = {layers.system, layers.modules.archive, layers.extras, plan_layer(plan)},
            .lane = spec.lane,
            .accelerator = spec.accelerator,
            .memory = memory_for(spec, layers),
            .kernel_words = spec.kernel_words,
            .shell = spec.shell};
}

} // namespace

Result<RunReport> run_in_lab(const RunSpec& spec, const RunListener& listener)
{
    const auto kernel = TRY(find_kernel(spec.kernel));
    const auto layers = TRY(make_layers(spec, kernel));
    RunReport report{spec, kernel.release, kernel.version, {}, {}};
    for (const auto& command : spec.commands) report.commands.push_back({.command = command});
    std::vector<size_t> pending(report.commands.size());
    std::iota(pending.begin(), pending.end(), 0);
    do {
        const auto plan = make_plan(report, layers, pending);
        Session session(spec, listener, report, pending);
        const auto watcher = session.watcher();
        auto end = run_machine(make_machine(spec, kernel, layers, plan), watcher);
        // Before any command the Error says it all; after, what was done must not be lost.
        if (!end && !session.started()) return std::move(end).error();
        if (!end) end = MachineEnd{MachineEnd::Why::failed, end.error().text()};
        pending = session.settle(*end);
    } while (!pending.empty());
    return report;
}

LabStatus RunReport::lab_status() const
{
    auto status = LabStatus::ok;
    for (const auto& result : commands) status = worse(status, result.lab);
    for (const auto& guest : guests) status = worse(status, guest.lab);
    return status;
}

int RunReport::exit_status() const
{
    if (const auto lab = lab_status(); lab != LabStatus::ok) return exit_code(lab);
    for (const auto& result : commands)
        if (result.status != 0) return result.status;
    return 0;
}

namespace {

std::string explain_missing(const std::vector<CommandResult>& commands)
{
    for (const auto& c : commands)
        if (c.lab == LabStatus::missing)
            return fmt::format("{}: cannot be started in the guest: bring it along with --add FILE",
                               c.command.argv.front());
    return {};
}

std::string explain_failure(const std::string& release, const GuestRecord& guest)
{
    if (guest.end == MachineEnd::Why::interrupted) return "interrupted";
    if (guest.end == MachineEnd::Why::failed) return std::string(trim(guest.words));
    if (!trim(guest.words).empty())
        return fmt::format("guest {}: QEMU said: {}", release, trim(guest.words));
    if (guest.verdict.kind == Verdict::Kind::unscannable)
        return fmt::format("guest {}: kernel log cannot be judged: {}", release, guest.verdict.why);
    return fmt::format("guest {}: ended without saying so: see the kernel log (-v)", release);
}

} // namespace

std::string RunReport::explanation() const
{
    const auto status = lab_status();
    if (status == LabStatus::missing) return explain_missing(commands);
    for (const auto& guest : guests) {
        if (guest.lab != status || status == LabStatus::ok) continue;
        if (status == LabStatus::splatted)
            return fmt::format("guest {}: kernel log: {}", release, guest.verdict.line);
        if (status == LabStatus::timed_out)
            return fmt::format("guest {}: no end after {:g} s: give it more with --timeout",
                               release, static_cast<double>(spec.timeout.count()) / 1000);
        return explain_failure(release, guest);
    }
    return {};
}

} // namespace gueway
