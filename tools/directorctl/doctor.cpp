// SPDX-License-Identifier: GPL-2.0-only
// directorctl doctor.
#include "commands.h"
#include "doctor/examine.h"
#include "util/json.h"

#include <cstdio>

#include <fmt/format.h>

namespace gueway {

Result<int> doctor_command(const Options& options)
{
    const auto here = TRY(Namespace::current());
    const auto report =
        TRY(doctor::examine(here, {.netns = options.netns, .probe = !options.no_probe}));
    fmt::print("{}", options.json ? dump_json(doctor::to_json(report)) : doctor::text(report));
    switch (report.severity()) {
    case doctor::Severity::broken:
        return exit_broken;
    case doctor::Severity::at_risk:
        return exit_at_risk;
    default:
        return exit_done;
    }
}

} // namespace gueway
