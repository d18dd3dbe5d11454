// SPDX-License-Identifier: GPL-2.0-only
// Loading large tables into IPVS, in a guest, by everybody in turn: ipvsadm -R, directorctl -R and
// a raw sender; then `directorctl plan` against a kernel that has what the file says, beside
// `ipvsadm -Ln`. Each run is a process of its own, from exec to exit, in a network namespace of its
// own: removed workers stay in a namespace's trash for minutes, and every addition walks that (6.1,
// ip_vs_trash_get_dest). All of them at the same addresses every time: QEMU keeps what it
// translated by virtual address, so that a C library at a random place is translated anew for every
// process, which takes it some 15 ms that no real machine takes. Medians over the rounds. Status 1
// when a bar of case.h, or one of these, is missed.
//
//   bulk [ROUNDS]
#include "bench/bulk/case.h"
#include "ipvs/client.h"
#include "link/namespace.h"
#include "report/table.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>

namespace gueway::bench {
namespace {

constexpr double most_over_raw = 1.25, most_over_listing = 2;
constexpr double most_memory = 32; // MiB

struct Run {
    double milliseconds = 0;
    double memory = 0; // MiB, resident at its highest
};

// Standard output goes to /dev/null, `input` is standard input.
Result<Run> timed(const std::vector<std::string>& argv, const fs::path& input)
{
    std::vector<char*> words;
    words.reserve(argv.size() + 1);
    for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    const Defer free_files([&] { posix_spawn_file_actions_destroy(&files); });

    const auto begin = std::chrono::steady_clock::now();
    pid_t pid = 0;
    if (const int code = ::posix_spawnp(&pid, words[0], &files, nullptr, words.data(), environ))
        return Error{quoted(argv), "start", code, {}, {}};
    int status = 0;
    rusage usage{};
    if (::wait4(pid, &status, 0, &usage) < 0) return errno_error(quoted(argv), "wait");
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (status != 0) return error(quoted(argv), "run", fmt::format("status {:#x}", status));
    return Run{took.count(), static_cast<double>(usage.ru_maxrss) / 1024};
}

std::string address(uint32_t host_order)
{
    return fmt::format("{}.{}.{}.{}", host_order >> 24, host_order >> 16 & 255,
                       host_order >> 8 & 255, host_order & 255);
}

std::string restore_file(const Case& load)
{
    std::string text;
    for (unsigned s = 0; s < load.services; ++s) {
        const auto service = fmt::format("-t {}:{}", address(vip), first_port + s);
        text += fmt::format("-A {} -s {}\n", service, load.scheduler);
        for (unsigned w = 0; w < load.workers; ++w)
            text += fmt::format(
                "-a {} -r {}:{} -i -w {} --tun-type gue --tun-port {} --tun-nocsum\n", service,
                address(first_worker + w), worker_port, worker_weight, gue_port);
    }
    return text;
}

std::string yaml_file(const Case& load)
{
    std::string text = "pools:\n  all:\n";
    text +=
        fmt::format("    encap: {{type: gue, port: {}, checksum: none}}\n    workers:\n", gue_port);
    for (unsigned w = 0; w < load.workers; ++w)
        text += fmt::format("      - {{name: w{}, address: {}, weight: {}}}\n", w,
                            address(first_worker + w), worker_weight);
    text += "services:\n";
    for (unsigned s = 0; s < load.services; ++s)
        text += fmt::format("  - {{vip: {}, port: {}, protocol: tcp, scheduler: {}, pool: all}}\n",
                            address(vip), first_port + s, load.scheduler);
    return text;
}

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + static_cast<long>(values.size() / 2));
    return values[values.size() / 2];
}

struct Contender {
    std::string name;
    std::vector<std::string> argv;
    std::vector<double> times;
    double memory = 0;
};

// Everybody must have done the same work.
Result<void> expect_loaded(const Case& load, const std::string& by)
{
    auto client = TRY(ipvs::Client::open());
    const auto services = TRY(client.services());
    size_t workers = 0;
    for (const auto& service : services) {
        workers += TRY(client.destinations(service.key)).size();
        if (service.scheduler != load.scheduler)
            return error(by, "load", "service with scheduler " + service.scheduler);
    }
    if (services.size() == load.services && workers == size_t{load.services} * load.workers)
        return {};
    return error(by, "load", fmt::format("{} services and {} workers", services.size(), workers));
}

using Check = std::function<Result<void>(const std::string& by)>;

// One round after the other, everybody in each: what slows the machine slows all of them.
Result<void> race(std::vector<Contender>& contenders, unsigned rounds, const fs::path& input,
                  const Check& check)
{
    for (unsigned round = 0; round < rounds; ++round)
        for (auto& contender : contenders) {
            const auto run = TRY(timed(contender.argv, input));
            TRY(check(contender.name));
            contender.times.push_back(run.milliseconds);
            contender.memory = std::max(contender.memory, run.memory);
        }
    return {};
}

Result<void> race_apart(std::vector<Contender>& contenders, unsigned rounds, const fs::path& input,
                        const Check& check)
{
    for (unsigned round = 0; round < rounds; ++round)
        for (auto& contender : contenders) {
            const auto apart = TRY(Namespace::create("bulk"));
            const auto inside = TRY(apart.enter());
            std::vector<Contender> alone = {contender};
            TRY(race(alone, 1, input, check));
            contender = std::move(alone[0]);
        }
    return {};
}

