// SPDX-License-Identifier: GPL-2.0-only
// A topology that is up: network namespaces joined by pairs of devices and bridges. Needs root.
#pragma once

#include "link/device.h"
#include "link/namespace.h"
#include "topology/spec.h"
#include "topology/wait.h"
#include "util/process.h"

#include <chrono>
#include <deque>
#include <string>
#include <vector>

namespace gueway {

constexpr auto default_patience = std::chrono::seconds(30);

// Owns all it made; destruction deletes it in reverse order. Hosts' namespaces have names of their
// own ("gw<pid>-<n>-<host>", usable with `ip netns exec`), so that topologies can coexist.
// Processes in them belong to the caller and should end first. Move-only; one thread at a time, but
// for in(), run() and start(), which any thread may call.
class Topology {
public:
    // Brings everything up and waits until it works: carrier on every device, duplicate address
    // detection over, the neighbours of the spec resolved. On failure what was made is undone, and
    // the Error says which step of which host failed or what did not come within `patience`.
    static Result<Topology> build(Spec spec, std::chrono::milliseconds patience = default_patience);

    Topology(Topology&&) noexcept = default;
    Topology& operator=(Topology&&) = delete;
    ~Topology();

    const Spec& spec() const { return spec_; }

    // The namespace of a host; ENOENT for a name the spec does not have. Valid while this lives.
    Result<const Namespace*> host(const std::string& name) const;

    // Runs `f` on the calling thread inside the host (see Namespace::in).
    template <class F>
    InsideResult<F> in(const std::string& name, F&& f) const
    {
        return TRY(host(name))->in(std::forward<F>(f));
    }
    Result<Outcome> run(const std::string& name, const Argv& argv,
                        const RunOptions& options = {}) const;
    // Output of a command that must succeed.
    Result<std::string> run_ok(const std::string& name, const Argv& argv) const;
    Result<Process> start(const std::string& name, const Argv& argv,
                          const Process::Streams& streams = {}) const;

    Result<Counters> counters(const std::string& name, const std::string& device) const;
    Result<void> wait_for(const std::string& name, const Listener& listener,
                          std::chrono::milliseconds patience = default_patience) const;

private:
    friend class Builder;
    explicit Topology(Spec spec) : spec_(std::move(spec)) {}

    // A pair of devices, by one of its ends: deleting that deletes both.
    struct Wire {
        const Namespace* where;
        std::string device;
    };
    Spec spec_;
    std::string prefix_;
    std::deque<Namespace> namespaces_; // addresses stay when this moves
    std::vector<Wire> wires_;
};

} // namespace gueway
