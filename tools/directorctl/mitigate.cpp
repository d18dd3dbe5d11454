// SPDX-License-Identifier: GPL-2.0-only
// directorctl mitigate status|on|off: the inner-MAC bug kept from packets by traffic control.
#include "commands.h"
#include "mitigate/mitigation.h"
#include "report/table.h"
#include "util/json.h"
#include "util/text.h"

#include <cstdio>

#include <fmt/format.h>

namespace gueway {

namespace {

std::vector<std::string> texts(const std::vector<Address>& addresses)
{
    std::vector<std::string> made;
    made.reserve(addresses.size());
    for (const auto& each : addresses) made.push_back(each.text());
    return made;
}

std::string listed(const std::vector<Address>& addresses)
{
    return join(texts(addresses), ", ");
}

Result<mitigate::Request> request_of(const Options& options)
{
    mitigate::Request request{.devices = options.devices, .force = options.force};
    for (const auto& text : options.vips) request.vips.push_back(TRY(parse_address(text)));
    return request;
}

struct Status {
    std::vector<mitigate::Ingress> there;
    mitigate::Coverage coverage;
};

Result<Status> read_status(const Namespace& here)
{
    return Status{TRY(mitigate::in_force(here)), TRY(mitigate::coverage(here))};
}

Json status_json(const Status& status)
{
    const auto& [there, coverage] = status;
    auto devices = Json::array();
    for (const auto& ingress : there) {
        auto vips = Json::array();
        for (const auto& rule : ingress.rules)
            if (ingress.has(rule.vip))
                vips.push_back({{"vip", rule.vip.text()}, {"packets", rule.packets}});
        devices.push_back({{"device", ingress.device},
                           {"qdisc_made", ingress.owns_qdisc()},
                           {"other_filters", ingress.others > 0},
                           {"leftovers", ingress.leftovers()},
                           {"vips", std::move(vips)}});
    }
    return {{"schema", "gueway.mitigate/1"},
            {"devices", std::move(devices)},
            {"covered", texts(coverage.covered)},
            {"uncovered", texts(coverage.uncovered)},
            {"missed", coverage.missed}};
}

void print_status(const Status& status)
{
    const auto& [there, coverage] = status;
    Table table{.columns = {{"device", Align::Left, {}, {}},
                            {"VIP", Align::Left, {}, {}},
                            {"packets", Align::Right, {}, {}}}};
    for (const auto& ingress : there)
        for (const auto& rule : ingress.rules)
            if (ingress.has(rule.vip))
                table.rows.push_back(
                    {{ingress.device}, {rule.vip.text()}, {std::to_string(rule.packets)}});
    if (table.rows.empty())
        fmt::print("off\n");
    else
        fmt::print("on\n{}", table_text(table));
    if (!coverage.uncovered.empty())
        fmt::print("uncovered: {}: directorctl mitigate on\n", listed(coverage.uncovered));
    for (const auto& why : coverage.missed) fmt::print("missed: {}\n", why);
    for (const auto& ingress : there)
        if (ingress.leftovers())
            fmt::print("{}: filters that no packet comes to, of a mitigate that was ended halfway: "
                       "mitigate on or off\n",
                       ingress.device);
}

void print_change(const mitigate::Change& change, bool on)
{
    const char* const word = on ? "on" : "off";
    if (change.devices.empty()) fmt::print("{} already: nothing was changed\n", word);
    for (const auto& [device, changed, others, leftovers] : change.devices) {
        if (changed.empty() && leftovers)
            fmt::print("{}: what was left of a mitigate that was ended halfway is gone\n", device);
        else if (changed.empty())
            fmt::print("{}: {} already: nothing was changed\n", device, word);
        else
            fmt::print("{}: {} for {}\n", device, word, listed(changed));
        if (on && others)
            fmt::print("{}: others have filters there, too: what those end (ok, drop, redirect) "
                       "does not come to ours\n",
                       device);
    }
    for (const auto& [device, why] : change.left_out) fmt::print("{}: left out: {}\n", device, why);
    for (const auto& note : change.notes) fmt::print("note: {}\n", note);
}

// It is done, whatever comes of the status.
Result<int> answer(const Namespace& here, const Options& options, const mitigate::Change& change,
                   bool on)
{
    if (!options.json) {
        print_change(change, on);
        return exit_done;
    }
    const auto status = read_status(here);
    if (status)
        fmt::print("{}", dump_json(status_json(*status)));
    else
        fmt::print("{}", dump_json({{"schema", "gueway.mitigate/1"},
                                    {"devices", nullptr},
                                    {"unread", status.error().text()}}));
    return exit_done;
}

} // namespace

Result<int> mitigate_status_command(const Options& options)
{
    const auto here = TRY(Namespace::current());
    const auto status = TRY(read_status(here));
    if (options.json)
        fmt::print("{}", dump_json(status_json(status)));
    else
        print_status(status);
    return exit_done;
}

Result<int> mitigate_on_command(const Options& options)
{
    const auto here = TRY(Namespace::current());
    return answer(here, options, TRY(mitigate::turn_on(here, TRY(request_of(options)))), true);
}

Result<int> mitigate_off_command(const Options& options)
{
    const auto here = TRY(Namespace::current());
    return answer(here, options, TRY(mitigate::turn_off(here, TRY(request_of(options)))), false);
}

} // namespace gueway
