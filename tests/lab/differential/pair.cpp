// SPDX-License-Identifier: GPL-2.0-only
#include "pair.h"

#include "ipvsadm/save.h"

#include <algorithm>

#include <unistd.h>

namespace gueway {

namespace {

Result<Namespace> make_one(const std::string& name)
{
    auto made = TRY(Namespace::create("gwadm" + std::to_string(::getpid()) + "-" + name));
    TRY(made.in([]() -> Result<void> {
        TRY(run_ok({"ip", "link", "add", "d0", "type", "dummy"}));
        TRY(run_ok({"ip", "link", "set", "d0", "up", "multicast", "on"}));
        TRY(run_ok({"ip", "address", "add", "10.9.0.1/24", "dev", "d0"}));
        TRY(run_ok({"ip", "address", "add", "2001:db8:9::1/64", "dev", "d0", "nodad"}));
        return {};
    }));
    return made;
}

Outcome run_here(const Namespace& where, const char* program, const Argv& words,
                 const std::string& input = {})
{
    Argv command = {program};
    command.insert(command.end(), words.begin(), words.end());
    RunOptions options;
    options.input = input;
    const auto done = where.in([&] { return run(command, options); });
    return done ? *done : Outcome{-1, {}, done.error().text()};
}

// Services in an order of their own: the kernel's differs from namespace to namespace.
Result<std::vector<ipvs::ServiceState>> read(const Namespace& where)
{
    return where.in([]() -> Result<std::vector<ipvs::ServiceState>> {
        auto client = TRY(ipvs::Client::open());
        auto states = TRY(client.snapshot());
        std::ranges::sort(states, {}, [](const auto& state) { return state.service.key; });
        return states;
    });
}

bool same(const ipvs::ServiceState& one, const ipvs::ServiceState& other)
{
    return one.service.same_settings(other.service) &&
           std::ranges::equal(one.destinations, other.destinations,
                              [](const auto& a, const auto& b) {
                                  return a.same_worker(b) && a.same_settings(b) &&
                                         a.address.family == b.address.family;
                              });
}

} // namespace

Result<Pair> Pair::make()
{
    auto one = TRY(make_one("i"));
    auto other = TRY(make_one("d"));
    return Pair(std::move(one), std::move(other));
}

Pair::Outcomes Pair::run(const Argv& words, const std::string& input) const
{
    return {run_here(ipvsadm_, "ipvsadm", words, input),
            run_here(directorctl_, "directorctl", words, input)};
}

Pair::Outcomes Pair::run_in_one(const Argv& words) const
{
    return {run_here(ipvsadm_, "ipvsadm", words), run_here(ipvsadm_, "directorctl", words)};
}

Pair::Outcomes Pair::ask_ipvsadm(const Argv& words) const
{
    return {run_here(ipvsadm_, "ipvsadm", words), run_here(directorctl_, "ipvsadm", words)};
}

std::string Pair::state_difference() const
{
    const auto one = read(ipvsadm_), other = read(directorctl_);
    if (!one) return one.error().text();
    if (!other) return other.error().text();
    if (std::ranges::equal(*one, *other, same)) return {};
    return "ipvsadm made:\n" + ipvsadm::save(*one) + "directorctl made:\n" + ipvsadm::save(*other);
}

Result<void> Pair::clear() const
{
    const auto clear = []() -> Result<void> {
        auto client = TRY(ipvs::Client::open());
        auto changes = client.changes();
        changes.flush();
        changes.set(ipvs::Timeouts{.tcp = 900, .tcp_fin = 120, .udp = 300});
        for (const auto& daemon : TRY(client.daemons())) changes.stop(daemon.role);
        TRY(client.commit(changes));
        return {};
    };
    TRY(ipvsadm_.in(clear));
    return directorctl_.in(clear);
}

} // namespace gueway
