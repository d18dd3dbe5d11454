// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/rules.h"
#include "link/sysctl.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/socket.h>

namespace gueway::doctor {

namespace {

// Values of rp_filter (RFC 3704; __fib_validate_source).
constexpr int off = 0;
constexpr int strict = 1; // only by the device that the answer would leave by
constexpr int loose = 2;  // any device, if there is a way back; one without an address is no device

int in_effect(const ReversePaths& paths, const Input& input)
{
    return std::max(paths.all, input.rp_filter);
}

// Makes `value` the larger one of the two.
void add_commands(Finding& finding, const ReversePaths& paths, const Input& input, int value)
{
    if (paths.all > value) {
        finding.commands.push_back(set_command(device_sysctl(AF_INET, "all", "rp_filter"), value));
        finding.advice = "conf.all is every device's: those that are to be filtered on need "
                         "rp_filter of their own first";
    }
    if (input.rp_filter > value ||
        (value == loose && std::max(paths.all, input.rp_filter) != loose))
        finding.commands.push_back(
            set_command(device_sysctl(AF_INET, input.device, "rp_filter"), value));
}

// The kernel counts for all devices together.
std::string dropped(const ReversePaths& paths)
{
    return fmt::format("filters of this namespace have dropped {} packets since boot, {} of them "
                       "just now",
                       paths.filtered, paths.filtering);
}

Finding finding(const ReversePaths& paths, const Input& input, std::string id, std::string why)
{
    return {.severity = paths.filtering ? Severity::broken : Severity::at_risk,
            .id = std::move(id),
            .subject = "device " + input.device,
            .found =
                fmt::format("rp_filter {} ({}{}); {}", in_effect(paths, input),
                            input.rp_filter >= paths.all ? "its own" : "that of conf.all",
                            input.addressed ? "" : ", and it has no IPv4 address", dropped(paths)),
            .why = std::move(why),
            .basis = paths.filtering ? Basis::measured : Basis::read};
}

// What comes out of a tunnel is from clients, whose answers leave by another device.
void add_tunnel(Findings& found, const ReversePaths& paths, const Input& input)
{
    const int filter = in_effect(paths, input);
    if (filter != strict && (filter != loose || input.addressed)) return;
    auto made = finding(paths, input, "rp-filter-tunnel",
                        "packets that come out of this tunnel are dropped: answers to their "
                        "senders leave by another device");
    add_commands(made, paths, input, input.addressed ? loose : off);
    found.push_back(std::move(made));
}

bool to_workers(const Settings& settings, const std::string& device)
{
    return std::ranges::any_of(settings.underlays, [&](const Underlay& underlay) {
        return std::ranges::any_of(underlay.stack,
                                   [&](const DeviceFacts& each) { return each.name == device; });
    });
}

// Whether clients come by this device is not known; what the filter has dropped is.
void add_plain(Findings& found, const Settings& settings, const Input& input)
{
    const auto& paths = settings.reverse_paths;
    if (in_effect(paths, input) != strict || !input.addressed || paths.default_device.empty() ||
        input.device == paths.default_device || to_workers(settings, input.device))
        return;
    auto made = finding(paths, input, "rp-filter-strict",
                        fmt::format("clients' packets that come by this device are dropped, since "
                                    "answers to them leave by {}",
                                    paths.default_device));
    made.severity = paths.filtered ? Severity::at_risk : Severity::note;
    add_commands(made, paths, input, loose);
    found.push_back(std::move(made));
}

} // namespace

Findings filter_findings(const Settings& settings)
{
    Findings found;
    for (const auto& input : settings.reverse_paths.inputs) {
        if (input.ends_tunnel)
            add_tunnel(found, settings.reverse_paths, input);
        else if (!settings.services.empty())
            add_plain(found, settings, input);
    }
    return found;
}

Findings setting_findings(const Settings& settings)
{
    Findings all;
    for (const auto rules :
         {connection_findings, scheduler_findings, way_findings, filter_findings}) {
        auto found = rules(settings);
        all.insert(all.end(), std::make_move_iterator(found.begin()),
                   std::make_move_iterator(found.end()));
    }
    return all;
}

} // namespace gueway::doctor