class Bars {
public:
    TableCell most(double value, double bar, const char* format)
    {
        return cell(value, bar == 0 || value <= bar, bar, format);
    }
    // `floor` is what the bare sender reaches: a bar beyond it is for nobody to meet, and then the
    // floor is, as far as most_over_raw allows.
    TableCell gain(double value, double bar, double floor)
    {
        if (bar <= floor) return cell(value, bar == 0 || value >= bar, bar, "{:.1f}");
        const bool near = value * most_over_raw >= floor;
        missed_ |= !near;
        return {fmt::format("{:.1f} (floor {:.1f}, bar {}{})", value, floor, bar,
                            near ? "" : ": MISSES both"),
                near ? Tone::Plain : Tone::Bad};
    }
    bool missed() const { return missed_; }

private:
    TableCell cell(double value, bool holds, double bar, const char* format)
    {
        missed_ |= !holds;
        auto text = fmt::format(fmt::runtime(format), value);
        if (bar != 0) text += fmt::format(" ({}{})", holds ? "bar " : "MISSES ", bar);
        return {text, holds ? Tone::Plain : Tone::Bad};
    }
    bool missed_ = false;
};

Result<std::vector<TableCell>> load_row(size_t number, unsigned rounds, const fs::path& directory,
                                        Bars& bars)
{
    const auto& load = cases[number];
    const auto file = directory / "restore";
    TRY(write_file(file, restore_file(load)));
    std::vector<Contender> contenders = {{"ipvsadm", {"ipvsadm", "-R"}},
                                         {"directorctl", {"directorctl", "-R"}},
                                         {"raw", {"raw_sender", std::to_string(number)}}};
    TRY(race_apart(contenders, rounds, file,
                   [&](const std::string& by) { return expect_loaded(load, by); }));
    const double theirs = median(contenders[0].times), ours = median(contenders[1].times),
                 raw = median(contenders[2].times);
    return std::vector<TableCell>{
        {load.name},
        {fmt::format("{:.1f}", theirs)},
        {fmt::format("{:.1f}", ours)},
        {fmt::format("{:.1f}", raw)},
        bars.gain(theirs / ours, load.least_gain, theirs / raw),
        bars.most(ours / raw, load.least_gain ? most_over_raw : 0, "{:.2f}"),
        bars.most(contenders[1].memory, most_memory, "{:.1f}")};
}

Result<Table> load_table(unsigned rounds, const fs::path& directory, Bars& bars)
{
    Table table;
    for (const char* title : {"load", "ipvsadm -R, ms", "directorctl -R, ms", "raw, ms",
                              "times faster", "over raw", "peak MiB"})
        table.columns.push_back(
            {title, table.columns.empty() ? Align::Left : Align::Right, {}, {}});
    for (size_t number = 0; number < cases.size(); ++number)
        table.rows.push_back(TRY(load_row(number, rounds, directory, bars)));
    return table;
}

// `check` parses and does nothing else.
Result<Table> plan_table(unsigned rounds, const fs::path& directory, Bars& bars)
{
    const auto& load = cases[1];
    const auto file = directory / "director.yaml";
    TRY(write_file(file, yaml_file(load)));
    const auto apart = TRY(Namespace::create("bulk"));
    const auto inside = TRY(apart.enter());
    TRY(timed({"raw_sender", "1"}, "/dev/null"));
    std::vector<Contender> contenders = {
        {"ipvsadm -Ln", {"ipvsadm", "-Ln"}},
        {"check", {"directorctl", "check", file}},
        {"plan", {"directorctl", "plan", "--detailed-exitcode", file}}};
    TRY(race(contenders, rounds, "/dev/null", [](const std::string&) { return Result<void>(); }));
    const double listing = median(contenders[0].times), check = median(contenders[1].times),
                 plan = median(contenders[2].times);
    Table table;
    table.columns = {{"5,000 workers, nothing to do", Align::Left, {}, {}},
                     {"ms", Align::Right, {}, {}},
                     {"over ipvsadm -Ln", Align::Right, {}, {}}};
    table.rows = {{{"ipvsadm -Ln"}, {fmt::format("{:.1f}", listing)}, {""}},
                  {{"directorctl check: the file read"}, {fmt::format("{:.1f}", check)}, {""}},
                  {{"directorctl plan, without check"},
                   {fmt::format("{:.1f}", plan - check)},
                   bars.most((plan - check) / listing, most_over_listing, "{:.2f}")}};
    return table;
}

Result<int> bench(unsigned rounds)
{
    const auto directory = TRY(TempDir::make("bulk"));
    if (::personality(ADDR_NO_RANDOMIZE) < 0)
        return errno_error("address randomisation", "turn off");
    Bars bars;
    const auto loads = TRY(load_table(rounds, directory.path(), bars));
    fmt::print("{}\n", table_text(loads, 120));
    const auto plans = TRY(plan_table(rounds, directory.path(), bars));
    fmt::print("{}\nmedians of {} rounds, without address randomisation\n", table_text(plans, 120),
               rounds);
    return bars.missed() ? 1 : 0;
}

} // namespace
} // namespace gueway::bench

int main(int argc, char** argv)
{
    using namespace gueway;
    const auto rounds = argc > 1 ? parse_number<unsigned>(argv[1]) : std::optional<unsigned>(5);
    if (!rounds || *rounds == 0) {
        fmt::print(stderr, "bulk: how many rounds?\n");
        return 2;
    }
    const auto done = bench::bench(*rounds);
    if (!done) fmt::print(stderr, "bulk: {}\n", done.error().text());
    return done ? *done : 2;
}
