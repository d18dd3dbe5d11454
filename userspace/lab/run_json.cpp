// SPDX-License-Identifier: GPL-2.0-only
#include "lab/run.h"
#include "util/json.h"

namespace gueway {

namespace {

constexpr const char* schema = "gueway.run/1";

std::string_view text(MachineEnd::Why why)
{
    switch (why) {
    case MachineEnd::Why::orderly:
        return "orderly";
    case MachineEnd::Why::timed_out:
        return "timed out";
    case MachineEnd::Why::interrupted:
        return "interrupted";
    case MachineEnd::Why::failed:
        return "failed";
    }
    return "interrupted";
}

Json to_json(const CommandResult& result)
{
    return {{"id", result.command.id},
            {"argv", result.command.argv},
            {"lab", text(result.lab)},
            {"why", result.why},
            {"status", result.lab == LabStatus::ok || result.why == "exit" ? Json(result.status)
                                                                           : Json(nullptr)},
            {"stdout", result.output},
            {"stderr", result.errors}};
}

Json to_json(const GuestRecord& guest)
{
    return {{"release", guest.release},
            {"end", text(guest.end)},
            {"complete", guest.ended},
            {"judge", {{"verdict", to_string(guest.verdict.kind)}, {"line", guest.verdict.line}}},
            {"console", guest.console}};
}

template <class T>
Json list(const std::vector<T>& items)
{
    Json out = Json::array();
    for (const auto& item : items) out.push_back(to_json(item));
    return out;
}

} // namespace

Json to_json(const RunReport& report)
{
    return {{"schema", schema},
            {"kernel",
             {{"name", fs::path(report.spec.kernel).filename().string()},
              {"release", report.release},
              {"version", report.version}}},
            {"ip_vs", text(report.spec.ip_vs)},
            {"lane", report.spec.lane == Lane::smp ? "smp" : "exact"},
            {"lab", text(report.lab_status())},
            {"status", report.exit_status()},
            {"commands", list(report.commands)},
            {"guests", list(report.guests)}};
}

} // namespace gueway
