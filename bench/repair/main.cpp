// SPDX-License-Identifier: GPL-2.0-only
// What it costs to repair what IPVS leaves wrong, in instructions.
//
//   repair PART...
//
// hotfix   Of each packet that enters its hook, counted to the instruction (bench/repair/floor/
//          gueway_body.c): its body, which is what it adds to a hook that does nothing, and all of
//          it, held against the least hook that does what it must. Then of a packet through a
//          director (bench/cost/measure.h), where it repairs all that a kernel with the bug makes
//          of 64 KiB, and nothing on a fixed one.
// tc       Of a packet through a director: traffic control with each of its classifiers, with few
//          and many VIPs, as tc sets it up and as directorctl mitigate does, which is held against
//          the cheapest of tc for the same VIPs. (matchall selects none: it is beside them as what
//          the action alone takes.)
//
// Status 1 when a bar is missed.
#include "bench/cost/report.h"
#include "hotfix/counts.h"
#include "mitigate/ingress.h"
#include "util/brought_module.h"
#include "util/module.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace gueway::bench {
namespace {

constexpr double most_over_floor = 1.1;

// --- the hotfix, by packets that enter a hook ---

constexpr const char* floor_module = "gueway_floor";
constexpr const char* body_module = "gueway_body";

// gueway_body's packets: parameter and words.
constexpr std::pair<const char*, const char*> entering[] = {
    {"others", "not IPVS's"},
    {"right", "right"},
    {"repaired", "GUE, repaired"},
    {"repaired_gre", "GRE, repaired"},
};
using Entered = std::vector<double>; // instructions of each

Result<Entered> measure_hooks()
{
    const auto measured = TRY(LoadedModule::load(body_module));
    const auto parameter = [](const char* name) -> Result<double> {
        const auto path = fs::path("/sys/module") / body_module / "parameters" / name;
        return static_cast<double>(parse_number<uint64_t>(trim(TRY(read_file(path)))).value_or(0));
    };
    const auto times = TRY(parameter("times"));
    Entered found;
    for (const auto& [name, words] : entering) found.push_back(TRY(parameter(name)) / times);
    return found;
}

Result<Entered> measure_hooks_with(const char* module, const std::string& parameters = {})
{
    const auto hook = TRY(LoadedModule::load(module, parameters));
    return measure_hooks();
}

Result<bool> bench_hook()
{
    const auto without = TRY(measure_hooks());
    const auto nothing = TRY(measure_hooks_with(floor_module, "hook=nothing"));
    const auto repair = TRY(measure_hooks_with(floor_module, "hook=repair"));
    const auto least = TRY(measure_hooks_with(floor_module, "hook=least"));
    const auto hotfix = TRY(measure_hooks_with(hotfix::module_name));
    std::vector<std::string> columns;
    for (const auto& [name, words] : entering) columns.emplace_back(words);
    Report report("instructions of a packet that enters", columns);
    const auto add = [&](const std::string& name, const Entered& row) {
        report.add(name, [&](size_t i) {
            return fmt::format("{:.0f}, body {:.0f}", row[i] - without[i], row[i] - nothing[i]);
        });
    };
    add("a hook that does nothing", nothing);
    add("one that only repairs", repair);
    add("the least that does what it must", least);
    add("hotfix module", hotfix);
    report.hold(
        "  its body over the least",
        [&](size_t i) { return (hotfix[i] - nothing[i]) / (least[i] - nothing[i]); },
        most_over_floor);
    report.hold(
        "  all of it over the least",
        [&](size_t i) { return (hotfix[i] - without[i]) / (least[i] - without[i]); },
        most_over_floor);
    fmt::print("{}\n", report.text());
    return !report.missed();
}

// --- the hotfix, on packets' way through a director ---

Result<Row> measure_floor(const Path& path, const std::string& hook)
{
    const auto loaded = TRY(LoadedModule::load(floor_module, "hook=" + hook));
    return measure(path, many);
}

struct Hotfix {
    Row row;
    hotfix::Counts counts;
};

// Comes first: it carries the packets that warm the kernel's caches where it has the bug, too.
Result<Hotfix> measure_hotfix(const Path& path)
{
    const auto loaded = TRY(LoadedModule::load(hotfix::module_name));
    TRY(measure(path, some));
    auto row = TRY(measure(path, many));
    const auto counted = TRY(hotfix::counts(path.director()));
    if (!counted || counted->seen == 0) return error("hotfix", "measure", "no packet met it");
    return Hotfix{std::move(row), *counted};
}

// tc's lines for filters on d0; the packets' VIP is the last of `vips`.
using Lines = std::function<std::string(unsigned vips)>;

std::string address(unsigned number, unsigned vips)
{
    return number + 1 == vips ? std::string(vip)
                              : fmt::format("198.51.{}.{}", 101 + number / 256, number % 256);
}

// One filter for each VIP, by words that take its address.
std::string one_by_one(fmt::string_view classifier, unsigned vips)
{
    std::string text;
    for (unsigned i = 0; i < vips; ++i)
        text += fmt::format("filter add dev d0 ingress pref 1 protocol ip {} action vlan pop_eth\n",
                            fmt::vformat(classifier, fmt::make_format_args(address(i, vips))));
    return text;
}

std::string flower(unsigned vips)
{
    return one_by_one("flower dst_ip {}", vips);
}

std::string u32(unsigned vips)
{
    return one_by_one("u32 match ip dst {}", vips);
}

std::string hashed(unsigned vips)
{
    return "filter add dev d0 ingress pref 1 protocol ip handle 1: u32 divisor 256\n" +
           one_by_one("u32 ht 1: sample ip dst {0} match ip dst {0}", vips) +
           "filter add dev d0 ingress pref 1 protocol ip u32 ht 800: match u32 0 0 "
           "hashkey mask 0x000000ff at 16 link 1:\n";
}

// The least that takes the header off: every packet matches.
std::string matchall(unsigned)
{
    return "filter add dev d0 ingress pref 1 protocol ip matchall action vlan pop_eth\n";
}

Result<Row> measure_tc(const Path& path, const std::string& lines)
{
    const auto in_director = [&](const Argv& argv) {
        return path.director().in([&] { return run_ok(argv); });
    };
    const auto directory = TRY(TempDir::make("repair"));
    const auto batch = directory.path() / "batch";
    TRY(write_file(batch, lines));
    TRY(in_director({"tc", "qdisc", "add", "dev", "d0", "clsact"}));
    TRY(in_director({"tc", "-batch", batch}));
    auto row = TRY(measure(path, many));
    TRY(in_director({"tc", "qdisc", "del", "dev", "d0", "clsact"}));
    return row;
}

Result<Row> measure_mitigation(const Path& path, unsigned vips)
{
    std::vector<Address> all;
    all.reserve(vips);
    for (unsigned i = 0; i < vips; ++i) all.push_back(TRY(parse_address(address(i, vips))));
    TRY(mitigate::add(path.director(), "d0", all));
    auto row = TRY(measure(path, many));
    TRY(mitigate::remove(path.director(), "d0", all));
    return row;
}

// What packets take on their way with one thing after the other: what that adds, and all of it
// where nothing arrives without repair.
class Ways {
public:
    static Result<Ways> start() { return Ways(TRY(Path::make())); }
    Result<void> bench_hotfix()
    {
        const auto [hotfix, counts] = TRY(measure_hotfix(path_));
        if (counts.repaired == 0) TRY(measure_base());
        const auto nothing = base_ ? TRY(measure_floor(path_, "nothing")) : Row();
        const auto least = TRY(measure_floor(path_, "least"));
        if (base_) add("a hook that does nothing", nothing);
        add("the least hook", least);
        add(fmt::format("hotfix module, {} % repaired", 100 * counts.repaired / counts.seen),
            hotfix);
        report_.hold(
            "  a packet over one with the least",
            [&](size_t i) { return hotfix[i].way / least[i].way; }, most_over_floor);
        return {};
    }
    // On a fixed kernel.
    Result<void> bench_tc()
    {
        TRY(measure_base());
        add("clsact alone", TRY(measure_tc(path_, "")));
        add("tc matchall", TRY(measure_tc(path_, matchall(1))));
        for (const unsigned vips : {1U, 16U, 256U}) TRY(bench_vips(vips));
        return {};
    }
    // Whether all bars are met.
    bool tell() const
    {
        fmt::print("{}", report_.text());
        return !report_.missed();
    }

private:
    explicit Ways(Path path) : path_(std::move(path)) {}
    Result<void> measure_base()
    {
        if (base_) return {};
        TRY(measure(path_, some)); // the kernel's caches
        base_ = TRY(measure(path_, many));
        report_.add("no repair", [&](size_t i) { return fmt::format("{:.0f}", (*base_)[i].way); });
        return {};
    }
    void add(const std::string& name, const Row& row)
    {
        report_.add(name, [&](size_t i) {
            return base_ ? fmt::format("{:+.0f}", added(row, *base_, i))
                         : fmt::format("{:.0f}", row[i].way);
        });
    }
    Result<void> bench_vips(unsigned vips)
    {
        const std::pair<const char*, Lines> kinds[] = {
            {"flower", flower}, {"u32", u32}, {"u32, hashed", hashed}};
        std::vector<Row> floors;
        for (const auto& [name, lines] : kinds) {
            floors.push_back(TRY(measure_tc(path_, lines(vips))));
            add(fmt::format("tc {}, {} VIPs", name, vips), floors.back());
        }
        const auto ours = TRY(measure_mitigation(path_, vips));
        add(fmt::format("directorctl mitigate, {} VIPs", vips), ours);
        const auto cheapest = [&](size_t i) {
            double least = added(floors[0], *base_, i);
            for (const auto& floor : floors) least = std::min(least, added(floor, *base_, i));
            return least;
        };
        report_.hold(
            "  over the cheapest of tc",
            [&](size_t i) { return added(ours, *base_, i) / cheapest(i); }, most_over_floor);
        return {};
    }
    Path path_;
    std::optional<Row> base_;
    Report report_{"instructions a packet", shape_names()};
};

Result<bool> bench(const std::set<std::string>& parts)
{
    const bool hotfix = parts.contains("hotfix");
    const bool met = !hotfix || TRY(bench_hook());
    auto ways = TRY(Ways::start());
    if (hotfix) TRY(ways.bench_hotfix());
    if (parts.contains("tc")) TRY(ways.bench_tc());
    return ways.tell() && met;
}

} // namespace
} // namespace gueway::bench

int main(int argc, char** argv)
{
    const auto met = gueway::bench::bench({argv + 1, argv + argc});
    if (!met) fmt::print(stderr, "repair: {}\n", met.error().text());
    if (!met) return 2;
    return *met ? 0 : 1;
}
