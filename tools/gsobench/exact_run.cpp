// SPDX-License-Identifier: GPL-2.0-only
#include "exact_run.h"

#include "commands.h"
#include "exact/collect.h"
#include "exact/plan.h"
#include "kernel_run.h"
#include "lab/catalogue.h"
#include "lab/digest.h"
#include "lab/interrupt.h"
#include "lab/kernel.h"
#include "lab/rootfs.h"
#include "lab/run.h"
#include "lab/share.h"
#include "lab/suite.h"
#include "util/brought_module.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace gueway {

namespace {

using exact::GuestKernel;

constexpr const char* guest_program = "exact_paths";
constexpr const char* guest_file = "exact.json";
constexpr const char* hotfix_name = "gueway_hotfix";
constexpr std::chrono::minutes patience{30};

// These figures and no others.
std::string only(const std::vector<std::string>& names)
{
    return fmt::format("--benchmark_filter=^({})/iterations", fmt::join(names, "|"));
}

// Why no module can be built for a kernel; nothing when one can.
std::optional<std::string> no_modules(const KernelChoice& choice)
{
    if (!find_row(choice.kernel)) return "no module can be built for a kernel by path";
    const auto known = find_resolution(choice.kernel);
    if (!known) return known.error().text();
    if (!known->inputs.empty()) return {};
    return fmt::format("there are no headers of {} in the archive", choice.kernel);
}

// The hotfix is in all guests, for what is in a guest moves what is cut in it.
Result<RunSpec> make_spec(const KernelChoice& choice, const fs::path& out, Lane lane,
                          const Argv& options)
{
    RunSpec spec{.kernel = choice.kernel, .ip_vs = choice.ip_vs, .lane = lane};
    spec.timeout = patience;
    spec.one_deadline = true;
    spec.out = out;
    spec.extras.push_back({TRY(sibling_program(guest_program)), ""});
    if (!no_modules(choice))
        spec.extras.push_back(TRY(
            extra_for(choice.kernel, modules_mark + TRY(share_file("kernel/hotfix")).string())));
    Argv argv = {guest_program, std::string("/out/") + guest_file};
    argv.insert(argv.end(), options.begin(), options.end());
    spec.commands.push_back({"exact", std::move(argv)});
    return spec;
}

Result<std::string> qemu_version()
{
    const auto text = TRY(run_ok({"qemu-system-x86_64", "--version"}));
    return std::string(lines(text).front());
}

// Adds what the guest does not know.
Result<void> describe(exact::Figures& figures, const KernelChoice& asked,
                      const KernelChoice& booted, const RunReport& report)
{
    const auto kernel = TRY(find_kernel(asked.kernel));
    figures.context["kernel"] = trim(report.release + " " + kernel.version);
    figures.context["ip_vs"] = text(asked.ip_vs);
    figures.context["lane"] = "exact";
    figures.context["qemu"] = TRY(qemu_version());
    figures.artefacts["kernel"] = TRY(sha256_file(kernel.vmlinuz));
    figures.artefacts[guest_program] = TRY(sha256_file(TRY(sibling_program(guest_program))));
    figures.artefacts["init"] = TRY(sha256_file(TRY(sibling_program("init"))));
    const auto modules = TRY(modules_layer(kernel, TRY(find_variant(kernel, booted.ip_vs))));
    figures.artefacts[fmt::format("modules, {}", text(booted.ip_vs))] = sha256(modules.archive);
    for (const auto& extra : report.spec.extras)
        if (extra.to == brought_modules)
            figures.artefacts[hotfix_name] =
                TRY(sha256_file(extra.from / fmt::format("{}.ko", hotfix_name)));
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

Result<std::vector<std::string>> list(const std::string& filter)
{
    const auto listed = TRY(run_ok({TRY(sibling_program(guest_program)), "--benchmark_list_tests",
                                    "--benchmark_filter=" + (filter.empty() ? "." : filter)}));
    std::vector<std::string> names;
    for (const auto line : lines(listed))
        names.emplace_back(line.substr(0, line.find("/iterations")));
    return names;
}

Result<std::string> how_to_list()
{
    return fmt::format("{} --benchmark_list_tests lists their names",
                       quoted({TRY(sibling_program(guest_program))}));
}

// What the program writes in a guest, and how the guest fared.
struct Measured {
    Json json;
    RunReport report;
};
Result<Measured> run_in_guest(const ExactRun& wanted, const KernelChoice& choice, Lane lane,
                              const Argv& options)
{
    const auto out = TRY(TempDir::make("exact"));
    const auto spec = TRY(make_spec(choice, out.path(), lane, options));
    RunListener listener;
    listener.output = [](std::string_view bytes, int) { show(bytes); };
    if (wanted.verbose)
        listener.console = [](std::string_view bytes) { fmt::print(stderr, "{}", bytes); };
    auto report = TRY(run_in_lab(spec, listener));
    const auto file = out.path() / guest_file;
    if (report.lab_status() != LabStatus::ok)
        return error(wanted.kernel, "measure", report.explanation(),
                     interrupted() ? "" : "see with -v");
    if (!fs::exists(file))
        return error(wanted.kernel, "measure", std::string(trim(report.commands[0].errors)),
                     "see with -v");
    return Measured{TRY(read_json(file)), std::move(report)};
}

KernelChoice booted(const KernelChoice& asked, GuestKernel kernel)
{
    if (kernel == GuestKernel::given) return asked;
    return {asked.kernel, kernel == GuestKernel::patched ? Variant::patched : Variant::vulnerable};
}

Result<exact::Figures> measure(const ExactRun& wanted, const KernelChoice& asked,
                               const exact::GuestPlan& plan)
{
    const auto choice = booted(asked, plan.kernel);
    const auto measured = TRY(run_in_guest(wanted, choice, Lane::exact, {only(plan.run)}));
    auto figures = TRY(exact::parse(measured.json, guest_file));
    TRY(describe(figures, asked, choice, measured.report));
    std::erase_if(figures.all, [&](const exact::Figure& figure) {
        return std::ranges::find(plan.wanted, figure.name) == plan.wanted.end();
    });
    return figures;
}

// Why figures of variants cannot be had; nothing when they can.
std::optional<std::string> no_variants(const KernelChoice& asked)
{
    if (asked.ip_vs != Variant::stock)
        return fmt::format("they are for {} without a variant", asked.kernel);
    if (const auto why = no_modules(asked)) return why;
    const auto kernel = find_kernel(asked.kernel);
    if (!kernel) return kernel.error().text();
    const auto variant = find_variant(*kernel, Variant::vulnerable);
    return variant ? std::nullopt : std::optional(variant.error().text());
}

// Variants are looked for only where they are wanted: to build them takes a while.
std::vector<exact::Lack> lacks_of(const KernelChoice& asked, const std::vector<std::string>& wanted)
{
    std::vector<exact::Lack> lacks;
    if (const auto why = no_modules(asked)) lacks.push_back({exact::Need::hotfix, *why});
    const auto of_variants = [](const std::string& name) {
        return exact::need_of(name) == exact::Need::variants;
    };
    if (std::ranges::none_of(wanted, of_variants)) return lacks;
    if (const auto why = no_variants(asked)) lacks.push_back({exact::Need::variants, *why});
    return lacks;
}

Result<std::vector<exact::GuestPlan>> plans_for(const ExactRun& wanted, const KernelChoice& asked)
{
    const auto names = TRY(list(wanted.filter));
    if (names.empty())
        return error("--filter", "find figures", "there are none", TRY(how_to_list()));
    auto plan = exact::plan_guests(TRY(list("")), names, lacks_of(asked, names));
    for (const auto& line : plan.left_out) complain("left out: " + line);
    if (plan.guests.empty())
        return error("--filter", "find figures", "this kernel can have none of them",
                     "choose others: " + TRY(how_to_list()));
    return std::move(plan.guests);
}

// The chosen figures that the FOU interface has the like of.
Result<std::vector<std::string>> ways_against_legacy(const ExactRun& wanted)
{
    auto names = TRY(list(wanted.filter));
    std::erase_if(names, [](const std::string& name) {
        return !name.starts_with("way/") ||
               name.starts_with(fmt::format("way/{}/", exact::legacy_way));
    });
    return names;
}

void end_line()
{
    if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
}

} // namespace

Result<exact::Figures> measure_exactly(const ExactRun& wanted)
{
    const auto asked = TRY(parse_choice(wanted.kernel));
    const auto plans = TRY(plans_for(wanted, asked));
    auto figures = exact::collect(plans, [&](const auto& plan) -> Result<exact::Figures> {
        if (interrupted()) return error(wanted.kernel, "measure", "interrupted");
        return measure(wanted, asked, plan);
    });
    end_line();
    return figures;
}

Result<void> check_ratios(const ExactRun& wanted)
{
    if (!TRY(ways_against_legacy(wanted)).empty()) return {};
    return error("--smp", "compare ways with the FOU interface", "--filter chooses none of them",
                 "choose some, as by --filter '^way/gue': " + TRY(how_to_list()));
}

Result<exact::Ratios> measure_ratios(const ExactRun& wanted)
{
    Argv options = {"--ratios"};
    for (auto& figure : TRY(ways_against_legacy(wanted))) options.push_back(std::move(figure));
    const auto measured =
        run_in_guest(wanted, TRY(parse_choice(wanted.kernel)), Lane::smp, options);
    end_line();
    return exact::parse_ratios(TRY(measured).json, guest_file);
}

} // namespace gueway
