// SPDX-License-Identifier: GPL-2.0-only
#include "flow/report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gueway::flow {

std::string_view name_of(FailureKind kind)
{
    switch (kind) {
    case FailureKind::connect:
        return "connect";
    case FailureKind::send:
        return "send";
    case FailureKind::receive:
        return "receive";
    case FailureKind::closed:
        return "closed";
    case FailureKind::request_hash_mismatch:
        return "request_hash_mismatch";
    case FailureKind::response_hash_mismatch:
        return "response_hash_mismatch";
    case FailureKind::protocol:
        return "protocol";
    }
    return "unknown";
}

namespace {

double bits_per_second(uint64_t messages, uint64_t size, int64_t ns)
{
    if (ns <= 0) return 0;
    return 8.0 * static_cast<double>(messages) * static_cast<double>(size) * ns_per_s /
           static_cast<double>(ns);
}

} // namespace

double Report::request_throughput() const
{
    return bits_per_second(ok, options.request_size, elapsed);
}

double Report::response_throughput() const
{
    return bits_per_second(ok, options.response_size, elapsed);
}

std::optional<Percentile> percentile(const Report& report, double q)
{
    // As doubles, since a report that was read may claim any count.
    const auto answered = static_cast<double>(report.latencies.size());
    const double all = answered + static_cast<double>(report.timed_out);
    if (all == 0) return {};
    const double rank = std::clamp(std::ceil(q * all), 1.0, all);
    // Every answered request was faster than the deadline, so the timed-out ones rank behind.
    if (rank > answered) return Percentile{report.options.deadline, true};
    std::vector<int64_t> sorted = report.latencies;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::nth_element(sorted.begin(), at, sorted.end());
    return Percentile{*at, false};
}

namespace {

std::string duration_text(int64_t ns)
{
    const auto value = static_cast<double>(ns);
    if (ns < ns_per_ms) return fmt::format("{:.1f} us", value / 1e3);
    if (ns < ns_per_s) return fmt::format("{:.2f} ms", value / 1e6);
    return fmt::format("{:.3g} s", value / 1e9);
}

std::string rate_text(double bits)
{
    if (bits >= 1e9) return fmt::format("{:.2f} Gbit/s", bits / 1e9);
    if (bits >= 1e6) return fmt::format("{:.2f} Mbit/s", bits / 1e6);
    return fmt::format("{:.1f} kbit/s", bits / 1e3);
}

std::string percentile_text(const Report& report, double q)
{
    const auto value = percentile(report, q);
    if (!value) return "-";
    return (value->censored ? ">= " : "") + duration_text(value->ns);
}

std::string heading(const ClientOptions& options)
{
    return fmt::format("{} {}: requests of {} bytes, responses of {} bytes, {} connection{}{}\n",
                       name_of(options.protocol), options.server.text(), options.request_size,
                       options.response_size, options.connections,
                       options.connections == 1 ? "" : "s",
                       options.fresh ? ", a new one for each request" : "");
}

std::string losses(const Report& report)
{
    if (report.options.protocol == Protocol::udp)
        return fmt::format("datagrams    {} sent, {} unanswered; {} received, {} missing, {} late, "
                           "{} dropped here\n",
                           report.udp.sent, report.udp.unanswered_datagrams, report.udp.received,
                           report.udp.missing, report.udp.late, report.udp.receive_drops);
    const std::string unknown =
        report.tcp.server_unknown == 0
            ? ""
            : fmt::format(" (at least: {} connections ended early)", report.tcp.server_unknown);
    return fmt::format("retransmits  client {}, server {}{}\n", report.tcp.client_retransmits,
                       report.tcp.server_retransmits, unknown);
}

} // namespace

std::string summary(const Report& report)
{
    std::string text = heading(report.options);
    text += fmt::format("requests     {} ok, {} timed out (deadline {}), {} failed, in {}\n",
                        report.ok, report.timed_out, duration_text(report.options.deadline),
                        report.failed, duration_text(report.elapsed));
    text += fmt::format("latency      p50 {}, p99 {}, max {}\n", percentile_text(report, 0.5),
                        percentile_text(report, 0.99), percentile_text(report, 1));
    text += fmt::format("throughput   requests {}, responses {}\n",
                        rate_text(report.request_throughput()),
                        rate_text(report.response_throughput()));
    text += losses(report);
    for (const auto& failure : report.failures)
        text += fmt::format("failed       {} x {}: {}\n", failure.count, name_of(failure.kind),
                            failure.first);
    return text;
}

} // namespace gueway::flow
