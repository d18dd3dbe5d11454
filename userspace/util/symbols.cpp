// SPDX-License-Identifier: GPL-2.0-only
#include "util/symbols.h"

#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr auto kallsyms = "/proc/kallsyms";

// "ffffffff81000000 T _text\t[module]": the address, the kind, the name, the module.
struct Line {
    uint64_t address = 0;
    char kind = 0;
    std::string_view name, module;
};

bool parse_line(std::string_view line, Line& into)
{
    const auto digits = line.find(' ');
    if (digits == line.npos || line.size() < digits + 4 || line[digits + 2] != ' ') return false;
    const auto [end, ec] = std::from_chars(line.begin(), line.begin() + digits, into.address, 16);
    if (ec != std::errc{} || end != line.begin() + digits) return false;
    into.kind = line[digits + 1];
    line.remove_prefix(digits + 3);
    const auto tab = line.find('\t');
    into.name = line.substr(0, tab);
    into.module = {};
    if (tab == line.npos || line.size() < tab + 3) return true;
    into.module = line.substr(tab + 2, line.size() - tab - 3); // without its brackets
    return true;
}

bool is_code(char kind)
{
    return kind == 't' || kind == 'T' || kind == 'w' || kind == 'W';
}

} // namespace

std::string CodePlace::text() const
{
    if (function.empty()) return fmt::format("{:#x}", address);
    const auto place = fmt::format("{}+{:#x}", function, offset);
    return module.empty() ? place : fmt::format("{} [{}]", place, module);
}

Result<Symbols> Symbols::parse(std::string text)
{
    Symbols made;
    made.text_ = std::move(text);
    bool any = false;
    std::string_view rest = made.text_;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        Line line;
        if (!parse_line(rest.substr(0, end), line))
            return error(kallsyms, "read", "unknown line: " + std::string(rest.substr(0, end)));
        if (is_code(line.kind)) made.symbols_.push_back({line.address, line.name, line.module});
        any = any || line.address != 0;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!any)
        return error(kallsyms, "read", "the kernel hides its addresses",
                     "needs CAP_SYSLOG, and kernel.kptr_restrict below 2");
    std::ranges::stable_sort(made.symbols_, {}, &Symbol::address);
    return made;
}

Result<Symbols> Symbols::load()
{
    return parse(TRY(read_file(kallsyms)));
}

Result<Symbols> Symbols::load(int file)
{
    constexpr size_t block = 1 << 16;
    if (::lseek(file, 0, SEEK_SET) < 0) return errno_error(kallsyms, "read again");
    std::string text;
    for (;;) {
        const auto end = text.size();
        text.resize(end + block);
        const auto got = ::read(file, text.data() + end, block);
        text.resize(end + static_cast<size_t>(got > 0 ? got : 0));
        if (got < 0 && errno != EINTR) return errno_error(kallsyms, "read");
        if (got == 0) return parse(std::move(text));
    }
}

CodePlace Symbols::find(uint64_t address) const
{
    CodePlace place{.address = address};
    const auto above = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
    if (above == symbols_.begin()) return place;
    const auto start = std::prev(above)->address;
    const auto first = std::ranges::lower_bound(symbols_, start, {}, &Symbol::address);
    constexpr uint64_t longest = 1 << 20; // no function is: the address is between two modules
    if (address - start >= longest) return place;
    place.function = first->name;
    place.offset = address - start;
    place.module = first->module;
    return place;
}

} // namespace gueway
