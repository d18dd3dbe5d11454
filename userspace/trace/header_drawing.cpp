// SPDX-License-Identifier: GPL-2.0-only
#include "trace/header_drawing.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace gueway {

namespace {

struct Mark {
    std::string name;
    uint32_t offset;
};

// Where a header begins, those that begin at one place together ("mac = net"), by place.
std::vector<Mark> marks(const HeaderOffsets& headers)
{
    std::vector<Mark> all;
    const auto add = [&](const char* name, std::optional<uint16_t> offset) {
        if (!offset) return;
        const auto same = std::ranges::find(all, uint32_t(*offset), &Mark::offset);
        if (same == all.end())
            all.push_back({name, *offset});
        else
            same->name += std::string(" = ") + name;
    };
    add("mac", headers.mac);
    add("net", headers.network);
    add("transport", headers.transport);
    std::ranges::stable_sort(all, {}, &Mark::offset);
    return all;
}

// From which offset to which there is something to draw, and how many bytes make a column.
struct Scale {
    uint32_t begin = 0, end = 0, bytes = 1;
    size_t column(uint32_t offset) const { return (offset - begin) / bytes; }
};

// Behind the last header there is room for its name.
Scale scale_of(std::span<const Mark> outer, std::span<const Mark> inner, size_t width)
{
    constexpr uint32_t last_name = 20;
    Scale scale{.begin = UINT32_MAX};
    for (const auto& row : {outer, inner})
        for (const auto& mark : row) {
            scale.begin = std::min(scale.begin, mark.offset);
            scale.end = std::max(scale.end, mark.offset);
        }
    while ((scale.end - scale.begin) / scale.bytes + last_name > width) scale.bytes *= 2;
    return scale;
}

// The name as it fits between a bar and the next.
std::string label(const Mark& mark, size_t room)
{
    auto whole = fmt::format("{} {}", mark.name, mark.offset);
    if (whole.size() <= room) return whole;
    const auto number = std::to_string(mark.offset);
    return number.size() <= room ? number : "";
}

std::string row(std::span<const Mark> marks, const Scale& scale)
{
    std::string text;
    for (size_t i = 0; i < marks.size(); ++i) {
        const auto column = scale.column(marks[i].offset);
        const auto next =
            i + 1 < marks.size() ? scale.column(marks[i + 1].offset) : std::string::npos;
        if (text.size() > column) continue; // two in one column
        text.resize(column, ' ');
        text += '|';
        text += label(marks[i], next - std::min(next, column + 1));
    }
    return text;
}

} // namespace

std::vector<std::string> draw_headers(const Step& step, size_t width)
{
    const auto outer = marks(step.headers);
    const bool tunnelled = step.encapsulation || step.tunnel_header;
    const auto inner = tunnelled ? marks(step.inner) : std::vector<Mark>{};
    if (outer.empty() && inner.empty()) return {};
    const auto scale = scale_of(outer, inner, width);
    const auto head = scale.begin ? "0 ~" : "0 ";
    std::vector<std::string> lines = {fmt::format("outer  {}{} ~ tail {}, end {}", head,
                                                  row(outer, scale), step.buffer.tail,
                                                  step.buffer.end)};
    const std::string gap(std::string_view(head).size(), ' ');
    const auto unit = scale.bytes == 1 ? "" : fmt::format("   (a column: {} bytes)", scale.bytes);
    if (!inner.empty())
        lines.push_back(fmt::format("inner  {}{}{}", gap, row(inner, scale), unit));
    else
        lines.front() += unit;
    return lines;
}

std::vector<std::string> HeaderDrawings::lines(const Step& step)
{
    auto now = draw_headers(step);
    auto last = last_.find(step.piece);
    if (last == last_.end()) last = last_.find(step.parent);
    const bool same = last != last_.end() && last->second == now;
    if (step.ends())
        last_.erase(step.piece);
    else
        last_[step.piece] = now;
    if (last_.size() > FOLLOW_TABLE_SIZE) last_.erase(last_.begin());
    return same ? std::vector<std::string>{} : now;
}

} // namespace gueway
