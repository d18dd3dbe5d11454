// SPDX-License-Identifier: GPL-2.0-only
#include "flow/recorder.h"

#include <algorithm>

namespace gueway::flow {

Recorder::Recorder(const ClientOptions& options, int64_t start) : start_(start)
{
    report_.options = options;
}

void Recorder::ok(const Exchange& exchange, int64_t now)
{
    report_.ok++;
    report_.latencies.push_back(now - exchange.first_write);
    report_.begins.push_back(exchange.first_write - start_);
    report_.elapsed = now - start_;
}

void Recorder::timed_out(int64_t now)
{
    report_.timed_out++;
    report_.elapsed = now - start_;
}

void Recorder::failed(FailureKind kind, const Error& error, int64_t now)
{
    report_.failed++;
    report_.elapsed = now - start_;
    auto& failures = report_.failures;
    auto same = std::find_if(failures.begin(), failures.end(),
                             [&](const Failure& failure) { return failure.kind == kind; });
    if (same == failures.end()) same = failures.insert(same, Failure{kind, 0, error.text()});
    same->count++;
}

void Recorder::credit(std::vector<uint64_t>& timeline, int64_t at, uint64_t bytes) const
{
    if (bytes == 0) return;
    const auto index = static_cast<size_t>((at - start_) / timeline_interval);
    if (timeline.size() <= index) timeline.resize(index + 1);
    timeline[index] += bytes;
}

void Recorder::request_bytes(int64_t at, uint64_t bytes)
{
    credit(report_.request_timeline, at, bytes);
}

void Recorder::response_bytes(int64_t at, uint64_t bytes)
{
    credit(report_.response_timeline, at, bytes);
}

Report Recorder::finish()
{
    const auto intervals =
        static_cast<size_t>((report_.elapsed + timeline_interval - 1) / timeline_interval);
    const size_t size =
        std::max({intervals, report_.request_timeline.size(), report_.response_timeline.size()});
    report_.request_timeline.resize(size);
    report_.response_timeline.resize(size);
    return std::move(report_);
}

} // namespace gueway::flow
