// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/report.h"
#include "report/columns.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::doctor {

namespace {

constexpr size_t width = 100;

// Wrapped, with `first` in front of the first line and blanks in front of the others.
std::string paragraph(std::string_view first, std::string_view text)
{
    const size_t margin = display_width(first);
    std::string out, lead(first);
    const auto folded = wrapped(text, width - margin);
    for (const auto line : lines(folded)) {
        out += fmt::format("{}{}\n", lead, line);
        lead.assign(margin, ' ');
    }
    return out;
}

std::string count(size_t number, std::string_view one)
{
    return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string title(const Report& report)
{
    return fmt::format("{}: {}\n", report.netns.empty() ? "this host" : "netns " + report.netns,
                       health(report));
}

std::string probe_words(const KernelAnswer& kernel)
{
    if (!kernel.probe) return fmt::format("not asked: {}", kernel.unknown);
    std::vector<std::string> parts;
    for (const auto state : {TunnelState::lossy, TunnelState::inconclusive, TunnelState::repaired,
                             TunnelState::fixed}) {
        std::vector<std::string> ways;
        for (const auto& each : kernel.probe->tunnels)
            if (each.state == state) ways.push_back(each.way.text());
        if (!ways.empty()) parts.push_back(fmt::format("{}: {}", name(state), join(ways, ", ")));
    }
    auto words = join(parts, "; ");
    if (const auto why = kernel.why(); !why.empty()) words += fmt::format(" ({})", why);
    return words + " (measured)";
}

std::string hotfix_words(const KernelAnswer& kernel)
{
    return kernel.hotfix ? "loaded" : "not loaded";
}

std::string mitigation_words(const Mitigation& mitigation)
{
    if (!mitigation.unknown.empty()) return "cannot be read: " + mitigation.unknown;
    if (!mitigation.spared_by.empty())
        return fmt::format("not needed: clients come through {}, without an Ethernet header",
                           listed(mitigation.spared_by));
    if (mitigation.covered.empty()) return "none";
    auto words = fmt::format("for {}{}", listed(mitigation.covered),
                             mitigation.uncovered.empty()
                                 ? ", all VIPs"
                                 : fmt::format(", not for {}", listed(mitigation.uncovered)));
    for (const auto& gap : mitigation.gaps) words += "; " + gap;
    return words;
}

std::string tunnel_words(const Segmentation& tunnel)
{
    auto words =
        fmt::format("{} ({}{}{}): {}", tunnel.text(), count(tunnel.workers, "worker"),
                    tunnel.driver.empty() ? "" : ", driver ", tunnel.driver, name(tunnel.exposure));
    if (!tunnel.missing.empty()) words += fmt::format(", off: {}", join(tunnel.missing, ", "));
    if (tunnel.dropped > 0)
        words += fmt::format(
            ", {} dropped{}", count(tunnel.dropped, "packet"),
            tunnel.dropping > 0 ? fmt::format(", {} of them just now", tunnel.dropping) : "");
    if (!tunnel.knowledge.empty()) words += fmt::format("; {} (knowledge)", tunnel.knowledge);
    return words;
}

std::string facts(const Report& report)
{
    const auto& bug = report.bug;
    auto out = paragraph("  services    ",
                         report.ipvs ? fmt::format("{}, {}", count(report.services, "service"),
                                                   count(report.workers, "worker"))
                                     : "ip_vs is not loaded");
    out +=
        paragraph("  kernel      ", fmt::format("{}: {}", report.release, probe_words(bug.kernel)));
    out += paragraph("  hotfix      ", hotfix_words(bug.kernel));
    out += paragraph("  mitigation  ", mitigation_words(bug.mitigation));
    for (const auto& each : bug.tunnels) out += paragraph("  tunnel      ", tunnel_words(each));
    if (!bug.kernel.left.empty()) out += paragraph("  left loaded ", join(bug.kernel.left, ", "));
    return out;
}

std::string finding_text(const Finding& finding, const std::string& netns)
{
    auto out = paragraph(
        "  ",
        fmt::format("{}: {} [{}{}]", finding.subject, finding.found, finding.id,
                    finding.basis == Basis::read ? "" : fmt::format(", {}", name(finding.basis))));
    out += paragraph("      ", finding.why + ".");
    for (const auto& command : finding.commands)
        out += fmt::format("      # {}\n", typed(command, netns));
    if (!finding.advice.empty()) out += paragraph("      ", "(" + finding.advice + ")");
    return out;
}

std::string sum(const Findings& findings)
{
    const auto of = [&](Severity severity) {
        return std::ranges::count(findings, severity, &Finding::severity);
    };
    return fmt::format("{} broken, {} at risk, {}\n", of(Severity::broken), of(Severity::at_risk),
                       count(static_cast<size_t>(of(Severity::note)), "note"));
}

} // namespace

std::string_view health(const Report& report)
{
    return report.severity() == Severity::note ? "healthy" : name(report.severity());
}

std::string typed(const std::string& command, const std::string& netns)
{
    // directorctl knows --netns itself; modules and make are of no namespace.
    if (netns.empty() || command.starts_with("make ")) return command;
    constexpr std::string_view ours = "directorctl ";
    if (command.starts_with(ours))
        return fmt::format("{}--netns {} {}", ours, quoted(netns), command.substr(ours.size()));
    if (netns.find('/') != std::string::npos)
        return fmt::format("nsenter --net={} {}", quoted(netns), command);
    return fmt::format("ip netns exec {} {}", quoted(netns), command);
}

std::string text(const Report& report)
{
    auto out = title(report) + facts(report);
    std::optional<Severity> section;
    for (const auto& each : report.findings) {
        if (section != each.severity) out += fmt::format("\n{}\n", name(each.severity));
        section = each.severity;
        out += finding_text(each, report.netns);
    }
    return out + "\n" + sum(report.findings);
}

} // namespace gueway::doctor
