// SPDX-License-Identifier: GPL-2.0-only
// Drops made on purpose, and the verdicts on them: the incident's service, something wrong with it,
// traffic, and a follower that watches. One topology and one follower serve all scenarios, so that
// each undoes what it did.
#pragma once

#include "topology/reference.h"
#include "topology/topology.h"
#include "trace/follower.h"
#include "trace/judgements.h"
#include "trace/names.h"
#include "trace/step_text.h"
#include "util/process.h"
#include "verdict/judge.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gueway {

// A command in a host; words are separated by blanks, none has one inside.
struct HostCommand {
    std::string host;
    std::string line;
};

// One row of a table of scenarios.
//   cause    what is done to the service, in order; `undo` takes it back
//   traffic  a command that may fail, with status 1: that is the point. It may run more than once
//   send     instead of a command; its status
//   verdict  the only one that may be named; empty: none may
//   status   that the traffic must end with: a near miss says whether it arrived. Nothing: any
struct Scenario {
    std::string name;
    std::string about;
    std::vector<HostCommand> cause, undo;
    HostCommand traffic;
    std::string verdict;
    std::function<Result<int>(const Topology&)> send;
    std::optional<int> status;

    std::set<std::string> expected() const
    {
        return verdict.empty() ? std::set<std::string>{} : std::set<std::string>{verdict};
    }
};

struct Observed {
    std::vector<Judgement> verdicts;
    int status = 0;                      // of the traffic
    std::vector<std::string> lines;      // of the steps, for a test that fails
    std::set<std::string> names() const; // of the verdicts that a rule found
    std::string text() const;            // all of it, for people
};

// Everything that the scenarios share. Move-only; the follower watches from its making on.
class Stage {
public:
    // `modules` are loaded first, since hooks in modules need them. Needs what incident/replay.h
    // needs. The service has a VIP of each family on TCP port 8000, scheduled by rr.
    static Result<Stage> set(const ReferenceOptions& options,
                             const std::vector<std::string>& modules = {});

    // Causes, sends, watches until all is quiet, and undoes; sends again while the verdict that is
    // expected does not come, for a minute. An Error is a cause or an undoing that failed, and
    // traffic that proves nothing: a command that could not run, one that ended otherwise than the
    // scenario wants it to, or nothing that was followed.
    Result<Observed> play(const Scenario& scenario);

    // Stops watching. An Error when events were lost, so that a scenario may have missed a verdict.
    // That the kernel skipped a program now and then is no such: it costs one step of one packet.
    Result<void> end();

    const Topology& topology() const { return *topology_; }

private:
    Stage() = default;
    Result<void> run(const std::vector<HostCommand>& commands) const;
    Result<int> traffic(const Scenario& scenario, Observed& observed);
    Result<uint64_t> watch(std::chrono::milliseconds patience, Observed* observed);

    std::unique_ptr<Topology> topology_;
    std::vector<Process> servers_;
    std::unique_ptr<KernelTypes> types_;
    std::unique_ptr<KernelNames> names_;
    std::unique_ptr<StepDecoder> decoder_;
    std::unique_ptr<HostJudge> judge_;
    std::unique_ptr<Follower> follower_;
    std::unique_ptr<Judgements> judgements_; // of the scenario that plays
    std::unique_ptr<StepText> text_;         // the same
};

} // namespace gueway
