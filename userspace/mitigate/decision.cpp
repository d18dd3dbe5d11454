// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/decision.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::mitigate {

namespace {

Error refuse(std::string why, std::string remedy)
{
    return error("mitigation", "turn on", std::move(why), std::move(remedy));
}

// VIPs of which no service has said anything are taken on trust: of firewall marks.
Result<std::vector<Address>> vips_for(const Request& request, const Services& services)
{
    if (!request.vips.empty()) return request.vips;
    if (!services.vips.empty()) return services.vips;
    if (!services.marks.empty())
        return refuse("services by firewall mark do not tell their VIPs", "--vip names them");
    return refuse("no service here has a worker behind GUE or GRE",
                  "--vip names a VIP all the same");
}

// What is on each device that was left out: for the error that none is left.
Error no_device(const Choice& choice)
{
    std::string why = "no device has a route that clients could come through";
    for (const auto& [device, reason] : choice.left_out)
        why += fmt::format("; {}: {}", device, reason);
    return refuse(std::move(why), "--device names one; else: directorctl hotfix on");
}

Result<Choice> choice_for(const Request& request, const Surroundings& around,
                          const std::vector<Address>& vips)
{
    if (request.devices.empty()) {
        auto choice = choose(around, vips);
        if (choice.devices.empty()) return no_device(choice);
        return choice;
    }
    for (const auto& device : around.devices)
        if (std::ranges::find(request.devices, device.name) != request.devices.end())
            if (auto refused = refusal(device, around.devices)) return std::move(*refused);
    return Choice{.devices = request.devices};
}

} // namespace

// Where every client is on this host it is refused, unless it was told where others will come;
// where some are, it is said.
Result<Decision> decide(const Request& request, const Facts& facts)
{
    const auto& clients = facts.clients;
    Decision made{.vips = TRY(vips_for(request, facts.services))};
    made.choice = TRY(choice_for(request, facts.around, made.vips));
    if (clients.only() && request.devices.empty() && !request.force)
        return refuse(fmt::format("all connections ({}) come from the director itself, through no "
                                  "device",
                                  clients.all),
                      "directorctl hotfix on; --force or --device for clients to come");
    made.notes = made.choice.missed;
    if (clients.local > 0)
        made.notes.push_back(
            fmt::format("{} of {} connections come from the director itself, through no device: "
                        "for them, directorctl hotfix on",
                        clients.local, clients.all));
    return made;
}

} // namespace gueway::mitigate
