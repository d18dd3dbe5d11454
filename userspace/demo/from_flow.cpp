// SPDX-License-Identifier: GPL-2.0-only
#include "demo/from_flow.h"

#include <fmt/format.h>

namespace gueway {

DemoCell demo_cell(const flow::Report& report, DemoDirection direction)
{
    const bool request = direction == DemoDirection::Request;
    const auto& options = report.options;
    DemoCell cell;
    cell.family = options.server.address.family == AF_INET6 ? 6 : 4;
    cell.size = request ? options.request_size : options.response_size;
    cell.direction = direction;
    cell.latencies = {report.latencies.begin(), report.latencies.end()};
    cell.timed_out = report.timed_out;
    cell.deadline = static_cast<uint64_t>(options.deadline);
    cell.bytes = report.ok * cell.size;
    cell.duration = static_cast<uint64_t>(report.elapsed);
    cell.interval = static_cast<uint64_t>(flow::timeline_interval);
    cell.timeline = request ? report.request_timeline : report.response_timeline;
    cell.retransmits = report.tcp.client_retransmits + report.tcp.server_retransmits;
    if (report.failed)
        cell.failure = fmt::format("{} of {} requests failed{}", report.failed, report.attempted(),
                                   report.failures.empty() ? std::string{}
                                                           : ": " + report.failures.front().first);
    return cell;
}

} // namespace gueway
