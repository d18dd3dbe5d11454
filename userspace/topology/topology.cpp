// SPDX-License-Identifier: GPL-2.0-only
#include "topology/topology.h"

#include "link/device.h"

namespace gueway {

Topology::~Topology()
{
    // Devices go at once, namespaces when the kernel finds the time: with its wires gone, a
    // namespace that still waits holds nothing of the others.
    for (; !wires_.empty(); wires_.pop_back())
        std::ignore = remove_device(*wires_.back().where, wires_.back().device);
    while (!namespaces_.empty()) namespaces_.pop_back();
}

Result<const Namespace*> Topology::host(const std::string& name) const
{
    for (const auto& each : namespaces_)
        if (each.name() == prefix_ + name) return &each;
    return Error{"topology " + spec_.name, "find host " + name, ENOENT, "no host of that name", {}};
}

Result<Outcome> Topology::run(const std::string& name, const Argv& argv,
                              const RunOptions& options) const
{
    return in(name, [&] { return gueway::run(argv, options); });
}

Result<std::string> Topology::run_ok(const std::string& name, const Argv& argv) const
{
    return in(name, [&] { return gueway::run_ok(argv); });
}

Result<Process> Topology::start(const std::string& name, const Argv& argv,
                                const Process::Streams& streams) const
{
    return in(name, [&] { return Process::start(argv, streams); });
}

Result<Counters> Topology::counters(const std::string& name, const std::string& device_name) const
{
    return TRY(device(*TRY(host(name)), device_name)).counters;
}

Result<void> Topology::wait_for(const std::string& name, const Listener& listener,
                                std::chrono::milliseconds patience) const
{
    return wait_listener(*TRY(host(name)), listener, Deadline::after(patience));
}

} // namespace gueway
