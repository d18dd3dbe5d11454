// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/capture_file.h"

#include "matrix/axes.h"
#include "matrix/places.h"
#include "packet/pcapng.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway::matrix {

namespace {

// In the order of their blocks.
std::vector<std::string> all_places()
{
    std::vector<std::string> names;
    for (const auto underlay : underlays)
        names.push_back(fmt::format("worker/{}", device(underlay)));
    for (const auto& at : entrances()) names.push_back(fmt::format("client/{}", at.device));
    return names;
}

uint32_t interface_of(const std::string& place)
{
    const auto names = all_places();
    return static_cast<uint32_t>(std::ranges::find(names, place) - names.begin());
}

std::string verdict(const CellResult& result)
{
    std::string outcome(name(result.outcome));
    if (!result.bugs.empty()) return fmt::format("{}: {}", outcome, fmt::join(result.bugs, " "));
    if (result.complaints.empty()) return outcome;
    return fmt::format("{}: {}", outcome, result.complaints.front());
}

struct Seen {
    const Captured* frame;
    std::string place;
    bool aside;
};

std::vector<Seen> in_order(const Cell& cell, const Observation& seen)
{
    const auto worker = fmt::format("worker/{}", device(cell.underlay));
    const auto client = fmt::format("client/{}", entrance(cell).device);
    std::vector<Seen> all;
    const auto add = [&all](const std::vector<Captured>& frames, const std::string& place,
                            bool aside) {
        for (const auto& frame : frames) all.push_back({&frame, place, aside});
    };
    for (const auto& before : seen.before) {
        add(before.aside, worker, true);
        add(before.worker, worker, true);
        add(before.client, client, true);
    }
    add(seen.aside, worker, true);
    add(seen.worker, worker, false);
    add(seen.told_first, client, false);
    add(seen.client, client, false);
    std::ranges::stable_sort(all, {}, [](const Seen& one) { return one.frame->unix_ns; });
    return all;
}

} // namespace

std::string capture_head(const std::string& kernel)
{
    auto head = pcapng_section("Linux " + kernel, "gueway gsobench");
    for (const auto& place : all_places())
        head += pcapng_interface({.name = place, .link = LinkType::ethernet});
    return head;
}

std::string capture_blocks(const CellResult& result, const Observation& seen)
{
    const std::vector<std::string> of_cell = {name(result.cell), verdict(result)};
    std::string blocks;
    for (const auto& [frame, place, aside] : in_order(result.cell, seen)) {
        auto comments = of_cell;
        if (frame->checksum_pending) comments.emplace_back(pending_note);
        if (aside) comments.emplace_back(aside_note);
        if (frame->vlan) comments.push_back(fmt::format("{}{:#06x}", tagged_note, *frame->vlan));
        if (frame->whole())
            comments.push_back(
                fmt::format("{}{}", whole_note, frame->offload ? frame->offload->segment : 0));
        blocks += pcapng_packet({.interface = interface_of(place),
                                 .unix_ns = frame->unix_ns,
                                 .link = LinkType::ethernet,
                                 .direction = CapturedDirection::in,
                                 .length = static_cast<uint32_t>(frame->bytes.size()),
                                 .bytes = frame->bytes,
                                 .comments = std::move(comments)});
    }
    return blocks;
}

Result<CaptureFile> CaptureFile::create(const fs::path& path)
{
    constexpr mode_t mode = 0644;
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!fd) return errno_error(path.string(), "create");
    return CaptureFile(std::move(fd), path.string());
}

Result<void> CaptureFile::begin(const std::string& kernel)
{
    if (std::exchange(begun_, true)) return {};
    return write(capture_head(kernel));
}

Result<void> CaptureFile::write(std::string_view blocks)
{
    return write_all(fd_.get(), blocks, name_);
}

} // namespace gueway::matrix
