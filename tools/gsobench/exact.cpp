// SPDX-License-Identifier: GPL-2.0-only
// gsobench exact: instructions a packet, measured in a guest of the exact lane.
#include "commands.h"
#include "exact/page.h"
#include "exact/tables.h"
#include "kernel_run.h"
#include "lab/digest.h"
#include "lab/kernel.h"
#include "lab/progress.h"
#include "lab/run.h"
#include "lab/share.h"
#include "lab/suite.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr const char* guest_program = "exact_paths";
constexpr const char* guest_file = "exact.json";
constexpr std::chrono::minutes patience{30};

struct Options {
    std::string kernel = "6.1";
    std::string filter, json, html;
    bool smp = false, verbose = false;
};

// These figures and no others.
std::string only(const std::vector<std::string>& names)
{
    return fmt::format("--benchmark_filter=^({})/iterations", fmt::join(names, "|"));
}

Result<RunSpec> make_spec(const KernelChoice& choice, const fs::path& out, Lane lane,
                          const std::string& option)
{
    RunSpec spec{.kernel = choice.kernel, .ip_vs = choice.ip_vs, .lane = lane};
    spec.timeout = patience;
    spec.one_deadline = true;
    spec.out = out;
    spec.extras.push_back({TRY(sibling_program(guest_program)), ""});
    if (TRY(abilities_of(choice)).wire)
        spec.extras.push_back(TRY(
            extra_for(choice.kernel, modules_mark + TRY(share_file("kernel/hotfix")).string())));
    spec.commands.push_back({"exact", {guest_program, std::string("/out/") + guest_file, option}});
    return spec;
}

Result<std::string> qemu_version()
{
    const auto text = TRY(run_ok({"qemu-system-x86_64", "--version"}));
    return std::string(lines(text).front());
}

// Adds what the guest does not know.
Result<void> describe(exact::Figures& figures, const KernelChoice& choice, const RunReport& report)
{
    const auto kernel = TRY(find_kernel(choice.kernel));
    figures.context["kernel"] = trim(report.release + " " + kernel.version);
    figures.context["ip_vs"] = text(choice.ip_vs);
    figures.context["lane"] = "exact";
    figures.context["qemu"] = TRY(qemu_version());
    figures.artefacts["kernel"] = TRY(sha256_file(kernel.vmlinuz));
    figures.artefacts[guest_program] = TRY(sha256_file(TRY(sibling_program(guest_program))));
    figures.artefacts["init"] = TRY(sha256_file(TRY(sibling_program("init"))));
    return {};
}

// A line of standard error that the next one takes the place of, for a person.
void show(std::string_view bytes)
{
    if (::isatty(STDERR_FILENO) == 0) return;
    const auto all = lines(bytes);
    if (!all.empty()) fmt::print(stderr, "\r\033[K{:.78}", all.back());
    std::fflush(stderr);
}

// Of each name what comes before the size: those share a guest. What a guest has done before shows
// in what packets cost that are segmented, and so each way has a guest of its own, with the same
// history.
std::string group_of(std::string_view name)
{
    const auto parts = split(name, '/');
    if (parts[0] == "hotfix" || parts[0] == "mitigation") return "(hotfix|mitigation)/";
    if (parts[0] == "connections") return "connections/";
    return fmt::format("{}/{}/", parts[0], parts.size() > 1 ? parts[1] : "");
}

// The names that --filter chooses, by group.
using Groups = std::vector<std::pair<std::string, std::vector<std::string>>>;
Result<Groups> groups(const Options& options)
{
    const auto listed =
        TRY(run_ok({TRY(sibling_program(guest_program)), "--benchmark_list_tests",
                    "--benchmark_filter=" + (options.filter.empty() ? "." : options.filter)}));
    Groups all;
    for (const auto line : lines(listed)) {
        const auto name = line.substr(0, line.find("/iterations"));
        const auto group = group_of(name);
        if (all.empty() || all.back().first != group) all.push_back({group, {}});
        all.back().second.emplace_back(name);
    }
    if (all.empty()) return error("--filter", "find figures", "there are none", "");
    return all;
}

