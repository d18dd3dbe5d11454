// SPDX-License-Identifier: GPL-2.0-only
#include "flow/server.h"

#include "flow/service.h"
#include "flow/socket.h"
#include "flow/stop.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace gueway::flow {

void note_mismatch(ServerTotals& totals, const std::string& peer, uint64_t request,
                   const std::string& what)
{
    if (totals.mismatches++ > 0) return;
    totals.first_mismatch = error(fmt::format("{}: request {}", peer, request), "verify", what,
                                  "look for what changes packets on the way from this client")
                                .text();
}

class Server::Engine {
public:
    explicit Engine(Poller poller) : poller_(std::move(poller)) {}
    Result<void> listen(const Endpoint& local, Protocol protocol, const Sending& sending);
    Result<ServerTotals> serve(int stop);
    int sweep();
    const std::vector<Listener>& listeners() const { return listeners_; }

private:
    Poller poller_;
    ServerTotals totals_;
    std::vector<Listener> listeners_;
    std::vector<std::unique_ptr<Service>> services_;
};

Result<void> Server::Engine::listen(const Endpoint& local, Protocol protocol,
                                    const Sending& sending)
{
    Fd fd = TRY(open_server(local, protocol, sending));
    const Endpoint bound = TRY(local_endpoint(fd.get()));
    const ServiceContext context{poller_, totals_, sending};
    services_.push_back(protocol == Protocol::tcp ? TRY(make_tcp_service(context, std::move(fd)))
                                                  : TRY(make_udp_service(context, std::move(fd))));
    listeners_.push_back({protocol, bound});
    return {};
}

// Milliseconds until the next sweep has to be; -1: whenever something happens.
int Server::Engine::sweep()
{
    const int64_t now = now_ns();
    int64_t next = std::numeric_limits<int64_t>::max();
    for (const auto& service : services_) next = std::min(next, service->sweep(now));
    if (next == std::numeric_limits<int64_t>::max()) return -1;
    return static_cast<int>(std::max<int64_t>(0, next - now) / ns_per_ms + 1);
}

Result<ServerTotals> Server::Engine::serve(int stop)
{
    Stop stopping(poller_);
    TRY(stopping.watch(stop));
    int timeout = -1;
    while (!stopping.asked()) {
        TRY(poller_.wait(timeout));
        timeout = sweep();
    }
    for (const auto& service : services_) service->close(totals_);
    return totals_;
}

Server::Server(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Server::Server(Server&& other) noexcept = default;
Server& Server::operator=(Server&& other) noexcept = default;
Server::~Server() = default;

Result<Server> Server::open(const ServerOptions& options)
{
    TRY(validate(options));
    auto engine = std::make_unique<Engine>(TRY(Poller::open()));
    for (const Endpoint& local : options.listen) {
        Endpoint same = local; // with port 0, UDP gets the port that TCP got
        if (options.tcp) {
            TRY(engine->listen(same, Protocol::tcp, options.sending));
            same = engine->listeners().back().local;
        }
        if (options.udp) TRY(engine->listen(same, Protocol::udp, options.sending));
    }
    return Server(std::move(engine));
}

const std::vector<Listener>& Server::listeners() const
{
    return engine_->listeners();
}

Result<ServerTotals> Server::serve(int stop)
{
    return engine_->serve(stop);
}

std::string listeners_text(const std::vector<Listener>& listeners)
{
    std::string text;
    for (const auto& [protocol, local] : listeners)
        text += fmt::format("{} {}\n", name_of(protocol), local.text());
    return text;
}

} // namespace gueway::flow
