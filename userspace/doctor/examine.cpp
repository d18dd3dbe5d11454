// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/examine.h"

#include "doctor/read.h"
#include "doctor/rules.h"
#include "hotfix/counts.h"
#include "util/deadline.h"
#include "util/module.h"

#include <algorithm>
#include <set>

namespace gueway::doctor {

namespace {

// What the probe makes the kernel load, by the beginnings of the names: IPVS with what it stands
// on, and the wires. Anything else that came meanwhile is somebody else's.
constexpr std::string_view ours[] = {
    "ip_vs",      "nf_conntrack",   "nf_defrag_ipv", "libcrc32c",  "crc32c",
    "udp_tunnel", "ip6_udp_tunnel", "ip_tunnel",     "ip6_tunnel", "tunnel6",
    "gre",        "veth",           "af_packet"};

bool is_ours(const std::string& module)
{
    return std::ranges::any_of(ours,
                               [&](std::string_view name) { return module.starts_with(name); });
}

// Takes out those of our modules that were not there before. A module goes once nothing needs it:
// others before those they stand on, and all when the kernel has cleaned up behind the probe's
// namespaces, which it does in its own time. What somebody else has begun to use stays. Returns
// those.
std::vector<std::string> unload_all_but(const std::set<std::string>& before)
{
    std::vector<std::string> modules;
    for (const auto& module : loaded_modules())
        if (!before.contains(module) && is_ours(module)) modules.push_back(module);
    const auto gone = [](const std::string& module) {
        const auto done = unload_module(module);
        return done || done.error().code == ENOENT;
    };
    constexpr auto patience = std::chrono::seconds(10);
    (void)wait_until(Deadline::after(patience), "modules", "their end", [&] {
        while (std::erase_if(modules, gone) != 0) {
        }
        return modules.empty();
    });
    return modules;
}

Result<KernelAnswer> ask_kernel(const std::vector<Segmentation>& tunnels)
{
    const auto before = loaded_modules();
    // Older kernels do not load it when they are asked for IPVS. Where it cannot be loaded, the
    // probe says what is missing.
    (void)load_module("ip_vs");
    auto probe = probe_kernel(ways_to_probe(tunnels));
    KernelAnswer answer;
    answer.left = unload_all_but(before);
    if (!probe && probe.error().code == EPERM) return probe.error();
    if (probe)
        answer.probe = *std::move(probe);
    else
        answer.unknown = probe.error().text();
    return answer;
}

// Whether traffic may be dropped, and only watching can tell.
bool undecided(const std::vector<Segmentation>& tunnels, const KernelAnswer& kernel)
{
    return std::ranges::any_of(tunnels, [&](const Segmentation& tunnel) {
        return tunnel.exposure == Exposure::possible && tunnel.dropping == 0 &&
               kernel.state(tunnel.encap, tunnel.underlay) == TunnelState::lossy;
    });
}

// What the tunnels drop from when the settings were read. Where it decides, the doctor watches as
// long as TCP takes to send again what was lost: 200 ms at least (RFC 6298 and TCP_RTO_MIN of
// include/net/tcp.h), doubled twice.
Result<std::vector<Segmentation>> look_for_drops(const Namespace& where, Settings& settings,
                                                 const KernelAnswer& kernel)
{
    constexpr auto watch = std::chrono::milliseconds(1400);
    const auto watched =
        wait_until(Deadline::after(watch), "underlay", "drops", [&]() -> Result<bool> {
            TRY(read_drops_again(where, settings));
            return !undecided(segmentations(settings), kernel);
        });
    if (!watched && watched.error().code != ETIMEDOUT) return watched.error();
    return segmentations(settings);
}

} // namespace

Result<Report> examine(const Namespace& where, const ExamineOptions& options)
{
    auto settings = TRY(read_settings(where));
    Report report{.netns = options.netns, .release = kernel_release()};
    report.services = settings.services.size();
    report.workers = settings.workers.size();
    report.ipvs = settings.ipvs;
    report.bug.director = settings.ipvs;
    report.bug.services = !settings.services.empty();
    const auto hotfix = hotfix::counts(where);
    if (options.probe)
        report.bug.kernel = TRY(ask_kernel(segmentations(settings)));
    else
        report.bug.kernel.unknown = "--no-probe";
    report.bug.mitigation = read_mitigation(where, settings);
    report.bug.tunnels = TRY(look_for_drops(where, settings, report.bug.kernel));
    report.bug.kernel.hotfix = hotfix && hotfix->has_value();
    report.findings = bug_findings(report.bug);
    auto more = setting_findings(settings);
    report.findings.insert(report.findings.end(), std::make_move_iterator(more.begin()),
                           std::make_move_iterator(more.end()));
    sort_by_severity(report.findings);
    return report;
}

} // namespace gueway::doctor