// What the program writes in a guest, and how the guest fared.
struct Measured {
    Json json;
    RunReport report;
};
Result<Measured> run_in_guest(const Options& options, const KernelChoice& choice, Lane lane,
                              const std::string& option)
{
    const auto out = TRY(TempDir::make("exact"));
    const auto spec = TRY(make_spec(choice, out.path(), lane, option));
    RunListener listener;
    listener.output = [](std::string_view bytes, int) { show(bytes); };
    if (options.verbose)
        listener.console = [](std::string_view bytes) { fmt::print(stderr, "{}", bytes); };
    auto report = TRY(run_in_lab(spec, listener));
    const auto file = out.path() / guest_file;
    if (report.lab_status() != LabStatus::ok)
        return error(options.kernel, "measure", report.explanation(), "see with -v");
    if (!fs::exists(file))
        return error(options.kernel, "measure", std::string(trim(report.commands[0].errors)),
                     "see with -v");
    return Measured{TRY(read_json(file)), std::move(report)};
}

Result<exact::Figures> measure(const Options& options, const KernelChoice& choice,
                               const std::vector<std::string>& names)
{
    const auto measured = TRY(run_in_guest(options, choice, Lane::exact, only(names)));
    auto figures = TRY(exact::parse(measured.json, guest_file));
    TRY(describe(figures, choice, measured.report));
    return figures;
}

Result<exact::Figures> measure(const Options& options)
{
    const auto choice = TRY(parse_choice(options.kernel));
    exact::Figures figures;
    for (const auto& [group, names] : TRY(groups(options))) {
        auto some = TRY(measure(options, choice, names));
        if (!figures.artefacts.empty() && figures.artefacts != some.artefacts)
            return error(options.kernel, "measure", "its artefacts changed meanwhile", "again");
        figures.context = some.context;
        figures.artefacts = some.artefacts;
        std::ranges::move(some.all, std::back_inserter(figures.all));
    }
    if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
    return figures;
}

void print(const Table& table)
{
    if (!table.rows.empty()) fmt::print("{}\n", table_text(table, 120));
}

void print(const exact::Figures& figures)
{
    print(exact::ways_table(figures));
    for (const auto& column : exact::size_columns(figures))
        print(exact::stages_table(figures, column));
    print(exact::repairs_table(figures));
    print(exact::growth_table(figures));
    const auto against = exact::against_legacy(figures);
    if (!against.empty()) fmt::print("GUE in IPVS against the FOU interface\n");
    for (const auto& line : against) fmt::print("  {}\n", line.line);
}

std::string command(const Options& options)
{
    Argv words = {"gsobench", "exact", "--kernel", options.kernel};
    if (!options.filter.empty()) words.insert(words.end(), {"--filter", options.filter});
    return quoted(words);
}

// Wall time, of which nothing is held to a bar.
Result<int> run_ratios(const Options& options)
{
    const auto choice = TRY(parse_choice(options.kernel));
    const auto measured = TRY(run_in_guest(options, choice, Lane::smp, "--ratios"));
    if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
    fmt::print("{}", table_text(TRY(exact::ratios_table(measured.json, guest_file)), 120));
    fmt::print("advisory: wall time in emulation, the median (least to most) of {} rounds in which "
               "all ways alternate\n",
               measured.json.value("rounds", 0));
    if (!options.json.empty()) TRY(write_json(options.json, measured.json));
    return exit_good;
}

Result<int> run(const Options& options)
{
    progress().set_verbose(options.verbose);
    if (options.smp) return run_ratios(options);
    const auto figures = TRY(measure(options));
    print(figures);
    if (!options.json.empty()) TRY(write_json(options.json, exact::to_json(figures)));
    if (!options.html.empty())
        TRY(write_file(options.html, exact::page(figures, command(options))));
    const auto failed = exact::failures(figures);
    for (const auto& line : failed) complain(line);
    return failed.empty() ? exit_good : exit_different;
}

} // namespace

void add_exact(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("exact", "instructions a packet, counted without noise");
    command->add_option("--kernel", options->kernel,
                        "NAME or PATH as netlab has them, perhaps with :patched");
    command->add_option("--filter", options->filter,
                        "only figures whose name matches this regular expression, as "
                        "'way/gue-.*/64B'");
    command->add_option("--json", options->json, "write the figures (gueway.exact/1)");
    command->add_option("--html", options->html, "write a page with charts");
    command->add_flag("--smp", options->smp,
                      "instead, wall time against the FOU interface on two processors: advisory");
    command->add_flag("-v,--verbose", options->verbose, "show the kernel log as it comes");
    command->footer("Exit status: 0 measured; 1 some figure could not be; 2 bad usage, or the lab "
                    "failed.");
    command->callback([options, &status] {
        const auto done = run(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
