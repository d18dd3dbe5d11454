// SPDX-License-Identifier: GPL-2.0-only
// directorctl hotfix status|on|off: the module that repairs what IPVS leaves wrong.
#include "commands.h"
#include "doctor/kernel_probe.h"
#include "hotfix/counts.h"
#include "hotfix/module.h"
#include "report/table.h"
#include "util/json.h"

#include <cstdio>
#include <optional>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr const char* object = "hotfix";

Json status_json(const hotfix::ModuleState& module, const hotfix::AllCounts& counted)
{
    auto namespaces = Json::array();
    for (const auto& each : counted.namespaces)
        namespaces.push_back({{"name", each.name},
                              {"here", each.here},
                              {"seen", each.counts.seen},
                              {"right", each.counts.right},
                              {"repaired", each.counts.repaired}});
    return {{"schema", "gueway.hotfix/1"},         {"loaded", module.loaded},
            {"version", module.version},           {"installed", module.installed},
            {"namespaces", std::move(namespaces)}, {"unread", counted.unread}};
}

void print_counts(const hotfix::AllCounts& counted)
{
    Table table{.columns = {{"network namespace", Align::Left, {}, {}},
                            {"seen", Align::Right, {}, {}},
                            {"right", Align::Right, {}, {}},
                            {"repaired", Align::Right, {}, {}}}};
    for (const auto& [name, here, counts] : counted.namespaces)
        if (here || counts.seen > 0)
            table.rows.push_back({{here ? name + " (here)" : name},
                                  {std::to_string(counts.seen)},
                                  {std::to_string(counts.right)},
                                  {std::to_string(counts.repaired)}});
    fmt::print("{}", table_text(table));
    if (counted.unread)
        fmt::print("{} more cannot be read: needs root (CAP_SYS_ADMIN)\n", counted.unread);
}

std::string ways(const KernelProbe& probe, TunnelState state)
{
    std::string text;
    for (const auto& each : probe.tunnels)
        if (each.state == state) text += (text.empty() ? "" : ", ") + each.way.text();
    return text;
}

// Whether there is something to repair. Inconclusive counts as no: who knows better has --force.
Result<void> check_needed()
{
    const auto probe = TRY(probe_kernel());
    if (probe.state() == TunnelState::lossy) return {};
    constexpr const char* remedy = "--force loads it all the same";
    if (probe.state() == TunnelState::fixed)
        return error(object, "turn on",
                     "this kernel is fixed: large packets get through without it (tried " +
                         ways(probe, TunnelState::fixed) + ")",
                     remedy);
    for (const auto& each : probe.tunnels)
        if (each.state == TunnelState::inconclusive)
            return error(object, "turn on",
                         "it cannot be told whether this kernel needs it: " + each.way.text() +
                             ": " + each.why,
                         remedy);
    return error(object, "turn on", "another program has loaded it meanwhile");
}

// Why what was loaded does not do its work; nothing when it does. Ways that cannot be tried here
// (no IPv6) could not before.
std::optional<std::string> without_effect()
{
    const auto probe = probe_kernel();
    if (!probe)
        return fmt::format("with it loaded, it could not be tried ({})", probe.error().text());
    const auto lossy = ways(*probe, TunnelState::lossy);
    if (!lossy.empty())
        return fmt::format("with it loaded, large packets still do not get through ({})", lossy);
    if (ways(*probe, TunnelState::repaired).empty())
        return "with it loaded, nothing could be sent any more";
    return {};
}

// What was loaded must be seen to do its work, or go again.
Result<void> check_effect()
{
    const auto why = without_effect();
    if (!why) return {};
    if (const auto gone = hotfix::unload(); !gone)
        return error(object, "turn on",
                     fmt::format("{}; it is still loaded: {}", *why, gone.error().text()),
                     "directorctl hotfix off");
    return error(object, "turn on", *why + ": it is unloaded again", "directorctl doctor");
}

// With --json, what is the case now; else the line.
Result<int> answer(const Options& options, const char* line)
{
    if (options.json) return hotfix_status_command(options);
    fmt::print("{}\n", line);
    return exit_done;
}

} // namespace

Result<int> hotfix_status_command(const Options& options)
{
    const auto module = TRY(hotfix::module_state());
    const auto counted = TRY(hotfix::counts_everywhere());
    if (options.json) {
        fmt::print("{}", dump_json(status_json(module, counted)));
        return exit_done;
    }
    if (!module.loaded)
        fmt::print("not loaded{}\n", module.installed ? ": directorctl hotfix on"
                                                      : ", nor installed: make install-hotfix");
    else
        fmt::print("loaded, version {}; packets of IPVS in tunnels since then:\n", module.version);
    if (module.loaded) print_counts(counted);
    return exit_done;
}

Result<int> hotfix_on_command(const Options& options)
{
    if (TRY(hotfix::module_state()).loaded)
        return answer(options, "loaded already: nothing was changed");
    if (!options.force) TRY(check_needed());
    TRY(hotfix::load());
    if (!options.force) TRY(check_effect());
    constexpr const char* checked = "loaded: large packets get through now, until the next reboot "
                                    "(directorctl hotfix on --help: to keep it)";
    return answer(options, options.force ? "loaded" : checked);
}

Result<int> hotfix_off_command(const Options& options)
{
    if (!TRY(hotfix::module_state()).loaded)
        return answer(options, "not loaded: nothing was changed");
    TRY(hotfix::unload());
    return answer(options, "unloaded");
}

} // namespace gueway
