// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/reporter.h"

#include <cstdio>

#include <fmt/format.h>

namespace gueway::bench {

bool Reporter::ReportContext(const Context& /*context*/)
{
    return true;
}

void Reporter::ReportRuns(const std::vector<Run>& report)
{
    for (const auto& run : report) {
        Json one = {{"name", run.run_name.function_name}};
        if (run.error_occurred) {
            failed_ = true;
            one["error"] = run.error_message;
            fmt::print("{}: {}\n", run.run_name.function_name, run.error_message);
        } else {
            for (const auto& [name, counter] : run.counters) one["counters"][name] = counter.value;
            fmt::print("{}: {:.2f}\n", run.run_name.function_name,
                       run.counters.at("instructions").value);
        }
        benchmarks_.push_back(std::move(one));
    }
    std::fflush(stdout);
}

Json Reporter::json() const
{
    Json context = Json::object();
    if (const auto* added = benchmark::internal::GetGlobalContext())
        for (const auto& [name, value] : *added) context[name] = value;
    return {{"context", context}, {"benchmarks", benchmarks_}};
}

} // namespace gueway::bench
