// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/check.h"

#include "matrix/accounts.h"
#include "matrix/axes.h"
#include "matrix/check_icmp.h"
#include "matrix/delivery.h"
#include "matrix/variants.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

using Lines = std::vector<std::string>;
constexpr size_t kept_bytes = 192;

Lines check_splats(const Look& look, const Observation& seen)
{
    Lines wrong;
    unsigned warnings = 0;
    for (const auto& splat : seen.splats)
        if (!splat.contains("skb_warn_bad_offload") || ++warnings > look.warnings)
            wrong.push_back("the kernel says: " + splat);
    if (warnings < look.warnings)
        wrong.push_back(fmt::format("the kernel warns {} times, not {}", warnings, look.warnings));
    return wrong;
}

// All that is not as it should be.
Lines complaints(const Cell& cell, const Look& look, const Observation& seen,
                 const Delivery& delivery)
{
    Lines wrong;
    for (auto&& lines : {compare(cell, look, seen, delivery), check_told(cell, look, seen),
                         check_accounts(cell, look, seen, delivery), check_splats(look, seen)})
        wrong.insert(wrong.end(), lines.begin(), lines.end());
    return wrong;
}

void keep(CellResult& result, const Cell& cell, const Expectation& expected,
          const Observation& seen, const Delivery& delivery)
{
    for (const auto& packet : expected.wire)
        result.expected.push_back(
            {"worker",
             fmt::format("{} bytes, segment {}{}", packet.length, packet.segment,
                         packet.more || packet.offset
                             ? fmt::format(", fragment at {}", packet.offset)
                             : ""),
             {}});
    if (expected.icmp)
        result.expected.push_back({"client",
                                   fmt::format("ICMP {}/{}, MTU {}", expected.icmp->type,
                                               expected.icmp->code, expected.icmp->mtu),
                                   {}});
    const auto keep_frame = [&](const char* where, std::string text, const Captured& frame) {
        const auto packet = frame.packet();
        const auto end =
            packet.begin() + static_cast<ptrdiff_t>(std::min(packet.size(), kept_bytes));
        result.seen.push_back({where, std::move(text), {packet.begin(), end}});
    };
    for (size_t i = 0; i < seen.worker.size(); ++i)
        keep_frame("worker", i < delivery.texts.size() ? delivery.texts[i] : "", seen.worker[i]);
    for (const auto* frames : {&seen.told_first, &seen.client})
        for (const auto& answer : answers(cell, *frames))
            keep_frame("client", answer.reading.text(), *answer.frame);
    result.accounts = accounts(seen);
}

// Of all that bugs may make of the cell what leaves least unexplained, with as few of them as may
// be.
void explain(CellResult& result, const Observation& seen, const Delivery& delivery)
{
    size_t left = result.complaints.size();
    Lines unexplained = result.complaints;
    for (const auto& variant : variants(result.cell)) {
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

} // namespace

CellResult judge(const Cell& cell, const Observation& seen)
{
    const auto delivery = read_delivery(cell, seen);
    CellResult result{.cell = cell};
    result.complaints = complaints(cell, look(cell), seen, delivery);
    if (result.complaints.empty()) return result;
    explain(result, seen, delivery);
    keep(result, cell, expect(path(cell), shipment(cell)), seen, delivery);
    return result;
}

} // namespace gueway::matrix
