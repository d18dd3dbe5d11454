// SPDX-License-Identifier: GPL-2.0-only
#include "server_command.h"

#include "flow/server.h"
#include "flow/stop.h"
#include "util/file.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace gueway::flow {

namespace {

std::string last_words(const ServerTotals& totals)
{
    std::string text = fmt::format(
        "{} requests answered on {} TCP connections and in {} datagrams; {} mismatches, "
        "{} incomplete, {} dropped, {} refused, {} unsent\n",
        totals.requests, totals.connections, totals.datagrams, totals.mismatches, totals.incomplete,
        totals.receive_drops, totals.refused, totals.unsent);
    for (const std::string& first : {totals.first_mismatch, totals.first_unsent})
        if (!first.empty()) text += "first: " + first + "\n";
    return text;
}

} // namespace

ServerCommand::ServerCommand(CLI::App& app)
{
    add_endpoints(app, "--listen", options_.listen,
                  "serve here; may be given again. Port 0: any free one");
    app.add_flag("--tcp", tcp_, "serve TCP only, unless --udp is given too");
    app.add_flag("--udp", udp_, "serve UDP only, unless --tcp is given too");
    add_sending(app, options_.sending);
    app.add_option(
           "--ready-file", ready_file_,
           "written when clients may come, with a line for each listener; removed at the end")
        ->type_name("FILE");
}

int ServerCommand::run()
{
    if (tcp_ != udp_) {
        options_.tcp = tcp_;
        options_.udp = udp_;
    }
    if (const auto valid = validate(options_); !valid) return complain(valid.error(), exit_usage);
    raise_descriptor_limit();
    auto stop = stop_signals(); // before anybody can know that we are here
    if (!stop) return complain(stop.error(), exit_failed);
    auto server = Server::open(options_);
    if (!server) return complain(server.error(), exit_failed);
    const std::string listeners = listeners_text(server->listeners());
    if (!ready_file_.empty())
        if (const auto written = write_file(ready_file_, listeners); !written)
            return complain(written.error(), exit_failed);
    Defer remove([&] {
        if (!ready_file_.empty()) ::unlink(ready_file_.c_str());
    });
    std::fputs(("listening\n" + listeners).c_str(), stdout);
    std::fflush(stdout);
    const auto totals = server->serve(stop->get());
    if (!totals) return complain(totals.error(), exit_failed);
    std::fputs(last_words(*totals).c_str(), stdout);
    return exit_ok;
}

} // namespace gueway::flow
