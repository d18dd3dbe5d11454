// SPDX-License-Identifier: GPL-2.0-only
#include "incident/repair.h"

#include "drops/drop_histogram.h"
#include "flow/client.h"
#include "incident/director.h"
#include "incident/path_drops.h"
#include "topology/topology.h"
#include "util/module.h"

#include <functional>
#include <future>
#include <mutex>

#include <fmt/format.h>
#include <sys/eventfd.h>

namespace gueway {

namespace {

constexpr auto longest = std::chrono::hours(1); // the client is stopped long before

struct Step {
    std::string name;
    Argv command; // on the director; empty: nothing is done
    bool repaired = false;
};

std::vector<Step> steps_for(const std::string& ip_vs)
{
    if (ip_vs == "patched") return {{"patched", {}, true}};
    return {{"vulnerable", {}},
            {"mitigation", {"directorctl", "mitigate", "on"}, true},
            {"off", {"directorctl", "mitigate", "off"}},
            {"hotfix", {"directorctl", "hotfix", "on"}, true},
            {"off", {"directorctl", "hotfix", "off"}}};
}

// Requests that go on until stop(), on a thread of their own.
class Traffic {
public:
    static Result<Traffic> start(const Topology& topology, const RepairOptions& options)
    {
        flow::ClientOptions client;
        client.server = TRY(flow::parse_endpoint(service_endpoint(4)));
        client.request_size = options.size;
        client.response_size = 64;
        client.fresh = true;
        client.pause = std::chrono::nanoseconds(options.pause).count();
        client.duration = std::chrono::nanoseconds(longest).count();
        Fd stop(::eventfd(0, EFD_CLOEXEC));
        if (!stop) return Error{"eventfd", "make", errno, {}, {}};
        auto report = std::async(std::launch::async, [&topology, client, fd = stop.get()] {
            return topology.in("client", [&] { return flow::run_client(client, fd); });
        });
        return Traffic(std::move(stop), std::move(report));
    }
    Traffic(Traffic&&) noexcept = default;
    Traffic& operator=(Traffic&&) = delete;
    ~Traffic() { tell(); } // then the future waits for the thread

    // Requests under way still end.
    Result<flow::Report> finish()
    {
        tell();
        return report_.get();
    }

    uint64_t elapsed() const { return static_cast<uint64_t>(flow::now_ns() - start_); }

private:
    Traffic(Fd stop, std::future<Result<flow::Report>> report)
        : stop_(std::move(stop)), report_(std::move(report))
    {}
    void tell() const
    {
        if (stop_) ::eventfd_write(stop_.get(), 1);
    }

    Fd stop_;
    std::future<Result<flow::Report>> report_;
    int64_t start_ = flow::now_ns();
};

// The underlay device's count of drops, looked at every interval from another thread.
class Meter {
public:
    Meter(const Topology& topology, const Traffic& traffic, uint64_t interval)
        : topology_(topology), traffic_(traffic), interval_(interval),
          thread_([this](const std::stop_token& stop) { watch(stop); })
    {}

    Result<uint64_t> read()
    {
        const std::lock_guard lock(mutex_);
        return TRY(topology_.counters("director", "d1")).tx_dropped;
    }

    // Of each interval since the traffic began.
    std::vector<uint64_t> finish()
    {
        thread_.request_stop();
        thread_.join();
        return std::move(dropped_);
    }

private:
    // The growth since the last look belongs to the interval that has just ended.
    void watch(const std::stop_token& stop)
    {
        uint64_t before = read().value_or(0);
        while (!stop.stop_requested()) {
            const auto next = (traffic_.elapsed() / interval_ + 1) * interval_;
            std::this_thread::sleep_for(std::chrono::nanoseconds(next - traffic_.elapsed()));
            const auto now = read().value_or(before);
            dropped_.resize(std::max<size_t>(dropped_.size(), next / interval_));
            dropped_[next / interval_ - 1] += now - before;
            before = now;
        }
    }

    const Topology& topology_;
    const Traffic& traffic_;
    uint64_t interval_;
    std::mutex mutex_;
    std::vector<uint64_t> dropped_;
    std::jthread thread_; // the last: it uses the others
};

// No connection of the client starts with what an earlier one has learned of its path: the phases
// would not be comparable.
Spec spec_of(const ReferenceOptions& options)
{
    auto spec = reference(options);
    for (auto& host : spec.hosts)
        if (host.name == "client") host.sysctls.push_back({"net.ipv4.tcp_no_metrics_save", "1"});
    return spec;
}

// All requests are IPv4 in IPv4. The namespaces in which `hotfix on` tries the kernel end after it
// has, and what then comes to a device that has no IPv6 any more is theirs.
bool of_requests(const DemoDrop& drop)
{
    return drop.reason != "IPV6DISABLED";
}

Result<FixesPhase> run_step(const Topology& topology, const Step& step, const Traffic& traffic,
                            Meter& meter, const DropHistogram& drops,
                            std::chrono::milliseconds span)
{
    if (!step.command.empty()) TRY(topology.run_ok("director", step.command));
    FixesPhase phase{.name = step.name, .command = {}, .repaired = step.repaired};
    for (const auto& word : step.command)
        phase.command += (phase.command.empty() ? "" : " ") + word;
    const auto places = TRY(drops.read());
    const auto before = TRY(meter.read());
    phase.begin = step.command.empty() ? 0 : traffic.elapsed();
    std::this_thread::sleep_for(span);
    phase.end = traffic.elapsed();
    phase.tx_dropped = TRY(meter.read()) - before;
    phase.drops = path_drops(growth(places, TRY(drops.read())));
    std::erase_if(phase.drops, std::not_fn(of_requests));
    return phase;
}

void add_report(FixesTrack& track, const flow::Report& report)
{
    track.begins = {report.begins.begin(), report.begins.end()};
    track.latencies = {report.latencies.begin(), report.latencies.end()};
    track.timed_out = report.timed_out;
    track.failed = report.failed;
    if (!report.failures.empty()) track.failure = report.failures.front().first;
    track.resent = report.tcp.client_retransmits + report.tcp.server_retransmits;
    track.bytes = report.request_timeline;
}

} // namespace

Result<FixesTrack> repair_under_traffic(const RepairOptions& options)
{
    ReferenceOptions reference{
        .mtu = options.mtu, .terminate = false, .clamp_mss = false, .vips = false};
    reference.encap = {.type = options.encap};
    if (options.encap == EncapType::gue) reference.encap.port = default_gue_port;
    reference.underlay_cable = Cable::mlx5ish;
    const auto topology = TRY(Topology::build(spec_of(reference)));
    TRY(configure(topology, reference));
    const auto servers = TRY(start_servers(topology, reference));
    const auto drops = TRY(DropHistogram::start());

    FixesTrack track{.encap = options.encap == EncapType::gre ? "GRE" : "GUE",
                     .ip_vs = options.ip_vs,
                     .kernel = kernel_release()};
    track.interval = static_cast<uint64_t>(flow::timeline_interval);
    auto traffic = TRY(Traffic::start(topology, options));
    Meter meter(topology, traffic, track.interval);
    for (const auto& step : steps_for(options.ip_vs))
        track.phases.push_back(TRY(run_step(topology, step, traffic, meter, drops, options.span)));
    track.dropped = meter.finish();
    add_report(track, TRY(traffic.finish()));
    return track;
}

} // namespace gueway
