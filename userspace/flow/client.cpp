// SPDX-License-Identifier: GPL-2.0-only
#include "flow/client.h"

#include "flow/flow.h"
#include "flow/payload.h"
#include "flow/stop.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace gueway::flow {

namespace {

// After a failure, which may come back at once, the connection rests before its next request: a
// run against a closed port must not keep the processor busy.
constexpr int64_t rest_after_failure = 10 * ns_per_ms;

constexpr int64_t forever = std::numeric_limits<int64_t>::max();

// Gives requests to flows until there are none left, and watches the time.
class Engine {
public:
    Engine(const ClientOptions& options, Poller poller)
        : options_(options), poller_(std::move(poller)), start_(now_ns()),
          next_tick_(start_ + timeline_interval), recorder_(options, start_), stop_(poller_),
          context_{options, poller_, recorder_, {}, {}}
    {}
    Result<Report> run(int stop);

private:
    struct Due {
        int64_t when;
        Flow* flow;
        uint64_t exchange; // it may have ended before it is due
    };

    bool more() const;
    Result<void> start_requests();
    void collect();
    void rest(const Due& due);
    void expire();
    void tick();
    void prune();
    Result<void> step();
    Result<void> say_goodbye();

    const ClientOptions& options_;
    Poller poller_;
    int64_t start_;
    int64_t next_tick_;
    Recorder recorder_;
    Stop stop_;
    Context context_;
    std::vector<std::unique_ptr<Flow>> flows_;
    uint64_t issued_ = 0;
    uint64_t under_way_ = 0;
    std::deque<Flow*> idle_;
    // All wait equally long: in order of time.
    std::deque<Due> deadlines_;
    std::deque<Due> resting_;
};

bool Engine::more() const
{
    if (stop_.asked()) return false;
    if (options_.requests) return issued_ < *options_.requests;
    return now_ns() - start_ < options_.duration.value_or(0);
}

Result<void> Engine::start_requests()
{
    const int64_t now = now_ns();
    for (; !resting_.empty() && resting_.front().when <= now; resting_.pop_front())
        idle_.push_back(resting_.front().flow);
    while (!idle_.empty() && more()) {
        Flow* flow = idle_.front();
        idle_.pop_front();
        const uint64_t id = ++issued_;
        under_way_++;
        const Exchange exchange{id, derived_seed(options_.seed, id), now_ns(), 0};
        deadlines_.push_back({exchange.begun + options_.deadline, flow, id});
        TRY(flow->start(exchange));
        collect();
    }
    return {};
}

void Engine::collect()
{
    for (const auto& [flow, failed] : context_.ended) {
        under_way_--;
        const int64_t span = std::max(options_.pause, failed ? rest_after_failure : 0);
        if (span > 0)
            rest({now_ns() + span, flow, 0});
        else
            idle_.push_back(flow);
    }
    context_.ended.clear();
}

// In order of time: not all rest equally long.
void Engine::rest(const Due& due)
{
    resting_.insert(std::ranges::upper_bound(resting_, due.when, {}, &Due::when), due);
}

void Engine::expire()
{
    const int64_t now = now_ns();
    for (; !deadlines_.empty() && deadlines_.front().when <= now; deadlines_.pop_front()) {
        const Due& due = deadlines_.front();
        if (due.flow->current() == due.exchange) due.flow->give_up();
    }
}

void Engine::tick()
{
    if (now_ns() < next_tick_) return;
    for (const auto& flow : flows_) flow->sample(next_tick_ - 1);
    const int64_t passed = (now_ns() - start_) / timeline_interval;
    next_tick_ = start_ + (passed + 1) * timeline_interval;
}

void Engine::prune()
{
    const int64_t now = now_ns();
    auto& leaving = context_.leaving;
    for (const auto& connection : leaving)
        if (connection->leave_until() <= now) connection->abort();
    std::erase_if(leaving, [](const auto& connection) { return connection->gone(); });
}

Result<void> Engine::step()
{
    // Those whose request has ended leave the queue of deadlines here, not when it ends.
    while (!deadlines_.empty() && deadlines_.front().flow->current() != deadlines_.front().exchange)
        deadlines_.pop_front();
    int64_t wake = under_way_ > 0 ? next_tick_ : forever;
    if (!deadlines_.empty()) wake = std::min(wake, deadlines_.front().when);
    if (!resting_.empty() && more()) wake = std::min(wake, resting_.front().when);
    for (const auto& connection : context_.leaving)
        wake = std::min(wake, connection->leave_until());
    const int64_t left = std::max<int64_t>(0, wake - now_ns());
    const int64_t timeout = (left + ns_per_ms - 1) / ns_per_ms;
    TRY(poller_.wait(static_cast<int>(std::min<int64_t>(timeout, 1 << 30))));
    tick();
    expire();
    collect();
    prune();
    return {};
}

Result<void> Engine::say_goodbye()
{
    for (const auto& flow : flows_) flow->leave();
    prune();
    while (!context_.leaving.empty()) TRY(step());
    return {};
}

Result<Report> Engine::run(int stop)
{
    if (stop >= 0) TRY(stop_.watch(stop));
    for (unsigned i = 0; i < options_.connections; i++) {
        flows_.push_back(options_.protocol == Protocol::tcp ? make_tcp_flow(context_)
                                                            : make_udp_flow(context_));
        idle_.push_back(flows_.back().get());
    }
    for (;;) {
        TRY(start_requests());
        if (under_way_ == 0 && !more()) break;
        TRY(step());
    }
    TRY(say_goodbye());
    return recorder_.finish();
}

} // namespace

Result<Report> run_client(const ClientOptions& options, int stop)
{
    TRY(validate(options));
    Engine engine(options, TRY(Poller::open()));
    return engine.run(stop);
}

} // namespace gueway::flow
