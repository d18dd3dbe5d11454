// SPDX-License-Identifier: GPL-2.0-only
#include "selection_options.h"

#include "report/number.h"
#include "util/text.h"

#include <cmath>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

// Two guests on an idle machine of two processors, under emulation, from beginning to end.
constexpr double cells_a_second = 85;
constexpr double most_seconds = 120; // to tell as such

std::string time_in_guests(size_t cells)
{
    const double seconds = static_cast<double>(cells) / cells_a_second;
    return seconds < most_seconds ? fmt::format("{:.0f} s", std::ceil(seconds))
                                  : fmt::format("{:.0f} min", std::ceil(seconds / 60));
}

constexpr const char* no_wire_option = "--no-wire";
constexpr const char* no_udp_gso_option = "--no-udp-gso";
constexpr const char* no_tcp_lists_option = "--no-tcp-lists";
constexpr const char* no_sctp_option = "--no-sctp";

} // namespace

void SelectionOptions::declare(CLI::App& command)
{
    command.add_flag("--full", full, "every combination of values that makes sense");
    command.add_option("--shard", shard, "I/N: part I of N")->needs(command.get_option("--full"));
    command.add_option("--seed", seed, "of the cells beside the core")
        ->check([](const std::string& text) { // else -1 is the greatest there is
            return parse_number<uint64_t>(text) ? "" : text + " is not a whole number from 0 on";
        });
    command.add_option("--cell", cells, "NAME: only this one (again for more)")
        ->expected(1)
        ->allow_extra_args(false)
        ->excludes(command.get_option("--full"))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<matrix::Wanted> SelectionOptions::wanted(const matrix::Abilities& abilities) const
{
    matrix::Wanted wanted{.full = full, .seed = seed, .named = cells, .abilities = abilities};
    if (!shard.empty()) wanted.shard = TRY(matrix::parse_shard(shard));
    return wanted;
}

std::vector<std::string> SelectionOptions::words(const matrix::Abilities& abilities) const
{
    std::vector<std::string> words = {"--seed", std::to_string(seed)};
    if (full) words.emplace_back("--full");
    if (!shard.empty()) words.insert(words.end(), {"--shard", shard});
    for (const auto& cell : cells) words.insert(words.end(), {"--cell", cell});
    if (!abilities.wire) words.emplace_back(no_wire_option);
    if (!abilities.udp_gso) words.emplace_back(no_udp_gso_option);
    if (!abilities.tcp_lists) words.emplace_back(no_tcp_lists_option);
    if (!abilities.sctp) words.emplace_back(no_sctp_option);
    return words;
}

void LackOptions::declare(CLI::App& command)
{
    command.add_flag(no_wire_option, no_wire, "leave out what takes our module");
    command.add_flag(no_udp_gso_option, no_udp_gso,
                     "leave out what takes a client's veth of Linux 5.11 or later");
    command.add_flag(no_tcp_lists_option, no_tcp_lists,
                     "leave out what takes GRO of Linux 6.10 or later");
    command.add_flag(no_sctp_option, no_sctp, "leave out SCTP");
}

matrix::Abilities LackOptions::without(matrix::Abilities abilities) const
{
    if (no_wire) abilities.wire = false;
    if (no_udp_gso) abilities.udp_gso = false;
    if (no_tcp_lists) abilities.tcp_lists = false;
    if (no_sctp) abilities.sctp = false;
    return abilities;
}

std::string estimate(size_t cells, size_t kernels)
{
    return fmt::format("{} cells on {} kernel{}, about {} for each on an idle machine of two "
                       "processors",
                       cells, kernels, kernels == 1 ? "" : "s", time_in_guests(cells));
}

std::string estimate_here(size_t cells)
{
    return fmt::format("{} cells on the kernel that runs; two guests of a kernel take about {} for "
                       "as many, on an idle machine of two processors",
                       cells, time_in_guests(cells));
}

} // namespace gueway
