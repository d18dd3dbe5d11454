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
    mitigate::Request request{.devices = options.devices};
    for (const auto& text : options.vips) request.vips.push_back(TRY(parse_address(text)));
    return request;
}

Json status_json(const std::vector<mitigate::Ingress>& there, const mitigate::Coverage& coverage)
{
    auto devices = Json::array();
    for (const auto& ingress : there) {
        auto vips = Json::array();
        for (const auto& rule : ingress.rules)
            vips.push_back({{"vip", rule.vip.text()}, {"packets", rule.packets}});
        devices.push_back({{"device", ingress.device},
                           {"qdisc_made", ingress.owns_qdisc()},
                           {"other_filters", ingress.others > 0},
                           {"vips", std::move(vips)}});
    }
    return {{"schema", "gueway.mitigate/1"},
            {"devices", std::move(devices)},
            {"covered", texts(coverage.covered)},
            {"uncovered", texts(coverage.uncovered)}};
}

void print_status(const std::vector<mitigate::Ingress>& there, const mitigate::Coverage& coverage)
{
    Table table{.columns = {{"device", Align::Left, {}, {}},
                            {"VIP", Align::Left, {}, {}},
                            {"packets", Align::Right, {}, {}}}};
    for (const auto& ingress : there)
        for (const auto& rule : ingress.rules)
            table.rows.push_back(
                {{ingress.device}, {rule.vip.text()}, {std::to_string(rule.packets)}});
    if (table.rows.empty())
        fmt::print("off\n");
    else
        fmt::print("on\n{}", table_text(table));
    if (!coverage.uncovered.empty())
        fmt::print("uncovered: {}: directorctl mitigate on\n", listed(coverage.uncovered));
}

void print_change(const mitigate::Change& change, bool on)
{
    const char* const word = on ? "on" : "off";
    if (change.devices.empty()) fmt::print("{} already: nothing was changed\n", word);
    for (const auto& [device, changed, others] : change.devices) {
        if (changed.empty())
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

Result<int> answer(const Options& options, const mitigate::Change& change, bool on)
{
    if (options.json) return mitigate_status_command(options);
    print_change(change, on);
    return exit_done;
}

} // namespace

Result<int> mitigate_status_command(const Options& options)
{
    const auto here = TRY(Namespace::current());
    const auto there = TRY(mitigate::in_force(here));
    const auto coverage = TRY(mitigate::coverage(here));
    if (options.json)
        fmt::print("{}", dump_json(status_json(there, coverage)));
    else
        print_status(there, coverage);
    return exit_done;
}

Result<int> mitigate_on_command(const Options& options)
{
    const auto here = TRY(Namespace::current());
    return answer(options, TRY(mitigate::turn_on(here, TRY(request_of(options)))), true);
}

Result<int> mitigate_off_command(const Options& options)
{
    const auto here = TRY(Namespace::current());
    return answer(options, TRY(mitigate::turn_off(here, TRY(request_of(options)))), false);
}

} // namespace gueway
