// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/freed.h"

#include "matrix/bugs.h"
#include "matrix/variants.h"

#include <algorithm>

namespace gueway::matrix {

namespace {

// Where Debian's kernels show them, each looked at in the lab: 5.10.223, 6.1.170, 6.1.192, 6.12.117
// and 7.2.13 have ip_finish_output_gso() in __ip_finish_output; of IPv6's, 5.10 shows it in
// __ip6_finish_output, the others in ip6_finish_output. The tunnels' functions and gre_rcv(), of
// ip_gre and ip6_gre, are their own in all.
constexpr std::string_view gso4[] = {"ip_finish_output_gso", "__ip_finish_output",
                                     "ip_finish_output"};
constexpr std::string_view gso6[] = {"ip6_finish_output_gso_slowpath_drop", "__ip6_finish_output",
                                     "ip6_finish_output"};
constexpr std::string_view tunnel4[] = {"ip_vs_tunnel_xmit"};
constexpr std::string_view tunnel6[] = {"ip_vs_tunnel_xmit_v6"};
constexpr std::string_view gre[] = {"gre_rcv"};
constexpr Freer table[] = {
    {gso4[0], gso4}, {gso6[0], gso6}, {tunnel4[0], tunnel4}, {tunnel6[0], tunnel6}, {gre[0], gre},
};

// "ip6_finish_output2.cold", "gre_rcv.part.0": pieces of one function.
std::string function_at(const Symbols& symbols, uint64_t place)
{
    const auto found = symbols.find(place);
    if (found.function.empty()) return found.text();
    return found.function.substr(0, found.function.find('.'));
}

} // namespace

std::span<const Freer> freers()
{
    return table;
}

uint64_t freed_by(std::string_view function, const Counts& seen)
{
    const auto* const freer = std::ranges::find(table, function, &Freer::function);
    uint64_t all = 0;
    if (freer == std::end(table)) return all;
    for (const auto name : freer->shows_as)
        if (const auto found = seen.find(name); found != seen.end()) all += found->second;
    return all;
}

// The bugs that lose what nobody counts are of GSO packets in GUE and GRE: of others there is one
// look to ask, which is quick.
bool needs_frees(const Cell& cell)
{
    if (!bugs::gso(cell) || !(bugs::gue(cell) || bugs::gre(cell))) return !look(cell).freed.empty();
    return std::ranges::any_of(variants(cell),
                               [](const Variant& one) { return !one.look.freed.empty(); });
}

Result<void> FreeWatch::try_to_begin()
{
    if (!means_) {
        auto symbols = TRY(Symbols::load());
        means_.emplace(std::move(symbols), TRY(DropEvents::open("matrix")));
    }
    return means_->events.start();
}

void FreeWatch::begin()
{
    if (!why_.empty()) return;
    if (const auto begun = try_to_begin(); !begun) why_ = begun.error().text();
}

Result<Counts> FreeWatch::Means::end()
{
    Counts counts;
    for (const auto place : TRY(events.stop())) ++counts[function_at(symbols, place)];
    return counts;
}

Freed FreeWatch::end()
{
    if (!why_.empty() || !means_) return {.counts = {}, .why = why_};
    auto counts = means_->end();
    if (!counts) return {.counts = {}, .why = counts.error().text()};
    return {.counts = *std::move(counts), .why = {}};
}

} // namespace gueway::matrix
