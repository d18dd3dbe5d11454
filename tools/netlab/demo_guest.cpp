// SPDX-License-Identifier: GPL-2.0-only
#include "demo_guest.h"

#include "lab/progress.h"
#include "lab/share.h"
#include "status_line.h"
#include "util/json.h"
#include "util/text.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::chrono::seconds patience{600}; // for one guest

Result<RunSpec> make_spec(const DemoGuest& guest, const std::string& name, const fs::path& results)
{
    RunSpec spec{.kernel = guest.kernel, .ip_vs = guest.ip_vs};
    spec.lane = guest.lane == "exact" ? Lane::exact : Lane::smp;
    spec.timeout = patience;
    spec.one_deadline = true;
    spec.kernel_words = guest.kernel_words;
    spec.extras = guest.extras;
    for (const std::string& program :
         {guest.program, std::string("gwflow"), std::string("directorctl")})
        spec.extras.push_back({TRY(sibling_program(program)), ""});
    Argv argv = {guest.program};
    argv.insert(argv.end(), guest.words.begin(), guest.words.end());
    argv.insert(argv.end(), {"--json", "/out/" + name + ".json"});
    spec.commands.push_back({name, argv});
    spec.out = results;
    return spec;
}

} // namespace

Result<Json> run_demo_guest(const DemoGuest& guest)
{
    const std::string name(text(guest.ip_vs));
    const auto results = TRY(TempDir::make("gueway-demo"));
    const auto spec = TRY(make_spec(guest, name, results.path()));
    StatusLine status(spec);
    RunListener listener;
    listener.progress = [&](const std::string& id, std::string_view state) {
        status.update(id, state == "start" ? std::string_view(guest.doing) : state);
    };
    if (guest.verbose)
        listener.console = [](std::string_view bytes) { fmt::print(stderr, "{}", bytes); };
    const auto report = TRY(run_in_lab(spec, listener));
    if (report.exit_status() != 0) {
        const auto& errors = report.commands.front().errors;
        fmt::print(stderr, "{}", report.guests.back().console);
        return error(name + " guest", guest.doing,
                     fmt::format("status {}: {} {}", report.exit_status(), trim(errors),
                                 report.explanation()));
    }
    return read_json(results.path() / (name + ".json"));
}

std::string finished_now(const std::string& lane)
{
    if (lane == "exact") return {};
    return fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(std::time(nullptr)));
}

void print_time(std::chrono::steady_clock::time_point begin, const std::string& page)
{
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    fmt::print("{:.1f} s", (took - progress().total().time).count());
    if (progress().total().bytes) fmt::print(" plus {}", progress().total().text());
    fmt::print("; page: {}\n", page);
}

} // namespace gueway
