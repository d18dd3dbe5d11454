// SPDX-License-Identifier: GPL-2.0-only
// What a client measured: the one model behind gwflow's text and its JSON (schema gueway.flow/1,
// described in Documentation/gwflow.md).
#pragma once

#include "flow/options.h"
#include "util/file.h"
#include "util/json_fwd.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::flow {

inline constexpr std::string_view report_schema = "gueway.flow/1";
inline constexpr int64_t timeline_interval = 100 * ns_per_ms;

// Why a request failed, other than by its deadline.
enum class FailureKind {
    connect,                // no connection
    send,                   // the kernel refused to send, or an ICMP error came back
    receive,                // reset by the other side, or an ICMP error came back
    closed,                 // the other side closed before it had answered
    request_hash_mismatch,  // the server did not get what was sent
    response_hash_mismatch, // the client did not get what was sent
    protocol,               // an answer, but not to what was asked
};
std::string_view name_of(FailureKind kind);

struct Failure {
    FailureKind kind = FailureKind::connect;
    uint64_t count = 0;
    std::string first; // the first of its kind, as one line
    bool operator==(const Failure&) const = default;
};

// A percentile over answered and timed-out requests. When it falls among the timed-out ones, `ns`
// is the deadline and all that is known is that the latency is that or more.
struct Percentile {
    int64_t ns = 0;
    bool censored = false;
    bool operator==(const Percentile&) const = default;
};

struct TcpTotals {
    uint64_t connections = 0; // that were established
    uint32_t snd_mss = 0;     // payload bytes of a full segment, smallest seen after a handshake
    uint64_t client_retransmits = 0; // segments the client sent again
    uint64_t server_retransmits = 0; // segments the server sent again
    // Connections that ended before the server told its last count (aborted at the deadline,
    // reset): for them `server_retransmits` has what it told before, and so is a lower bound.
    uint64_t server_unknown = 0;
    bool operator==(const TcpTotals&) const = default;
};

struct UdpTotals {
    uint64_t unanswered_requests = 0;  // those timed out without a complete response
    uint64_t unanswered_datagrams = 0; // the datagrams they had sent
    uint64_t sent = 0;                 // datagrams of all requests
    uint64_t received = 0;             // intact datagrams of the responses, each counted once
    uint64_t missing = 0;              // of responses of which at least one datagram arrived
    uint64_t late = 0;                 // duplicates, and those of requests given up before
    uint64_t receive_drops = 0;        // lost for want of room in the client's receive queue
    bool operator==(const UdpTotals&) const = default;
};

struct Report {
    ClientOptions options;

    uint64_t ok = 0;
    uint64_t timed_out = 0;
    uint64_t failed = 0;
    uint64_t attempted() const { return ok + timed_out + failed; }
    bool clean() const { return timed_out == 0 && failed == 0; }

    int64_t elapsed = 0; // ns from the start of the first request to the end of the last

    // ns from the first byte written to the last byte of the response verified, of each request
    // that is ok, in the order of their ends. Making a connection is not part of it.
    std::vector<int64_t> latencies;
    // When each of them began, ns from the start of the first request.
    std::vector<int64_t> begins;

    // Payload bytes in each `timeline_interval` from the start of the first request on, those of
    // requests that later failed included. Requests: acknowledged by the server's kernel as seen at
    // the end of the interval (TCP), or whole and answered (UDP). Responses: received.
    std::vector<uint64_t> request_timeline;
    std::vector<uint64_t> response_timeline;

    TcpTotals tcp; // zero for UDP
    UdpTotals udp; // zero for TCP
    std::vector<Failure> failures;

    // Payload of requests that are ok, bits per second of `elapsed`; 0 when that is 0.
    double request_throughput() const;
    double response_throughput() const;
};

// By nearest rank: the smallest latency that at least the share `q` (0 to 1) of the requests, ok or
// timed out, stayed within. Failed requests have no latency. Nothing when there are none.
std::optional<Percentile> percentile(const Report& report, double q);

Json to_json(const Report& report);
// `source` names the text in errors. Unknown members are ignored; missing or mistyped ones are not.
Result<Report> from_json(const Json& json, const std::string& source);

// A few lines for a terminal, final newline.
std::string summary(const Report& report);

} // namespace gueway::flow
