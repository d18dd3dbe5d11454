// SPDX-License-Identifier: GPL-2.0-only
// gsobench: which packet shapes a kernel loses, mangles or sizes wrongly on the way through a
// director's tunnel.
#include "commands.h"
#include "lab/interrupt.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

void complain(const std::string& line)
{
    fmt::print(stderr, "gsobench: {}\n", line);
}

void complain(const Error& error)
{
    complain(error.text());
}

namespace {

// What was printed is known to have been only when it is flushed.
int after_output(int status)
{
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    complain(errno_error("standard output", "write"));
    return exit_failed;
}

} // namespace

} // namespace gueway

int main(int argc, char** argv)
{
    using namespace gueway;
    catch_interrupts();
    CLI::App app("What kernels do to packets on the way through a director's tunnel, held against "
                 "what the RFCs say.",
                 "gsobench");
    app.require_subcommand(1);
    int status = exit_good;
    for (const auto add : {add_matrix, add_show, add_isolate, add_cells, add_exact, add_compare})
        add(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return after_output(app.exit(help));
    } catch (const CLI::ParseError& e) {
        complain(std::string(e.what()) + ": see gsobench --help");
        return exit_failed;
    } catch (const std::exception& e) {
        complain(e.what());
        return exit_failed;
    }
    return after_output(status);
}
