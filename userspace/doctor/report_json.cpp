// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/report.h"
#include "util/json.h"

namespace gueway::doctor {

namespace {

std::string_view family(int number)
{
    return number == AF_INET6 ? "IPv6" : "IPv4";
}

// "at_risk": one word, as programs like it.
std::string word(std::string_view words)
{
    std::string made(words);
    for (char& c : made)
        if (c == ' ') c = '_';
    return made;
}

Json way_json(const TunnelProbe& probe)
{
    return {{"encap", name(probe.way.encap.type)},
            {"checksum", name(probe.way.encap.checksum)},
            {"underlay", family(probe.way.underlay)},
            {"state", name(probe.state)},
            {"small_sent", probe.small_sent},
            {"small_arrived", probe.small_arrived},
            {"large_sent", probe.large_sent},
            {"segments_sent", probe.segments_sent},
            {"segments_arrived", probe.segments_arrived},
            {"dropped", probe.dropped},
            {"repaired", probe.repaired},
            {"why", probe.why}};
}

Json kernel_json(const Report& report)
{
    const auto& kernel = report.bug.kernel;
    Json ways = Json::array();
    if (kernel.probe)
        for (const auto& each : kernel.probe->tunnels) ways.push_back(way_json(each));
    return {{"release", report.release},     {"probed", kernel.probe.has_value()},
            {"state", name(kernel.state())}, {"why", kernel.why()},
            {"ways", std::move(ways)},       {"hotfix", kernel.hotfix},
            {"modules_left", kernel.left}};
}

Json tunnel_json(const Segmentation& tunnel)
{
    return {{"device", tunnel.device},     {"driver", tunnel.driver},
            {"encap", text(tunnel.encap)}, {"underlay", family(tunnel.underlay)},
            {"workers", tunnel.workers},   {"exposure", name(tunnel.exposure)},
            {"off", tunnel.missing},       {"knowledge", tunnel.knowledge},
            {"dropped", tunnel.dropped},   {"dropping", tunnel.dropping}};
}

Json finding_json(const Finding& finding, const std::string& netns)
{
    Json commands = Json::array();
    for (const auto& each : finding.commands) commands.push_back(typed(each, netns));
    return {{"severity", word(name(finding.severity))},
            {"id", finding.id},
            {"subject", finding.subject},
            {"found", finding.found},
            {"why", finding.why},
            {"commands", std::move(commands)},
            {"advice", finding.advice},
            {"basis", name(finding.basis)}};
}

} // namespace

Json to_json(const Report& report)
{
    Json tunnels = Json::array(), findings = Json::array();
    for (const auto& each : report.bug.tunnels) tunnels.push_back(tunnel_json(each));
    for (const auto& each : report.findings) findings.push_back(finding_json(each, report.netns));
    return {{"schema", schema},
            {"netns", report.netns},
            {"health", word(health(report))},
            {"ipvs", report.ipvs},
            {"services", report.services},
            {"workers", report.workers},
            {"kernel", kernel_json(report)},
            {"mitigation",
             {{"covered", report.bug.mitigation.covered},
              {"uncovered", report.bug.mitigation.uncovered},
              {"gaps", report.bug.mitigation.gaps},
              {"spared_by", report.bug.mitigation.spared_by},
              {"unknown", report.bug.mitigation.unknown}}},
            {"tunnels", std::move(tunnels)},
            {"findings", std::move(findings)}};
}

} // namespace gueway::doctor
