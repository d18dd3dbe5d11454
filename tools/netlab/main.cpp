// SPDX-License-Identifier: GPL-2.0-only
// netlab: boots real distribution kernels in QEMU, no root, no KVM, and runs things inside.
#include "commands.h"
#include "fetch.h"
#include "kernels.h"
#include "lab/interrupt.h"
#include "lab/status.h"
#include "topology.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

void complain(const std::string& line)
{
    fmt::print(stderr, "netlab: {}\n", line);
}

void complain(const Error& error)
{
    complain(error.text());
}

} // namespace gueway

int main(int argc, char** argv)
{
    using namespace gueway;
    catch_interrupts();
    CLI::App app("Boots real Linux kernels in QEMU, without root or KVM, and runs commands inside.",
                 "netlab");
    app.require_subcommand(1);
    int status = 0;
    for (const auto add : {add_demo, add_demo_fixes, add_run, add_shell, add_kernels, add_fetch,
                           add_topology, add_suite})
        add(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& e) {
        complain(std::string(e.what()) + ": see netlab --help");
        // The status of `run` is otherwise the command's own: a usage error must not look like one.
        return app.got_subcommand("run") ? exit_code(LabStatus::failed) : 2;
    } catch (const std::exception& e) {
        complain(e.what());
        return exit_code(LabStatus::failed);
    }
    return status;
}
