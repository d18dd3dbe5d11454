// SPDX-License-Identifier: GPL-2.0-only
#include "exact_run.h"

#include "commands.h"
#include "exact/plan.h"
#include "kernel_run.h"
#include "lab/digest.h"
#include "lab/kernel.h"
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

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace gueway {

namespace {

using exact::GuestKernel;

constexpr const char* guest_program = "exact_paths";
constexpr const char* guest_file = "exact.json";
constexpr std::chrono::minutes patience{30};

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
    if (const auto module = TRY(find_variant(kernel, booted.ip_vs)))
        figures.artefacts["ip_vs, " + std::string(text(booted.ip_vs))] = TRY(sha256_file(*module));
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

// What the program writes in a guest, and how the guest fared.
struct Measured {
    Json json;
    RunReport report;
};
Result<Measured> run_in_guest(const ExactRun& wanted, const KernelChoice& choice, Lane lane,
                              const std::string& option)
{
    const auto out = TRY(TempDir::make("exact"));
    const auto spec = TRY(make_spec(choice, out.path(), lane, option));
    RunListener listener;
    listener.output = [](std::string_view bytes, int) { show(bytes); };
    if (wanted.verbose)
        listener.console = [](std::string_view bytes) { fmt::print(stderr, "{}", bytes); };
    auto report = TRY(run_in_lab(spec, listener));
    const auto file = out.path() / guest_file;
    if (report.lab_status() != LabStatus::ok)
        return error(wanted.kernel, "measure", report.explanation(), "see with -v");
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
    const auto measured = TRY(run_in_guest(wanted, choice, Lane::exact, only(plan.run)));
    auto figures = TRY(exact::parse(measured.json, guest_file));
    TRY(describe(figures, asked, choice, measured.report));
    std::erase_if(figures.all, [&](const exact::Figure& figure) {
        return std::ranges::find(plan.wanted, figure.name) == plan.wanted.end();
    });
    return figures;
}

// Why repairs cannot be measured where they are needed; nothing when they can.
std::optional<std::string> no_variants(const KernelChoice& asked)
{
    if (asked.ip_vs != Variant::stock)
        return fmt::format("they are for {} without a variant", asked.kernel);
    const auto abilities = abilities_of(asked);
    if (!abilities) return abilities.error().text();
    if (!abilities->wire) return fmt::format("no modules can be built for {}", asked.kernel);
    const auto kernel = find_kernel(asked.kernel);
    if (!kernel) return kernel.error().text();
    const auto variant = find_variant(*kernel, Variant::vulnerable);
    return variant ? std::nullopt : std::optional(variant.error().text());
}

Result<std::vector<exact::GuestPlan>> plans_for(const ExactRun& wanted, const KernelChoice& asked)
{
    const auto names = TRY(list(wanted.filter));
    if (names.empty()) return error("--filter", "find figures", "there are none", "");
    auto plans = exact::plan_guests(TRY(list("")), names);
    const auto is_other = [](const auto& plan) { return plan.kernel != GuestKernel::given; };
    if (std::ranges::none_of(plans, is_other)) return plans;
    if (const auto why = no_variants(asked)) {
        std::erase_if(plans, is_other);
        if (plans.empty()) return error("repaired/...", "measure", *why, "");
        complain("left out: repaired/...: " + *why);
    }
    return plans;
}

// Equal names have equal texts in all guests.
Result<void> merge(std::map<std::string, std::string>& all,
                   const std::map<std::string, std::string>& more)
{
    for (const auto& [name, text] : more)
        if (all.emplace(name, text).first->second != text)
            return error(name, "measure", "it changed meanwhile", "again");
    return {};
}

void end_line()
{
    if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
}

} // namespace

Result<exact::Figures> measure_exactly(const ExactRun& wanted)
{
    const auto asked = TRY(parse_choice(wanted.kernel));
    exact::Figures figures;
    for (const auto& plan : TRY(plans_for(wanted, asked))) {
        auto some = TRY(measure(wanted, asked, plan));
        TRY(merge(figures.context, some.context));
        TRY(merge(figures.artefacts, some.artefacts));
        std::ranges::move(some.all, std::back_inserter(figures.all));
    }
    end_line();
    return figures;
}

Result<exact::Ratios> measure_ratios(const ExactRun& wanted)
{
    const auto asked = TRY(parse_choice(wanted.kernel));
    const auto measured = TRY(run_in_guest(wanted, asked, Lane::smp, "--ratios"));
    end_line();
    auto ratios = TRY(exact::parse_ratios(measured.json, guest_file));
    const auto names = TRY(list(wanted.filter));
    std::erase_if(ratios.all, [&](const exact::Ratio& ratio) {
        return std::ranges::none_of(
            names, [&](const std::string& name) { return name.starts_with("way/" + ratio.name); });
    });
    return ratios;
}

} // namespace gueway
