// SPDX-License-Identifier: GPL-2.0-only
#include "scenario/scenario.h"

#include "incident/director.h"
#include "util/module.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

using std::chrono::milliseconds;

// Nothing has come for so long: what the traffic set off is over.
constexpr milliseconds quiet(120), most_quiet(3000), look(10);
// For a verdict that is expected: a machine that is busy elsewhere ends a request, or is quiet,
// before there was anything to judge.
constexpr std::chrono::seconds patience(60);
constexpr size_t most_lines = 200;

Argv argv(const std::string& line)
{
    Argv all;
    for (const auto word : words(line)) all.emplace_back(word);
    return all;
}

// Where no packet went, no rule could be wrong.
Result<void> check_traffic(const Scenario& scenario, const Observed& observed)
{
    constexpr int failed = 1; // what a command says whose requests were not all answered
    const auto status = observed.status;
    const auto object = "traffic of " + scenario.name;
    if (status > failed || status != scenario.status.value_or(status))
        return error(object, "send", fmt::format("status {}\n{}", status, observed.text()));
    if (observed.lines.empty()) return error(object, "follow", "no packet was seen");
    return {};
}

} // namespace

std::set<std::string> Observed::names() const
{
    std::set<std::string> all;
    for (const auto& one : verdicts)
        if (one.verdict.found()) all.insert(one.verdict.name);
    return all;
}

std::string Observed::text() const
{
    std::string all;
    for (const auto& one : verdicts)
        all += fmt::format("{} x\n{}", one.packets, gueway::text(one.verdict));
    return all + join(lines, "\n") + "\n";
}

Result<Stage> Stage::set(const ReferenceOptions& options, const std::vector<std::string>& modules)
{
    Stage stage;
    for (const auto& module : modules) TRY(load_module(module));
    stage.topology_ = std::make_unique<Topology>(TRY(Topology::build(reference(options))));
    TRY(configure(*stage.topology_, options));
    stage.servers_ = TRY(start_servers(*stage.topology_, options));
    stage.types_ = std::make_unique<KernelTypes>(TRY(KernelTypes::load()));
    stage.names_ = std::make_unique<KernelNames>();
    stage.decoder_ = std::make_unique<StepDecoder>(stage.names_->names());
    stage.judge_ = std::make_unique<HostJudge>();
    constexpr uint32_t ring = 32U << 20;
    stage.follower_ = std::make_unique<Follower>(
        TRY(Follower::start(*stage.types_, {.expression = "tcp or udp", .ring = ring})));
    return stage;
}

Result<void> Stage::run(const std::vector<HostCommand>& commands) const
{
    for (const auto& one : commands) TRY(topology_->run_ok(one.host, argv(one.line)));
    return {};
}

// Nobody looks at what comes while `observed` is nullptr.
Result<uint64_t> Stage::watch(milliseconds patience, Observed* observed)
{
    return follower_->poll(patience, [&](const follow_event& event) {
        auto step = decoder_->decode(event);
        if (!observed) return;
        judge_->complete(step);
        if (observed->lines.size() < most_lines) observed->lines.push_back(text_->line(step));
        judgements_->add(step);
    });
}

Result<int> Stage::traffic(const Scenario& scenario, Observed& observed)
{
    if (scenario.send) return scenario.send(*topology_);
    auto process = TRY(topology_->start(scenario.traffic.host, argv(scenario.traffic.line)));
    for (;;) {
        if (const auto status = process.wait(Deadline::after(milliseconds(0)))) return *status;
        TRY(watch(look, &observed));
    }
}

Result<Observed> Stage::play(const Scenario& scenario)
{
    const auto until_quiet = [&](Observed* observed) -> Result<void> {
        const auto end = Deadline::after(most_quiet);
        while (TRY(watch(quiet, observed)) && !end.passed()) {
        }
        return {};
    };
    Observed observed;
    text_ = std::make_unique<StepText>();
    judgements_ =
        std::make_unique<Judgements>([this](const auto& way) { return judge_->judge(way); });
    TRY(until_quiet(nullptr)); // what the last one left behind
    TRY(run(scenario.cause));
    const auto end = Deadline::after(patience);
    const auto expected = scenario.expected();
    do {
        observed.status = TRY(traffic(scenario, observed));
        TRY(until_quiet(&observed));
        observed.verdicts = judgements_->all();
    } while (!std::ranges::includes(observed.names(), expected) && !end.passed());
    TRY(run(scenario.undo));
    TRY(check_traffic(scenario, observed));
    return observed;
}

Result<void> Stage::end()
{
    const auto counts = TRY(follower_->stop([](const follow_event&) {}));
    const auto& totals = counts.totals;
    if (totals.ring_full + totals.table_full == 0) return {};
    return error("scenarios", "follow",
                 fmt::format("events were lost: ring full {}, table full {}", totals.ring_full,
                             totals.table_full));
}

} // namespace gueway
