// SPDX-License-Identifier: GPL-2.0-only
// What it costs to repair what IPVS leaves wrong, in instructions a packet (see
// bench/cost/measure.h): traffic control with each of its classifiers, with few and many VIPs, as
// tc sets it up and as directorctl mitigate does, and the hotfix module. What mitigate adds is held
// against the cheapest that tc can do for the same VIPs. (matchall selects none: it is beside them
// as what the action alone takes.) The hotfix is held against the least hook that repairs
// (bench/repair/floor), by all that a packet takes; its body is what it adds to a hook that does
// nothing, a few instructions, which are shown. Status 1 when a bar is missed.
//
//   repair [MODULE FLOOR]     gueway_hotfix.ko, gueway_floor.ko
#include "bench/cost/measure.h"
#include "hotfix/counts.h"
#include "mitigate/ingress.h"
#include "report/table.h"
#include "util/file.h"
#include "util/process.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace gueway::bench {
namespace {

constexpr double most_over_floor = 1.1;

// tc's lines for filters on d0; the packets' VIP is the last of `vips`.
using Lines = std::function<std::string(unsigned vips)>;

std::string address(unsigned number, unsigned vips)
{
    return number + 1 == vips ? std::string(vip)
                              : fmt::format("198.51.{}.{}", 101 + number / 256, number % 256);
}

std::string flower(unsigned vips)
{
    std::string text;
    for (unsigned i = 0; i < vips; ++i)
        text += fmt::format("filter add dev d0 ingress pref 1 protocol ip flower dst_ip {} action "
                            "vlan pop_eth\n",
                            address(i, vips));
    return text;
}

std::string u32(unsigned vips)
{
    std::string text;
    for (unsigned i = 0; i < vips; ++i)
        text += fmt::format("filter add dev d0 ingress pref 1 protocol ip u32 match ip dst {} "
                            "action vlan pop_eth\n",
                            address(i, vips));
    return text;
}

std::string hashed(unsigned vips)
{
    std::string text = "filter add dev d0 ingress pref 1 protocol ip handle 1: u32 divisor 256\n";
    for (unsigned i = 0; i < vips; ++i) {
        const auto vip_text = address(i, vips);
        text += fmt::format("filter add dev d0 ingress pref 1 protocol ip u32 ht 1: sample ip dst "
                            "{} match ip dst {} action vlan pop_eth\n",
                            vip_text, vip_text);
    }
    return text + "filter add dev d0 ingress pref 1 protocol ip u32 ht 800: match u32 0 0 "
                  "hashkey mask 0x000000ff at 16 link 1:\n";
}

// The least that takes the header off: every packet matches.
std::string matchall(unsigned)
{
    return "filter add dev d0 ingress pref 1 protocol ip matchall action vlan pop_eth\n";
}

// Measures with `set_up` done and takes it back.
using Step = std::function<Result<void>()>;
Result<Row> measure_between(const Path& path, const Step& set_up, const Step& take_back)
{
    TRY(path.director().in(set_up));
    auto row = TRY(measure(path, many));
    TRY(path.director().in(take_back));
    return row;
}

Result<void> command(const Argv& argv)
{
    TRY(run_ok(argv));
    return {};
}

Result<Row> measure_tc(const Path& path, const std::string& lines)
{
    return measure_between(
        path,
        [&]() -> Result<void> {
            TRY(command({"tc", "qdisc", "add", "dev", "d0", "clsact"}));
            const auto directory = TRY(TempDir::make("repair"));
            const auto batch = directory.path() / "batch";
            TRY(write_file(batch, lines));
            return command({"tc", "-batch", batch});
        },
        [] { return command({"tc", "qdisc", "del", "dev", "d0", "clsact"}); });
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

Result<Row> measure_floor(const Path& path, const char* module, const char* parameter)
{
    return measure_between(
        path, [&] { return command({"insmod", module, parameter}); },
        [] { return command({"rmmod", "gueway_floor"}); });
}

Result<Row> measure_hotfix(const Path& path, const char* module)
{
    auto row = TRY(measure_between(
        path, [&] { return command({"insmod", module}); },
        [&]() -> Result<void> {
            const auto counted = TRY(hotfix::counts(path.director()));
            if (!counted || counted->seen == 0)
                return error("hotfix", "measure", "no packet met it");
            return command({"rmmod", hotfix::module_name});
        }));
    return row;
}

class Report {
public:
    explicit Report(Row base) : base_(std::move(base))
    {
        table_.columns.push_back({"instructions a packet", Align::Left, {}, {}});
        for (const auto& shape : shapes)
            table_.columns.push_back({shape.name, Align::Right, {}, {}});
        add("no repair", [&](size_t i) { return fmt::format("{:.0f}", base_[i].way); });
    }
    // What it adds.
    void add_repair(const std::string& name, const Row& row)
    {
        add(name, [&](size_t i) { return fmt::format("{:+.0f}", added(row, i)); });
    }
    // Over the least of `floors`, for each shape.
    void hold(const Row& row, const std::vector<Row>& floors)
    {
        add("  over the cheapest of tc", [&](size_t i) {
            double least = added(floors[0], i);
            for (const auto& floor : floors) least = std::min(least, added(floor, i));
            const double ratio = added(row, i) / least;
            return judged(ratio);
        });
    }
    void hold_hotfix(const Row& row, const Row& least, const Row& empty)
    {
        add("  its body, and the least one", [&](size_t i) {
            return fmt::format("{:+.0f}, {:+.0f}", row[i].way - empty[i].way,
                               least[i].way - empty[i].way);
        });
        add("  a packet over the least",
            [&](size_t i) { return judged(row[i].way / least[i].way); });
    }
    bool missed() const { return missed_; }
    std::string text() const { return table_text(table_, 120); }

private:
    std::string judged(double ratio)
    {
        const bool within = ratio <= most_over_floor;
        missed_ |= !within;
        return fmt::format("{:.2f} {}", ratio, within ? "ok" : "MISSED");
    }
    double added(const Row& row, size_t i) const { return row[i].way - base_[i].way; }
    template <class F>
    void add(const std::string& name, F cell)
    {
        std::vector<TableCell> cells = {{name}};
        for (size_t i = 0; i < std::size(shapes); ++i) cells.push_back({cell(i)});
        table_.rows.push_back(std::move(cells));
    }
    Row base_;
    Table table_;
    bool missed_ = false;
};

Result<void> bench_hotfix(const Path& path, Report& report, const char* module, const char* floor)
{
    const auto empty = TRY(measure_floor(path, floor, "empty=1"));
    const auto least = TRY(measure_floor(path, floor, "empty=0"));
    const auto hotfix = TRY(measure_hotfix(path, module));
    report.add_repair("a hook that does nothing", empty);
    report.add_repair("the least hook that repairs", least);
    report.add_repair("hotfix module", hotfix);
    report.hold_hotfix(hotfix, least, empty);
    return {};
}

Result<int> bench(const char* module, const char* floor)
{
    const auto path = TRY(Path::make());
    TRY(measure(path, some)); // the kernel's caches
    Report report(TRY(measure(path, many)));
    if (module) TRY(bench_hotfix(path, report, module, floor));
    report.add_repair("clsact alone", TRY(measure_tc(path, "")));
    report.add_repair("tc matchall", TRY(measure_tc(path, matchall(1))));
    const std::pair<const char*, Lines> kinds[] = {
        {"flower", flower}, {"u32", u32}, {"u32, hashed", hashed}};
    for (const unsigned vips : {1U, 16U, 256U}) {
        std::vector<Row> floors;
        for (const auto& [name, lines] : kinds) {
            floors.push_back(TRY(measure_tc(path, lines(vips))));
            report.add_repair(fmt::format("tc {}, {} VIPs", name, vips), floors.back());
        }
        const auto ours = TRY(measure_mitigation(path, vips));
        report.add_repair(fmt::format("directorctl mitigate, {} VIPs", vips), ours);
        report.hold(ours, floors);
    }
    fmt::print("{}", report.text());
    return report.missed() ? 1 : 0;
}

} // namespace
} // namespace gueway::bench

int main(int argc, char** argv)
{
    const auto done =
        gueway::bench::bench(argc > 2 ? argv[1] : nullptr, argc > 2 ? argv[2] : nullptr);
    if (!done) fmt::print(stderr, "repair: {}\n", done.error().text());
    return done ? *done : 2;
}
