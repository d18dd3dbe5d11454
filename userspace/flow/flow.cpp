// SPDX-License-Identifier: GPL-2.0-only
#include "flow/flow.h"

#include "flow/payload.h"

#include <string>

namespace gueway::flow {

Result<void> Flow::start(const Exchange& exchange)
{
    exchange_ = exchange;
    busy_ = true;
    return begin();
}

Message Flow::request() const
{
    const ClientOptions& options = context_.options;
    const bool udp = options.protocol == Protocol::udp;
    return {.kind = Kind::request,
            .status = Status::ok,
            .datagram = udp ? options.datagram : uint16_t{0},
            .id = exchange_.id,
            .seed = exchange_.seed,
            .size = options.request_size,
            .response_size = options.response_size};
}

bool Flow::accept(const Message& response)
{
    const std::string object =
        context_.options.server.text() + ": request " + std::to_string(exchange_.id);
    if (response.kind == Kind::response && response.status == Status::corrupt)
        fail(FailureKind::request_hash_mismatch,
             error(object, "verify", "the server received other bytes than were sent",
                   "look for what changes packets on the way to the server"));
    else if (response != response_to(request()))
        fail(FailureKind::protocol, error(object, "read answer", "not the answer to this request",
                                          "run the same gwflow on both sides"));
    else
        return true;
    return false;
}

void Flow::succeed()
{
    const int64_t now = now_ns();
    // Answered, but seen too late: otherwise latencies above the deadline would depend on how long
    // this process waited for its processor.
    if (now - exchange_.begun >= context_.options.deadline) return give_up();
    context_.recorder.ok(exchange_, now);
    end(End::ok);
}

void Flow::give_up()
{
    context_.recorder.timed_out(now_ns());
    end(End::timed_out);
}

void Flow::fail(FailureKind kind, Error error)
{
    if (error.object.empty()) error.object = context_.options.server.text();
    context_.recorder.failed(kind, error, now_ns());
    end(End::failed);
}

void Flow::end(End end)
{
    sample(now_ns());
    conclude(end);
    busy_ = false;
    context_.ended.push_back({this, end == End::failed});
}

} // namespace gueway::flow
