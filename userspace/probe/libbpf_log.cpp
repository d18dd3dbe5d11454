// SPDX-License-Identifier: GPL-2.0-only
#include "probe/libbpf_log.h"

#include "util/text.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <ranges>

#include <bpf/libbpf.h>

namespace gueway {

namespace {

thread_local std::string* listener = nullptr;

// libbpf has one print function for the whole process; the thread decides where the text goes.
int keep(libbpf_print_level level, const char* format, va_list arguments)
{
    if (!listener || level != LIBBPF_WARN) return 0;
    std::array<char, 1024> line;
    std::vsnprintf(line.data(), line.size(), format, arguments);
    *listener += line.data();
    return 0;
}

} // namespace

LibbpfLog::LibbpfLog()
{
    libbpf_set_print(keep);
    listener = &text_;
}

LibbpfLog::~LibbpfLog()
{
    listener = nullptr;
}

std::string_view verifier_reason(std::string_view log)
{
    constexpr std::array statistics = {"processed ", "verification time ", "stack depth "};
    for (const auto line : lines(log) | std::views::reverse) {
        const bool statistic = std::ranges::any_of(
            statistics, [&](const char* start) { return line.starts_with(start); });
        if (!trim(line).empty() && !statistic) return trim(line);
    }
    return {};
}

} // namespace gueway
