// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/counters.h"

#include "util/text.h"

#include <array>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace gueway::matrix {

namespace {

uint64_t number(std::string_view text, int base = 10)
{
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
}

Result<std::string> reread(const Fd& file, const std::string& name)
{
    std::string text;
    std::array<char, 16384> part{};
    for (;;) {
        const auto got =
            ::pread(file.get(), part.data(), part.size(), static_cast<off_t>(text.size()));
        if (got < 0) return errno_error(name, "read");
        if (got == 0) return text;
        text.append(part.data(), static_cast<size_t>(got));
    }
}

} // namespace

void parse_devices(std::string_view text, Counts& counts)
{
    constexpr std::array<std::pair<size_t, const char*>, 6> columns = {{{1, "rx_packets"},
                                                                        {2, "rx_errors"},
                                                                        {3, "rx_dropped"},
                                                                        {9, "tx_packets"},
                                                                        {10, "tx_errors"},
                                                                        {11, "tx_dropped"}}};
    for (const auto line : lines(text)) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto device = trim(line.substr(0, colon));
        const auto values = words(line.substr(colon + 1));
        for (const auto& [column, name] : columns)
            if (column < values.size())
                counts[fmt::format("{} {}", device, name)] = number(values[column]);
    }
}

void parse_snmp(std::string_view text, Counts& counts)
{
    std::vector<std::string_view> names;
    for (const auto line : lines(text)) {
        const auto fields = words(line);
        if (fields.empty()) continue;
        if (names.empty() || names[0] != fields[0]) {
            names = fields;
            continue;
        }
        const auto family = fields[0].substr(0, fields[0].size() - 1);
        for (size_t i = 1; i < fields.size() && i < names.size(); ++i)
            counts[fmt::format("{} {}", family, names[i])] = number(fields[i]);
        names.clear();
    }
}

void parse_snmp6(std::string_view text, Counts& counts)
{
    for (const auto line : lines(text))
        if (const auto fields = words(line); fields.size() == 2 && !fields[0].ends_with("Octets"))
            counts[std::string(fields[0])] = number(fields[1]);
}

void parse_ipvs(std::string_view text, Counts& counts)
{
    constexpr size_t in_packets = 2, columns = 6;
    uint64_t all = 0;
    for (const auto line : lines(text))
        if (const auto fields = words(line);
            fields.size() == columns &&
            fields[0].find_first_not_of("0123456789ABCDEF") == std::string_view::npos)
            all += number(fields[in_packets], 16);
    counts["IPVS in_packets"] = all;
}

Result<Counters> Counters::open(const Namespace& host)
{
    struct Kind {
        const char* name;
        void (*parse)(std::string_view, Counts&);
        bool needed;
    };
    constexpr Kind kinds[] = {{"dev", parse_devices, true},
                              {"snmp", parse_snmp, true},
                              {"snmp6", parse_snmp6, true},
                              {"ip_vs_stats_percpu", parse_ipvs, false},
                              {"sctp/snmp", parse_snmp6, false}}; // a line for each, like snmp6
    return host.in([&]() -> Result<Counters> {
        Counters made;
        for (const auto& kind : kinds) {
            const std::string path = std::string("/proc/thread-self/net/") + kind.name;
            Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
            if (!fd && !kind.needed) continue;
            if (!fd) return errno_error(path, "open");
            made.files_.push_back({std::move(fd), path, kind.parse});
        }
        TRY(made.moved());
        return made;
    });
}

Result<Counts> Counters::moved()
{
    Counts now;
    for (auto& file : files_) file.parse(TRY(reread(file.fd, file.name)), now);
    Counts more;
    for (const auto& [name, value] : now)
        if (const auto before = last_.find(name);
            value != (before == last_.end() ? 0 : before->second))
            more[name] = value - (before == last_.end() ? 0 : before->second);
    last_ = std::move(now);
    return more;
}

} // namespace gueway::matrix
