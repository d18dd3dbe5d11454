// SPDX-License-Identifier: GPL-2.0-only
// Collects what a client measures into a Report.
#pragma once

#include "flow/report.h"

#include <cstdint>

namespace gueway::flow {

// One request and its answer, as planned.
struct Exchange {
    uint64_t id = 0;
    uint64_t seed = 0;       // of the request's payload
    int64_t begun = 0;       // ns: when connecting, or sending on a connection there was, began
    int64_t first_write = 0; // ns; 0: nothing was sent yet
};

// Times are of now_ns(). Each exchange ends in exactly one of ok(), timed_out() and failed().
class Recorder {
public:
    Recorder(const ClientOptions& options, int64_t start);

    void ok(const Exchange& exchange, int64_t now);
    void timed_out(int64_t now);
    void failed(FailureKind kind, const Error& error, int64_t now);

    // Progress, as Report's timelines define it.
    void request_bytes(int64_t at, uint64_t bytes);
    void response_bytes(int64_t at, uint64_t bytes);

    TcpTotals& tcp() { return report_.tcp; }
    UdpTotals& udp() { return report_.udp; }

    // The Report; the recorder is of no use afterwards.
    Report finish();

private:
    void credit(std::vector<uint64_t>& timeline, int64_t at, uint64_t bytes) const;

    Report report_;
    int64_t start_;
};

} // namespace gueway::flow
