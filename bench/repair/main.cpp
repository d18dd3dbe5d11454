// SPDX-License-Identifier: GPL-2.0-only
// What it costs to repair what IPVS leaves wrong, in instructions a packet (see
// bench/cost/measure.h): traffic control's classifiers with few and many VIPs.
#include "bench/cost/measure.h"
#include "report/table.h"
#include "util/file.h"
#include "util/process.h"

#include <functional>

#include <fmt/format.h>

namespace gueway::bench {
namespace {

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

Result<Row> measure_with(const Path& path, const std::string& lines)
{
    const auto directory = TRY(TempDir::make("repair"));
    const auto batch = directory.path() / "batch";
    TRY(write_file(batch, lines));
    return path.director().in([&]() -> Result<Row> {
        TRY(run_ok({"tc", "qdisc", "add", "dev", "d0", "clsact"}));
        if (!lines.empty()) TRY(run_ok({"tc", "-batch", batch}));
        auto row = TRY(measure(path, many));
        TRY(run_ok({"tc", "qdisc", "del", "dev", "d0", "clsact"}));
        return row;
    });
}

Result<void> bench()
{
    const auto path = TRY(Path::make());
    TRY(measure(path, some)); // the kernel's caches
    const auto base = TRY(measure(path, many));
    Table table{.columns = {{"instructions a packet", Align::Left, {}, {}}}};
    for (const auto& shape : shapes) table.columns.push_back({shape.name, Align::Right, {}, {}});
    const auto add = [&](const std::string& name, const Row& row, bool whole) {
        std::vector<TableCell> cells = {{name}};
        for (size_t i = 0; i < std::size(shapes); ++i)
            cells.push_back({whole ? fmt::format("{:.0f}", row[i].way)
                                   : fmt::format("{:+.0f}", row[i].way - base[i].way)});
        table.rows.push_back(std::move(cells));
    };
    add("no repair", base, true);
    add("clsact alone", TRY(measure_with(path, "")), false);
    const std::pair<const char*, Lines> kinds[] = {
        {"flower", flower}, {"u32", u32}, {"u32, hashed", hashed}};
    for (const unsigned vips : {1U, 16U, 256U})
        for (const auto& [name, lines] : kinds)
            add(fmt::format("{}, {} VIPs", name, vips), TRY(measure_with(path, lines(vips))),
                false);
    fmt::print("{}", table_text(table, 120));
    return {};
}

} // namespace
} // namespace gueway::bench

int main()
{
    const auto done = gueway::bench::bench();
    if (!done) fmt::print(stderr, "repair: {}\n", done.error().text());
    return done ? 0 : 2;
}
