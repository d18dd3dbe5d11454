// SPDX-License-Identifier: GPL-2.0-only
#include "director/show.h"

#include "config/scheduler.h"
#include "director/describe.h"
#include "report/table.h"
#include "util/json.h"
#include "util/text.h"

namespace gueway {

namespace {

std::vector<std::string> flag_names(const ipvs::Service& service)
{
    auto names = scheduler_flags(service.scheduler, service.flags);
    if (service.flags & ipvs::one_packet) names.emplace_back("one-packet");
    return names;
}

std::string service_line(const ipvs::Service& service)
{
    std::string line = service.scheduler;
    if (const auto flags = flag_names(service); !flags.empty())
        line += " (" + join(flags, ", ") + ")";
    if (const auto persistence = persistence_text(service); !persistence.empty())
        line += ", persistence " + persistence;
    return line;
}

std::vector<TableCell> worker_row(const ipvs::Destination& worker)
{
    return {{"  " + worker.text()},
            {forward_text(worker)},
            {std::to_string(worker.weight)},
            {std::to_string(worker.active)},
            {std::to_string(worker.inactive)},
            {std::to_string(worker.stats.connections)},
            {std::to_string(worker.stats.in_packets)}};
}

Json worker_json(const ipvs::Destination& worker)
{
    return {{"worker", worker.text()},
            {"forward", forward_text(worker)},
            {"weight", worker.weight},
            {"upper_threshold", worker.upper_threshold},
            {"lower_threshold", worker.lower_threshold},
            {"active", worker.active},
            {"inactive", worker.inactive},
            {"persistent", worker.persistent},
            {"connections", worker.stats.connections},
            {"in_packets", worker.stats.in_packets},
            {"in_bytes", worker.stats.in_bytes}};
}

Json service_json(const ipvs::ServiceState& state)
{
    Json workers = Json::array();
    for (const auto& worker : state.destinations) workers.push_back(worker_json(worker));
    return {{"service", state.service.key.text()},
            {"scheduler", state.service.scheduler},
            {"flags", flag_names(state.service)},
            {"persistence", persistence_text(state.service)},
            {"workers", std::move(workers)}};
}

} // namespace

std::string show_text(const State& state)
{
    constexpr size_t width = 160; // addresses are not to be cut
    Table table;
    table.columns = {{"service, workers"},       {"forward"},
                     {"weight", Align::Right},   {"active", Align::Right},
                     {"inactive", Align::Right}, {"connections", Align::Right},
                     {"packets", Align::Right}};
    for (const auto& [service, workers] : state.services) {
        table.rows.push_back({{service.key.text()}, {service_line(service)}});
        for (const auto& worker : workers) table.rows.push_back(worker_row(worker));
    }
    auto out = state.services.empty() ? std::string("no services\n") : table_text(table, width);
    for (const auto& each : state.fou_interfaces) {
        out += "FOU interface " + each.device.name + ": " + each.device.text();
        for (const auto& address : each.private_addresses) out += " " + address.text();
        out += "\n";
    }
    return out;
}

Json show_json(const State& state)
{
    Json services = Json::array(), interfaces = Json::array();
    for (const auto& each : state.services) services.push_back(service_json(each));
    for (const auto& each : state.fou_interfaces) {
        Json addresses = Json::array();
        for (const auto& address : each.private_addresses) addresses.push_back(address.text());
        interfaces.push_back({{"device", each.device.name},
                              {"tunnel", each.device.text()},
                              {"private", std::move(addresses)}});
    }
    return {{"schema", director_schema},
            {"services", std::move(services)},
            {"fou_interfaces", std::move(interfaces)}};
}

} // namespace gueway
