// SPDX-License-Identifier: GPL-2.0-only
#include "selection_options.h"

#include "report/number.h"

#include <fmt/format.h>

namespace gueway {

namespace {

// Two guests on two processors, under emulation.
constexpr double cells_a_second = 60;
constexpr double boot_seconds = 15;

constexpr const char* no_wire_option = "--no-wire";
constexpr const char* no_udp_gso_option = "--no-udp-gso";

} // namespace

void SelectionOptions::declare(CLI::App& command)
{
    command.add_flag("--full", full, "every combination of values that makes sense");
    command.add_option("--shard", shard, "I/N: part I of N")->needs(command.get_option("--full"));
    command.add_option("--seed", seed, "of the cells beside the core");
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
    return words;
}

void LackOptions::declare(CLI::App& command)
{
    command.add_flag(no_wire_option, no_wire, "leave out what takes our module");
    command.add_flag(no_udp_gso_option, no_udp_gso,
                     "leave out what takes a client's veth of Linux 5.11 or later");
}

matrix::Abilities LackOptions::without(matrix::Abilities abilities) const
{
    if (no_wire) abilities.wire = false;
    if (no_udp_gso) abilities.udp_gso = false;
    return abilities;
}

std::string estimate(size_t cells, size_t kernels)
{
    const double seconds = boot_seconds + static_cast<double>(cells) / cells_a_second;
    const auto minutes = static_cast<unsigned>(seconds / 60 + 1);
    return fmt::format("{} cells on {} kernel{}, about {} min for each", cells, kernels,
                       kernels == 1 ? "" : "s", minutes);
}

} // namespace gueway
