// SPDX-License-Identifier: GPL-2.0-only
#include "topology/draw.h"

#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr size_t no_wire = SIZE_MAX;
constexpr size_t smallest_box = 40;

// A line of the left side. `wire` is the segment that its device is attached to, or no_wire.
struct Row {
    std::string text;
    size_t wire = no_wire;
    bool boxed = true;
};

// `words` after `head`, broken to `width`; continuation lines are indented as the first word is.
std::vector<std::string> wrapped(const std::string& head, const std::vector<std::string>& words,
                                 size_t width)
{
    std::vector<std::string> out = {head};
    for (const auto& word : words) {
        if (out.back().size() + word.size() > width && out.back().size() > head.size())
            out.emplace_back(head.size(), ' ');
        out.back() += word + " ";
    }
    for (auto& line : out) line = std::string(line.substr(0, line.find_last_not_of(' ') + 1));
    return out;
}

class Drawing {
public:
    explicit Drawing(const Spec& spec) : spec_(spec)
    {
        for (const auto& segment : spec.segments)
            for (const auto& line : header(segment)) column_ = std::max(column_, line.size() + 2);
        const size_t wires = column_ * spec.segments.size();
        width_ = wires + smallest_box < drawing_columns ? drawing_columns - wires : smallest_box;
    }

    std::string text()
    {
        for (const auto& host : spec_.hosts) add_host(host);
        std::string out = fmt::format("{}: {}\n\n", spec_.name, spec_.about);
        for (size_t line = 0; line < header_lines; ++line) out += header_row(line);
        for (size_t i = 0; i < rows_.size(); ++i) out += finished(line(i));
        return out;
    }

private:
    static constexpr size_t header_lines = 2;

    // What stands above a wire.
    static std::vector<std::string> header(const Segment& segment)
    {
        std::string name = segment.name + (segment.ends.size() > 2 ? " switch" : "");
        if (segment.cable != Cable::veth) name += fmt::format(" {}", gueway::name(segment.cable));
        return {name, "MTU " + std::to_string(segment.mtu)};
    }

    static std::string finished(std::string line)
    {
        line.erase(line.find_last_not_of(' ') + 1);
        return line + "\n";
    }

    size_t inner() const { return width_ - 4; } // "| " and " |"

    // Where a wire runs.
    size_t position(size_t wire) const { return width_ + wire * column_ + column_ / 2; }

    std::string header_row(size_t line) const
    {
        std::string out;
        for (size_t wire = 0; wire < spec_.segments.size(); ++wire) {
            const auto label = header(spec_.segments[wire])[line];
            out.resize(std::max(out.size(), position(wire) - label.size() / 2), ' ');
            out += label;
        }
        return finished(out);
    }

    void add(const std::string& head, const std::vector<std::string>& words, size_t wire = no_wire)
    {
        for (const auto& line : wrapped(head, words, inner())) {
            rows_.push_back({line, wire});
            wire = no_wire; // attached once
        }
    }

    void add_frame(const std::string& title)
    {
        std::string frame = title.empty() ? "+" : "+- " + title + " ";
        frame.resize(width_ - 1, '-');
        rows_.push_back({frame + "+", no_wire, false});
    }

    void add_host(const Host& host)
    {
        add_frame(host.name);
        if (!host.addresses.empty()) add(fmt::format("{:<5}", "lo"), host.addresses);
        for (size_t wire = 0; wire < spec_.segments.size(); ++wire)
            for (const auto& end : spec_.segments[wire].ends)
                if (end.host == host.name) add_end(end, wire);
        for (const auto& route : host.routes) add("     to ", route_words(route));
        for (const auto& command : host.commands) add("   $ ", {quoted(command)});
        add_frame({});
    }

    void add_end(const End& end, size_t wire)
    {
        add(fmt::format("{:<4} ", end.device), end.addresses, wire);
        if (!end.features_off.empty()) add("     off: ", end.features_off);
    }

    static std::vector<std::string> route_words(const Route& route)
    {
        std::vector<std::string> words = {route.to, "via", route.via};
        if (route.mtu != 0) words.push_back(fmt::format("mtu {}", route.mtu));
        if (route.advmss != 0) words.push_back(fmt::format("advmss {}", route.advmss));
        return words;
    }

    // A wire runs from its header to the last device on it.
    bool runs(size_t wire, size_t row) const
    {
        for (size_t i = row; i < rows_.size(); ++i)
            if (rows_[i].wire == wire) return true;
        return false;
    }

    std::string line(size_t at) const
    {
        const auto& row = rows_[at];
        std::string out = row.boxed ? fmt::format("| {:<{}} |", row.text, inner()) : row.text;
        const bool attached = row.wire != no_wire;
        if (attached) out.resize(position(row.wire), '-');
        out.resize(std::max(out.size(), position(spec_.segments.size())), ' ');
        for (size_t wire = 0; wire < spec_.segments.size(); ++wire)
            if (runs(wire, at)) out[position(wire)] = '|';
        if (attached) out[position(row.wire)] = 'o';
        return out;
    }

    const Spec& spec_;
    size_t column_ = 0; // width of a wire's column
    size_t width_ = 0;  // of a box, frame included
    std::vector<Row> rows_;
};

} // namespace

std::string draw(const Spec& spec)
{
    return Drawing(spec).text();
}

} // namespace gueway
