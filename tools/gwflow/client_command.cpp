// SPDX-License-Identifier: GPL-2.0-only
#include "client_command.h"

#include "flow/client.h"
#include "flow/report.h"
#include "flow/stop.h"
#include "util/json.h"

#include <cstdio>

#include <CLI/CLI.hpp>

namespace gueway::flow {

ClientCommand::ClientCommand(CLI::App& app)
{
    add_endpoint(app, "server", options_.server, "where gwflow server listens");
    auto* tcp = app.add_flag("--tcp", tcp_, "over TCP (default)");
    app.add_flag("--udp", udp_, "over UDP")->excludes(tcp);
    add_bytes(app, "--request", options_.request_size, "payload of a request (default 1KiB)");
    add_bytes(app, "--response", options_.response_size, "payload of a response (default 1KiB)");
    add_sending(app, options_.sending);
    app.add_option("--datagram", options_.datagram,
                   "UDP payload of a full datagram, gwflow's head included (default 1200)")
        ->type_name("BYTES");
    app.add_option("--connections", options_.connections, "at once (default 1)")->type_name("N");
    auto* requests = app.add_option("--requests", options_.requests, "how many in all (default 1)");
    requests->type_name("N");
    add_seconds(app, "--duration", options_.duration, "begin requests for so long, instead");
    app.get_option("--duration")->excludes(requests);
    app.add_flag("--fresh", options_.fresh, "a new connection for each request");
    add_seconds(app, "--pause", pause_, "a connection's rest after each request (default none)");
    add_seconds(app, "--deadline", deadline_, "give a request up after (default 30)");
    app.add_option("--bind", bind_, "source address")->type_name("ADDRESS");
    app.add_option("--seed", options_.seed, "of all payloads (default 1)")->type_name("N");
    app.add_option("--json", json_, "write the report, schema gueway.flow/1")->type_name("FILE");
    app.add_flag("--quiet", quiet_, "no summary on standard output");
}

int ClientCommand::run()
{
    if (udp_) options_.protocol = Protocol::udp;
    if (pause_) options_.pause = *pause_;
    if (deadline_) options_.deadline = *deadline_;
    if (!options_.requests && !options_.duration) options_.requests = 1;
    if (bind_) {
        auto address = parse_address(*bind_);
        if (!address) return complain(address.error(), exit_usage);
        options_.bind = *address;
    }
    if (const auto valid = validate(options_); !valid) return complain(valid.error(), exit_usage);
    raise_descriptor_limit();
    const auto stop = stop_signals();
    if (!stop) return complain(stop.error(), exit_failed);
    const auto report = run_client(options_, stop->get());
    if (!report) return complain(report.error(), exit_failed);
    if (!quiet_) std::fputs(summary(*report).c_str(), stdout);
    if (!json_.empty())
        if (const auto written = write_json(json_, to_json(*report)); !written)
            return complain(written.error(), exit_failed);
    return report->clean() ? exit_ok : exit_failed;
}

} // namespace gueway::flow
