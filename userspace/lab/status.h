// SPDX-License-Identifier: GPL-2.0-only
// How a run of the lab ended, beside the status of the command that ran in it.
#pragma once

#include <initializer_list>
#include <string_view>

namespace gueway {

enum class LabStatus {
    ok,        // the guest came to an orderly end; the command's own status counts
    timed_out, // time ran out
    failed,    // the lab failed: no guest, no end
    splatted,  // the kernel warned, oopsed or panicked
    missing,   // the guest has no such command
};

// What netlab exits with; ok has none of its own.
constexpr int exit_code(LabStatus status)
{
    switch (status) {
    case LabStatus::ok:
        return 0;
    case LabStatus::timed_out:
        return 124;
    case LabStatus::failed:
        return 125;
    case LabStatus::splatted:
        return 126;
    case LabStatus::missing:
        return 127;
    }
    return 125;
}

// Which of two counts: a splat explains most, then time, the lab, a missing command.
constexpr LabStatus worse(LabStatus one, LabStatus other)
{
    for (const auto status :
         {LabStatus::splatted, LabStatus::timed_out, LabStatus::failed, LabStatus::missing})
        if (one == status || other == status) return status;
    return LabStatus::ok;
}

constexpr std::string_view text(LabStatus status)
{
    switch (status) {
    case LabStatus::ok:
        return "ok";
    case LabStatus::timed_out:
        return "timed out";
    case LabStatus::failed:
        return "lab failed";
    case LabStatus::splatted:
        return "kernel splatted";
    case LabStatus::missing:
        return "command missing";
    }
    return "lab failed";
}

} // namespace gueway
