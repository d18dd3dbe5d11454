// SPDX-License-Identifier: GPL-2.0-only
// Google Benchmark's results without what differs from run to run: no date, host, path or load.
#pragma once

#include "util/json.h"

#include <benchmark/benchmark.h>

namespace gueway::bench {

// The counters of each benchmark as they were set, and what was asked for with AddCustomContext.
// Prints a line as each is done.
class Reporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& report) override;

    bool failed() const { return failed_; }
    // {"context": {...}, "benchmarks": [{"name", "counters": {...}} or {"name", "error"}]}
    Json json() const;

private:
    Json benchmarks_ = Json::array();
    bool failed_ = false;
};

} // namespace gueway::bench
