// SPDX-License-Identifier: GPL-2.0-only
#include "director/apply.h"

#include "director/execute.h"
#include "plan/writer.h"
#include "util/module.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

namespace gueway {

namespace {

// Plans made because another program changed something meanwhile. A writer that never rests cannot
// be outrun, only told of.
constexpr int most_tries = 5;

Result<ipvs::Client> open_client(const Namespace& where)
{
    auto client = ipvs::Client::open(where.name());
    if (client || client.error().code != ENOENT) return client;
    TRY(load_module("ip_vs"));
    return ipvs::Client::open(where.name());
}

// The first few steps that are left, for an Error.
std::string summary(const plan::Plan& plan)
{
    constexpr size_t most = 3;
    std::string words;
    for (size_t i = 0; i < plan.steps.size() && i < most; ++i) {
        const auto& step = plan.steps[i];
        words += fmt::format("{}{}: {} {}", words.empty() ? "" : "; ", step.section,
                             name(step.operation), step.object);
        for (const auto& [attribute, from, to] : step.differences)
            if (step.operation == plan::Operation::change)
                words += fmt::format(", {} {} where {} is wanted", attribute, from, to);
    }
    if (plan.steps.size() > most) words += fmt::format("; and {} more", plan.steps.size() - most);
    return words;
}

// What a kernel without some attribute leaves over: the objects are there, and differ. Objects that
// come and go again are another program's doing.
bool only_changes(const plan::Plan& plan)
{
    return std::ranges::all_of(plan.steps, [](const plan::Step& step) {
        return step.operation == plan::Operation::change;
    });
}

bool forwards(const plan::Plan& plan)
{
    return std::ranges::any_of(plan.steps, [](const plan::Step& step) {
        return std::ranges::any_of(step.differences,
                                   [](const auto& each) { return each.attribute == "forward"; });
    });
}

// One apply: plans, carries out, looks again.
class Attempt {
public:
    Attempt(const Config& config, const PlanOptions& options, const Approve& approve,
            const Namespace& where, ipvs::Client& client)
        : config_(config), options_(options), approve_(approve), where_(where), client_(client),
          execution_(where, client)
    {}

    Result<Applied> run()
    {
        auto applied = converge();
        if (applied || !execution_.changed()) return applied;
        if (!outrun_) return taken_back(std::move(applied).error());
        auto error = std::move(applied).error();
        error.remedy += error.remedy.empty() ? "" : "; ";
        error.remedy += "what was changed so far stays";
        return error;
    }

private:
    Result<DirectorPlan> look()
    {
        auto state = read_state(where_, client_, config_);
        outrun_ = !state && state.error().code == EAGAIN;
        state_ = TRY(std::move(state));
        return make_plan(config_, state_, options_);
    }

    Result<Applied> converge()
    {
        Applied applied;
        plan::Plan last;
        bool done = false; // the last plan was carried out, and nobody was in the way
        for (int i = 0; i <= most_tries; ++i) {
            auto plan = TRY(look());
            applied.done.place = plan.shown.place;
            if (applied.done.notes.empty() || plan.empty()) applied.done.notes = plan.shown.notes;
            if (plan.empty()) return applied;
            if (done && plan.shown.steps == last.steps && only_changes(last))
                return not_taken(plan.shown);
            if (i == most_tries) return outrun(plan.shown);
            if (!TRY(approved(plan))) return declined();
            last = plan.shown;
            applied.done.steps.insert(applied.done.steps.end(), last.steps.begin(),
                                      last.steps.end());
            done = TRY(execution_.carry_out(plan, state_)) == Execution::Outcome::done;
        }
        return applied;
    }

    // Asks, and asks again when what was shown is not what there is to do any more. After a
    // conflict only removals that nobody has agreed to are asked for again.
    Result<bool> approved(DirectorPlan& plan)
    {
        if (!approve_ || (approved_ && !plan::removes_more(plan.shown, *approved_))) return true;
        for (int i = 0; i < most_tries; ++i) {
            if (!TRY(approve_(plan.shown))) return false;
            auto again = TRY(look());
            const bool same = again.shown.steps == plan.shown.steps;
            plan = std::move(again);
            if (!same) continue;
            approved_ = plan.shown;
            return true;
        }
        return outrun(plan.shown);
    }

    // A no to what a conflict led to: what was done until then is taken back.
    Result<Applied> declined() const
    {
        if (!execution_.changed()) return Applied{.approved = false, .done = {}};
        return Error{where_.name(), "apply " + config_.source, ECANCELED,
                     "another program changed what the file owns, and the new plan was declined",
                     "apply again"};
    }

    Error outrun(const plan::Plan& left)
    {
        outrun_ = true;
        return Error{where_.name(), "apply " + config_.source, EAGAIN,
                     fmt::format("another program kept changing what the file owns: after {} "
                                 "plans there is still to do: {}",
                                 most_tries, summary(left)),
                     "stop the other program, or leave those objects out of the file"};
    }

    Error not_taken(const plan::Plan& left) const
    {
        return Error{where_.name(), "apply " + config_.source, EOPNOTSUPP,
                     "the kernel accepted but did not take: " + summary(left),
                     forwards(left) ? "kernels before 5.2 have IPIP tunnels only; or another "
                                      "program changes it back"
                                    : "another program may change it back"};
    }

    Error taken_back(Error cause)
    {
        const auto failures = execution_.take_back();
        if (failures.empty()) {
            cause.remedy += cause.remedy.empty() ? "" : "; ";
            cause.remedy += "all changes were taken back";
            return cause;
        }
        cause.remedy +=
            fmt::format("{}{} changes could NOT be taken back, the first: {}",
                        cause.remedy.empty() ? "" : "; ", failures.size(), failures.front().text());
        return cause;
    }

    const Config& config_;
    const PlanOptions& options_;
    const Approve& approve_;
    const Namespace& where_;
    ipvs::Client& client_;
    Execution execution_;
    State state_;
    std::optional<plan::Plan> approved_; // what somebody has agreed to
    bool outrun_ = false;                // by another program, whose changes a rollback would undo
};

} // namespace

Result<Applied> apply(const Config& config, const PlanOptions& options, const Approve& approve)
{
    const auto where = TRY(Namespace::current());
    const auto lock = TRY(plan::lock_writer());
    auto client = TRY(open_client(where));
    return Attempt(config, options, approve, where, client).run();
}

Result<State> look_at_director(const Config& config)
{
    const auto where = TRY(Namespace::current());
    auto client = TRY(open_client(where));
    return read_state(where, client, config);
}

Result<plan::Plan> plan_director(const Config& config, const PlanOptions& options)
{
    const auto state = TRY(look_at_director(config));
    return TRY(make_plan(config, state, options)).shown;
}

} // namespace gueway
