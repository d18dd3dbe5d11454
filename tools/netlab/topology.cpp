// SPDX-License-Identifier: GPL-2.0-only
#include "topology.h"

#include "commands.h"
#include "topology/draw.h"
#include "topology/named.h"
#include "util/text.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

constexpr int usage_error = 2;

int draw_named(const std::string& name)
{
    const auto spec = named_topology(name);
    if (!spec) {
        complain(spec.error());
        return usage_error;
    }
    fmt::print("{}", draw(*spec));
    return 0;
}

} // namespace

void add_topology(CLI::App& app, int& status)
{
    auto* command = app.add_subcommand("topology", "draw a named topology in text");
    const auto name = std::make_shared<std::string>();
    command->add_option("NAME", *name, "one of: " + join(topology_names(), ", "))->required();
    command->callback([name, &status] { status = draw_named(*name); });
}

} // namespace gueway
