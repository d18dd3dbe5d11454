// SPDX-License-Identifier: GPL-2.0-only
// gwflow: exact requests and responses, checked end to end. Documentation/gwflow.md.
#include "client_command.h"
#include "server_command.h"

#include <cstdio>

#include <CLI/CLI.hpp>

int main(int argc, char** argv)
{
    using namespace gueway::flow;
    CLI::App app(
        "Sends requests of exact sizes, verifies every byte of the answers, and measures.");
    app.name("gwflow");
    app.require_subcommand(1);
    app.footer("Exit status: 0 every request was answered and intact, 1 some were not or the run "
               "failed, 2 usage.");
    ClientCommand client(*app.add_subcommand("client", "send requests, report latencies"));
    ServerCommand server(*app.add_subcommand("server", "answer requests until SIGTERM"));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e); // --help
        std::fprintf(stderr, "gwflow: %s (gwflow --help)\n", e.what());
        return exit_usage;
    }
    return app.got_subcommand("client") ? client.run() : server.run();
}
