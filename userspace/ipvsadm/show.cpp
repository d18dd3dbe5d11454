// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/show.h"

#include "ipvsadm/connections.h"
#include "ipvsadm/listing.h"
#include "ipvsadm/perform.h"
#include "ipvsadm/save.h"
#include "util/file.h"

#include <algorithm>
#include <cerrno>

namespace gueway::ipvsadm {

namespace {

using Shown = std::expected<std::string, Failure>;
using States = std::vector<ipvs::ServiceState>;

// One pass, as ipvsadm makes it: a listing may see a change half-way, and a restore does not.
std::expected<States, Failure> read_once(ipvs::Client& client)
{
    auto services = client.services();
    if (!services) return std::unexpected(failed(services.error()));
    States states;
    for (auto& service : *services) {
        auto workers = client.destinations(service.key);
        if (!workers) return std::unexpected(failed(workers.error()));
        states.push_back({std::move(service), std::move(*workers)});
    }
    return states;
}

Shown show_connections(const Command& command)
{
    const auto proc = read_file("/proc/thread-self/net/ip_vs_conn");
    if (!proc) return std::unexpected(Failure{status_absent, proc.error().text()});
    return connection_table(*proc, command.has(Option::numeric),
                            command.has(Option::persistent_conn));
}

Shown show_service(ipvs::Client& client, const Command& command)
{
    const auto& key = command.service.key;
    auto asked = client.service(key);
    if (!asked) return std::unexpected(failed(asked.error()));
    auto& service = *asked;
    if (!service) {
        auto failure = refused(command, ESRCH);
        failure.status = status_absent;
        return std::unexpected(failure);
    }
    auto workers = client.destinations(key);
    if (!workers) return std::unexpected(failed(workers.error()));
    States states(1, {std::move(*service), std::move(*workers)});
    if (!command.has(Option::nosort)) sort(states);
    return table(states, command.named);
}

Shown show_table(ipvs::Client& client, const Command& command)
{
    const auto info = client.info();
    if (!info) return std::unexpected(failed(info.error()));
    auto states = read_once(client);
    if (!states) return std::unexpected(states.error());
    if (!command.has(Option::nosort)) sort(*states);
    return banner(*info) + table(*states, command.named);
}

Shown show_timeouts(ipvs::Client& client)
{
    const auto timeouts = client.timeouts();
    if (!timeouts) return std::unexpected(failed(timeouts.error()));
    return timeouts_line(*timeouts);
}

Shown show_daemons(ipvs::Client& client)
{
    const auto daemons = client.daemons();
    if (!daemons) return std::unexpected(failed(daemons.error()));
    return daemon_lines(*daemons);
}

// Who saves wants the table as it is at one moment.
Shown save_all(ipvs::Client& client, bool sorted)
{
    auto states = client.snapshot();
    if (!states) return std::unexpected(failed(states.error()));
    const auto timeouts = client.timeouts();
    if (!timeouts) return std::unexpected(failed(timeouts.error()));
    const auto daemons = client.daemons();
    if (!daemons) return std::unexpected(failed(daemons.error()));
    if (sorted) sort(*states);
    // Daemons last: while one runs, the kernel refuses servers of the other address family.
    return save(*timeouts) + save(*states, !sorted) + save(*daemons);
}

} // namespace

Shown show(ipvs::Client& client, const Command& command)
{
    if (command.verb == Verb::save) return save_all(client, !command.has(Option::nosort));
    if (command.has(Option::connection)) return show_connections(command);
    if (command.has(Option::service)) return show_service(client, command);
    if (command.has(Option::timeout)) return show_timeouts(client);
    if (command.has(Option::daemon)) return show_daemons(client);
    return show_table(client, command);
}

} // namespace gueway::ipvsadm
