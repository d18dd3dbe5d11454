// SPDX-License-Identifier: GPL-2.0-only
#include "fou/client.h"
#include "link/sysctl.h"
#include "util/module.h"
#include "worker/plan.h"

#include <cerrno>

namespace gueway::worker {

namespace {

// One overload for each kind of change.
struct Applier {
    const Namespace& where;

    Result<void> operator()(const LoadModule& change) const { return load_module(change.name); }

    Result<void> operator()(const OpenPort& change) const
    {
        auto client = TRY(fou::Client::open());
        if (change.instead_of) TRY(client.remove(*change.instead_of));
        return client.add(change.port);
    }

    Result<void> operator()(const AddReceiver& change) const
    {
        return add_tunnel(where, change.device);
    }

    Result<void> operator()(const ChangeReceiver& change) const
    {
        if (change.device.kind == change.present.kind &&
            change.device.external == change.present.external)
            return change_tunnel(where, change.device);
        TRY(remove_device(where, change.present.name));
        return add_tunnel(where, change.device);
    }

    Result<void> operator()(const AddDummy& change) const
    {
        TRY(add_device(where, change.name, "dummy"));
        return set_up(where, change.name);
    }

    Result<void> operator()(const SetUp& change) const { return set_up(where, change.name); }

    Result<void> operator()(const AddAddress& change) const
    {
        return add_address(where, change.device, change.address, {.nodad = true});
    }

    Result<void> operator()(const SetFilter& change) const
    {
        return set_sysctl(where, "net.ipv4.conf." + change.device + ".rp_filter",
                          std::to_string(change.value));
    }

    Result<void> operator()(const SetSysctl& change) const
    {
        return set_sysctl(where, change.name, std::to_string(change.value));
    }

    Result<void> operator()(const LimitMss& change) const
    {
        return set_advmss(where, change.route, change.mss);
    }

    Result<void> operator()(const RemoveAddress& change) const
    {
        return remove_address(where, change.device, change.address);
    }

    Result<void> operator()(const RemoveReceiver& change) const
    {
        return remove_device(where, change.name);
    }
};

} // namespace

Result<void> apply(const Namespace& where, const Change& change)
{
    return std::visit(Applier{where}, change);
}

Result<void> apply(const Namespace& where, const Wanted& wanted, const Plan& plan)
{
    for (const auto& step : plan.steps) TRY(apply(where, step.change));
    const auto left = make_plan(wanted, TRY(read_state(where, wanted.modules)), plan.options);
    if (left.steps.empty()) return {};
    return Error{"worker " + plan.worker, "read back", EIO,
                 "the kernel does not have it all: " + left.steps.front().shown.object,
                 "`directorctl worker plan` shows what is missing"};
}

} // namespace gueway::worker
