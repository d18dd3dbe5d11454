// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/check.h"

#include "matrix/accounts.h"
#include "matrix/answers.h"
#include "matrix/check_bytes.h"
#include "matrix/check_icmp.h"
#include "matrix/delivery.h"
#include "matrix/expected.h"
#include "matrix/json.h"
#include "matrix/kernel_log.h"
#include "matrix/pairs.h"
#include "matrix/variants.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

using Lines = std::vector<std::string>;
constexpr size_t kept_bytes = 192; // of a packet

Lines check_splats(const Look& look, const Observation& seen)
{
    Lines wrong;
    unsigned warnings = 0;
    for (const auto& splat : seen.splats)
        if (!splat.contains("skb_warn_bad_offload") || ++warnings > look.warnings)
            wrong.push_back(std::string(kernel_says) + splat);
    if (warnings < look.warnings)
        wrong.push_back(fmt::format("the kernel warns {} times, not {}", warnings, look.warnings));
    return wrong;
}

void keep_seen(CellResult& result, const Observation& seen, const Delivery& delivery)
{
    for (size_t i = 0; i < seen.worker.size(); ++i) {
        const auto bytes = seen.worker[i].packet();
        result.seen.push_back({"worker",
                               i < delivery.texts.size() ? delivery.texts[i] : "",
                               {bytes.begin(), bytes.end()},
                               {}});
    }
    for (const auto& told : seen.told_self)
        result.seen.push_back({"director", text(told) + ", to its own socket", {}, {}});
    for (const auto* frames : {&seen.told_first, &seen.client})
        for (const auto& answer : answers(result.cell, *frames))
            result.seen.push_back(packet(answer));
}

// What no field tells, the bytes do.
Lines check_all_bytes(const Cell& cell, const Look& look, const Observation& seen,
                      const Delivery& delivery)
{
    CellResult both{.cell = cell, .expected = expected_packets(cell, look, seen)};
    keep_seen(both, seen, delivery);
    return check_bytes(both);
}

// All that is not as it should be.
Lines complaints(const Cell& cell, const Look& look, const Observation& seen,
                 const Delivery& delivery)
{
    Lines wrong;
    for (auto&& lines : {compare(cell, look, seen, delivery), check_told(cell, look, seen),
                         check_accounts(cell, look, seen, delivery), check_splats(look, seen)})
        wrong.insert(wrong.end(), lines.begin(), lines.end());
    return wrong.empty() ? check_all_bytes(cell, look, seen, delivery) : wrong;
}

// A line to the host has few packets: the first that tells something is among them, and of those in
// front of it, which are as they should be, some are not.
void skip_what_is_right(CellResult& result)
{
    const auto first = telling(pairs(result), 1);
    if (first.empty() || first[0] + most_dumped <= packets_in_line) return;
    const auto skipped = static_cast<ptrdiff_t>(first[0] + most_dumped - packets_in_line);
    for (auto* packets : {&result.expected, &result.seen})
        packets->erase(packets->begin(), packets->begin() + skipped);
}

// The beginnings of packets; of what was expected those that tell something of what came.
void shorten(CellResult& result)
{
    for (auto* packets : {&result.expected, &result.seen})
        for (auto& packet : *packets)
            packet.bytes.resize(std::min(packet.bytes.size(), kept_bytes));
    skip_what_is_right(result);
    const auto all = pairs(result);
    std::set<const Packet*> telling_ones;
    for (const auto i : telling(all, most_dumped)) telling_ones.insert(all[i].expected);
    for (auto& packet : result.expected)
        if (!telling_ones.contains(&packet)) packet.bytes.clear(), packet.any.clear();
}

// Of all that bugs may make of the cell what leaves least unexplained, with as few of them as may
// be.
void explain(CellResult& result, const std::vector<Variant>& all, const Observation& seen,
             const Delivery& delivery)
{
    size_t left = result.complaints.size();
    Lines unexplained = result.complaints;
    for (const auto& variant : all) {
        auto wrong = complaints(result.cell, variant.look, seen, delivery);
        const bool fewer = variant.bugs.size() < result.bugs.size();
        if (wrong.size() > left || (wrong.size() == left && !fewer)) continue;
        left = wrong.size();
        unexplained = std::move(wrong);
        result.bugs = variant.bugs;
    }
    result.outcome = left == 0 ? Outcome::known : Outcome::failed;
    if (left > 0) result.complaints = std::move(unexplained);
}

// `all` begins with what should be seen.
CellResult judge_by(const std::vector<Variant>& all, const Cell& cell, const Observation& seen)
{
    const auto delivery = read_delivery(cell, seen);
    const auto& right = all.front().look;
    CellResult result{.cell = cell, .complaints = complaints(cell, right, seen, delivery)};
    if (result.complaints.empty()) return result;
    explain(result, all, seen, delivery);
    result.expected = expected_packets(cell, right, seen);
    keep_seen(result, seen, delivery);
    shorten(result);
    result.accounts = accounts(seen);
    for (const auto& splat : seen.splats)
        result.accounts.push_back(std::string(kernel_says) + splat);
    return result;
}

// What is wrong with the packet that a router's cell begins with is wrong with the cell. Until it
// has answered it is in the way of no bug.
void add_before(CellResult& result, const Observation& before)
{
    auto first = judge_by({{{}, look_before_router(result.cell)}}, result.cell, before);
    if (first.outcome == Outcome::passed) return;
    if (result.outcome == Outcome::passed) {
        result.expected = std::move(first.expected);
        result.seen = std::move(first.seen);
        result.accounts = std::move(first.accounts);
    }
    result.outcome = std::max(result.outcome, first.outcome);
    for (const auto& complaint : first.complaints)
        result.complaints.push_back("before the router answered: " + complaint);
}

} // namespace

CellResult judge(const Cell& cell, const Observation& seen)
{
    auto result = judge_by(variants(cell), cell, seen);
    for (const auto& before : seen.before) add_before(result, before);
    return result;
}

} // namespace gueway::matrix
