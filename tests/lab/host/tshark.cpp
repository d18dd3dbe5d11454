// SPDX-License-Identifier: GPL-2.0-only
#include "tshark.h"

#include "util/text.h"

#include <algorithm>
#include <array>

namespace gueway {

namespace {

// By their short names; extension headers of IPv6 and options of TCP are protocols too.
bool is_wanted(std::string_view protocol)
{
    constexpr std::array<std::string_view, 15> wanted = {
        "frame", "pkt_comment", "eth",    "ethertype", "raw", "vlan", "arp", "ip",
        "ipv6",  "icmp",        "icmpv6", "tcp",       "udp", "sctp", "gre"};
    return std::ranges::find(wanted, protocol) != wanted.end() || protocol.starts_with("ipv6.") ||
           protocol.starts_with("tcp.");
}

constexpr const char* preferences[] = {"ip.check_checksum:TRUE",
                                       "tcp.check_checksum:TRUE",
                                       "udp.check_checksum:TRUE",
                                       "sctp.checksum:CRC-32c",
                                       "udp.ignore_ipv6_zero_checksum:TRUE", // RFC 6935
                                       "ip.defragment:TRUE",
                                       "ipv6.defragment:TRUE",
                                       "tcp.desegment_tcp_streams:FALSE",
                                       "tcp.analyze_sequence_numbers:FALSE",
                                       "sctp.reassembly:FALSE"};

} // namespace

// tshark 4.0 disables one protocol for each option: the list is a file of its configuration.
Result<Tshark> Tshark::make(std::vector<std::string> decode_as)
{
    auto config = TRY(TempDir::make("tshark"));
    const auto all = TRY(run_ok({"tshark", "-G", "protocols"}, "apt-get install tshark"));
    std::string disabled;
    for (const auto line : lines(all)) {
        const auto words = split(line, '\t'); // name, short name, filter name
        if (words.size() < 3 || is_wanted(words[2])) continue;
        disabled.append(words[2]).append("\n");
    }
    TRY(write_file(config.path() / "disabled_protos", disabled));
    return Tshark(std::move(config), std::move(decode_as));
}

Argv Tshark::command(const fs::path& file) const
{
    Argv argv = {"env",    "WIRESHARK_CONFIG_DIR=" + config_.path().string(),
                 "tshark", "-n",
                 "-r",     file.string()};
    for (const auto& one : decode_as_) argv.insert(argv.end(), {"-d", one});
    for (const char* one : preferences) argv.insert(argv.end(), {"-o", one});
    return argv;
}

Result<std::vector<TsharkRow>> Tshark::read(const fs::path& file,
                                            const std::vector<std::string>& fields) const
{
    auto argv = command(file);
    argv.insert(argv.end(), {"-T", "fields"});
    for (const auto& field : fields) argv.insert(argv.end(), {"-e", field});
    std::vector<TsharkRow> rows;
    const auto text = TRY(run_ok(argv));
    for (const auto line : lines(text)) {
        auto& row = rows.emplace_back();
        const auto columns = split(line, '\t');
        for (size_t i = 0; i < std::min(columns.size(), fields.size()); ++i) {
            auto& values = row[fields[i]];
            if (columns[i].empty()) continue;
            for (const auto value : split(columns[i], ',')) values.emplace_back(value);
        }
    }
    return rows;
}

Result<void> Tshark::pick(const fs::path& file, const std::string& filter,
                          const fs::path& into) const
{
    auto argv = command(file);
    argv.insert(argv.end(), {"-Y", filter, "-w", into.string()});
    TRY(run_ok(argv));
    return {};
}

Result<void> cut_to_ip(const fs::path& file, unsigned bytes, const fs::path& into)
{
    TRY(run_ok({"editcap", "-F", "pcapng", "-T", "rawip", "-C", std::to_string(bytes),
                file.string(), into.string()}));
    return {};
}

} // namespace gueway
