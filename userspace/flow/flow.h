// SPDX-License-Identifier: GPL-2.0-only
// One of a client's parallel connections, seen by the engine that gives it requests.
#pragma once

#include "flow/connection.h"
#include "flow/options.h"
#include "flow/poller.h"
#include "flow/recorder.h"
#include "util/result.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace gueway::flow {

class Flow;

// What the flows of a run share. It outlives them.
struct Context {
    const ClientOptions& options;
    Poller& poller;
    Recorder& recorder;

    // Flows whose request has ended since the engine last looked, and whether it failed.
    struct Ended {
        Flow* flow;
        bool failed;
    };
    std::vector<Ended> ended;
    // Connections nobody needs any more, until they are gone(). Oldest first.
    std::vector<std::unique_ptr<Connection>> leaving;
};

class Flow {
public:
    explicit Flow(Context& context) : context_(context) {}
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;
    virtual ~Flow() = default;

    // Begins the exchange; how it goes is told to the recorder, and that it has ended to the
    // context. An Error is a fault of this host (no descriptors, no such source address) that would
    // meet every other request as well.
    Result<void> start(const Exchange& exchange);
    // The deadline of the exchange under way has passed.
    void give_up();
    // Credits progress that only the kernel knows of to the time `at`.
    virtual void sample(int64_t at) = 0;
    // There will be no more requests.
    virtual void leave() = 0;

    // The exchange under way; 0: none.
    uint64_t current() const { return busy_ ? exchange_.id : 0; }

protected:
    virtual Result<void> begin() = 0;
    // The exchange is over: sees to the connection, and to what is counted by protocol.
    enum class End { ok, timed_out, failed };
    virtual void conclude(End end) = 0;

    Message request() const;
    // Reads an answer's head: whether it is what the request under way asked for. If not, fails.
    bool accept(const Message& response);
    void succeed();
    void fail(FailureKind kind, Error error);

    Context& context_;
    Exchange exchange_;

private:
    void end(End end);
    bool busy_ = false;
};

std::unique_ptr<Flow> make_tcp_flow(Context& context);
std::unique_ptr<Flow> make_udp_flow(Context& context);

} // namespace gueway::flow
