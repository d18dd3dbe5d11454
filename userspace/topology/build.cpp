// SPDX-License-Identifier: GPL-2.0-only
// Brings a topology up, one step for all hosts after the other. Whatever step fails, the Topology
// made so far goes out of scope and undoes itself.
#include "link/address.h"
#include "link/carrier.h"
#include "link/features.h"
#include "link/neighbour.h"
#include "link/route.h"
#include "link/sysctl.h"
#include "topology/topology.h"
#include "util/address.h"

#include <atomic>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr const char* bridge = "bridge";

// Every address here is unique by construction (check() saw to it) and there is no router to
// listen to: without these, each start would cost two seconds and random packets.
const std::vector<Setting> quiet = {
    {"net.ipv6.conf.default.accept_dad", "0"},
    {"net.ipv6.conf.default.router_solicitations", "0"},
    {"net.ipv6.conf.default.accept_ra", "0"},
};

// A switch forwards frames; addresses of its own would only add packets.
const std::vector<Setting> mute = {{"net.ipv6.conf.default.disable_ipv6", "1"}};

} // namespace

class Builder {
public:
    Builder(Spec spec, const Deadline& deadline) : made_(std::move(spec)), deadline_(deadline) {}

    Result<Topology> build()
    {
        TRY(check(made_.spec_));
        TRY(make_hosts());
        TRY(each_host(&Builder::prepare));
        for (const auto& segment : made_.spec_.segments) TRY(make_segment(segment));
        TRY(each_end(&Builder::configure));
        TRY(each_host(&Builder::settle));
        TRY(each_host(&Builder::add_routes));
        TRY(each_host(&Builder::run_commands));
        TRY(each_host(&Builder::set_sysctls));
        TRY(resolve());
        return std::move(made_);
    }

private:
    const Namespace& at(const std::string& host) const { return **made_.host(host); }

    template <class Step>
    Result<void> each_host(Step step)
    {
        for (const auto& host : made_.spec_.hosts) TRY((this->*step)(host));
        return {};
    }

    template <class Step>
    Result<void> each_end(Step step)
    {
        for (const auto& segment : made_.spec_.segments)
            for (const auto& end : segment.ends) TRY((this->*step)(end));
        return {};
    }

    Result<void> make_hosts()
    {
        auto& all = made_.namespaces_;
        for (const auto& host : made_.spec_.hosts)
            all.push_back(TRY(all.empty() ? claim_prefix(host.name)
                                          : Namespace::create(made_.prefix_ + host.name)));
        return {};
    }

    // The first namespace under a prefix is the claim to it: a name that is taken, by a run with
    // our process number that was killed, only means the next number.
    Result<Namespace> claim_prefix(const std::string& host)
    {
        static std::atomic<unsigned> count = 0;
        for (;;) {
            made_.prefix_ = fmt::format("gw{}-{}-", ::getpid(), count++);
            auto made = Namespace::create(made_.prefix_ + host);
            if (made || made.error().code != EEXIST) return made;
        }
    }

    Result<void> prepare(const Host& host)
    {
        const auto& where = at(host.name);
        for (const auto& [name, value] : quiet) TRY(set_sysctl(where, name, value));
        for (const auto& [name, value] : host.sysctls) {
            const auto set = set_sysctl(where, name, value);
            if (!set && set.error().code != ENOENT) return set;
        }
        for (const auto& address : host.addresses)
            TRY(add_address(where, "lo", TRY(parse_prefix(address))));
        return {};
    }

    Result<void> make_segment(const Segment& segment)
    {
        const auto& ends = segment.ends;
        if (ends.size() > 2) return make_switch(segment);
        const VethEnd one{at(ends[0].host), ends[0].device},
            other{at(ends[1].host), ends[1].device};
        return make_wire(one, other, segment);
    }

    Result<void> make_wire(const VethEnd& one, const VethEnd& other, const Segment& segment)
    {
        const auto add = segment.cable == Cable::mlx5ish ? add_mlx5ish : add_veth;
        TRY(add(one, other, segment.mtu));
        made_.wires_.push_back({&one.where, one.name});
        return {};
    }

    Result<void> make_switch(const Segment& segment)
    {
        const std::string name = made_.prefix_ + "switch-" + segment.name;
        made_.namespaces_.push_back(TRY(Namespace::create(name)));
        const auto& where = made_.namespaces_.back();
        for (const auto& [key, value] : mute) TRY(set_sysctl(where, key, value));
        TRY(add_device(where, bridge, "bridge"));
        TRY(set_up(where, bridge));
        for (const auto& end : segment.ends) {
            const std::string port = "p" + std::to_string(&end - segment.ends.data());
            TRY(make_wire({at(end.host), end.device}, {where, port}, segment));
            TRY(set_master(where, port, bridge));
            TRY(set_up(where, port));
        }
        return {};
    }

    Result<void> configure(const End& end)
    {
        const auto& where = at(end.host);
        TRY(set_features(where, end.device, end.features_off, false));
        TRY(set_up(where, end.device));
        for (const auto& address : end.addresses)
            TRY(add_address(where, end.device, TRY(parse_prefix(address))));
        return {};
    }

    Result<void> settle(const Host& host)
    {
        for (const auto& segment : made_.spec_.segments)
            for (const auto& end : segment.ends)
                if (end.host == host.name) TRY(wait_carrier(at(host.name), end.device, deadline_));
        return wait_addresses(at(host.name), deadline_);
    }

    Result<void> add_routes(const Host& host)
    {
        for (const auto& route : host.routes)
            TRY(add_route(at(host.name), {.to = TRY(parse_prefix(route.to)),
                                          .via = TRY(parse_address(route.via)),
                                          .device = {},
                                          .source = {},
                                          .mtu = route.mtu,
                                          .advmss = route.advmss}));
        return {};
    }

    Result<void> run_commands(const Host& host)
    {
        for (const auto& command : host.commands) {
            auto ran = made_.run_ok(host.name, command);
            if (ran) continue;
            auto failed = std::move(ran).error();
            failed.object = "host " + host.name + ": " + failed.object;
            return failed;
        }
        return {};
    }

    Result<void> set_sysctls(const Host& host)
    {
        for (const auto& [name, value] : host.sysctls) TRY(set_sysctl(at(host.name), name, value));
        return {};
    }

    // All are asked for before the first is waited for: the questions run side by side.
    Result<void> resolve()
    {
        for (const bool waiting : {false, true}) {
            for (const auto& [host, text] : made_.spec_.neighbours) {
                const auto& device = TRY(junction(made_.spec_, host, text)).end->device;
                const auto address = TRY(parse_address(text));
                if (waiting)
                    TRY(wait_neighbour(at(host), device, address, deadline_));
                else
                    TRY(resolve_neighbour(at(host), device, address));
            }
        }
        return {};
    }

    Topology made_;
    Deadline deadline_;
};

Result<Topology> Topology::build(Spec spec, std::chrono::milliseconds patience)
{
    return Builder(std::move(spec), Deadline::after(patience)).build();
}

} // namespace gueway
