// SPDX-License-Identifier: GPL-2.0-only
// Wireshark's program reads the same from tunnels' packets as packet/tunnel.h: lengths, IDs, GRE,
// payload, and that every checksum is right. It knows no GUE: there it reads what is around, and
// what is inside by itself.
#include "packet/pcapng.h"
#include "packet/tunnel.h"
#include "tests/unit/packet/sample.h"
#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <net/ethernet.h>

namespace gueway {
namespace {

using Octets = std::vector<uint8_t>;

// The fields of each packet, in order; of one that is there several times, all, outermost first.
constexpr const char* fields[] = {"ip.len",
                                  "ipv6.plen",
                                  "ip.id",
                                  "udp.length",
                                  "gre.proto",
                                  "tcp.len",
                                  "tcp.seq_raw",
                                  "ip.checksum.status",
                                  "tcp.checksum.status",
                                  "udp.checksum.status",
                                  "gre.checksum.status",
                                  "sctp.checksum.status"};
enum Column : uint8_t { ip_len, ipv6_plen, ip_id, udp_length, gre_proto, tcp_len, tcp_seq, sums };

Result<std::vector<std::vector<std::string>>> by_tshark(const std::vector<Octets>& packets)
{
    const auto directory = TRY(TempDir::make());
    const auto file = directory.path() / "packets.pcapng";
    auto all = pcapng_section("", "test") + pcapng_interface({.name = "d1"});
    for (const auto& packet : packets) {
        const uint16_t ethertype = packet[0] >> 4 == 4 ? ETHERTYPE_IP : ETHERTYPE_IPV6;
        all += pcapng_packet({.protocol = ethertype,
                              .length = static_cast<uint32_t>(packet.size()),
                              .bytes = packet});
    }
    TRY(write_file(file, all));
    Argv argv = {"tshark", "-n", "-r", file.string(), "-T", "fields", "-d", "udp.port==5502,ip"};
    for (const char* one : {"ip.check_checksum", "tcp.check_checksum", "udp.check_checksum"})
        argv.insert(argv.end(), {"-o", std::string(one) + ":TRUE"});
    argv.insert(argv.end(), {"-o", "sctp.checksum:CRC-32c"});
    for (const char* field : fields) argv.insert(argv.end(), {"-e", field});
    std::vector<std::vector<std::string>> read;
    const auto text = TRY(run_ok(argv));
    for (const auto line : lines(text)) {
        auto& one = read.emplace_back();
        for (const auto part : split(line, '\t')) one.emplace_back(part);
    }
    return read;
}

// What tshark must say, out of our reading.
struct Wanted {
    std::vector<std::string> columns = std::vector<std::string>(sums);
    void add(Column column, const std::string& value)
    {
        columns[column] += (columns[column].empty() ? "" : ",") + value;
    }
    void add(const IpReading& ip)
    {
        if (ip.family == AF_INET6) return add(ipv6_plen, std::to_string(ip.length - 40));
        add(ip_len, std::to_string(ip.length));
        add(ip_id, fmt::format("{:#06x}", ip.id));
    }
    void add(const TransportReading& transport)
    {
        if (transport.transport == Transport::udp)
            add(udp_length, std::to_string(transport.payload + 8));
        if (transport.transport != Transport::tcp) return;
        add(tcp_len, std::to_string(transport.payload));
        add(tcp_seq, std::to_string(transport.sequence));
    }
};

struct Case {
    const char* name;
    std::string_view packet;
    Expected expected;
};

constexpr Encap fou = {EncapType::fou_interface, 5502}, gre = {EncapType::gre};
constexpr Encap gre_csum = {EncapType::gre, 0, EncapChecksum::full};
constexpr Encap gue(EncapChecksum checksum)
{
    return {EncapType::gue, 5501, checksum};
}

std::vector<Case> cases()
{
    return {
        {"ipip", sample::ipip, {.encap = Encap{}}},
        {"ipip6", sample::ipip6, {.encap = Encap{}, .family = AF_INET6}},
        {"gre4", sample::gre4, {.encap = gre}},
        {"gre6csum", sample::gre6csum, {.encap = gre_csum, .family = AF_INET6}},
        {"fou", sample::fou, {.encap = fou}},
        {"plain", sample::plain, {}},
        {"gue4", sample::gue4, {.encap = gue(EncapChecksum::none)}},
        {"gue6csum", sample::gue6csum, {.encap = gue(EncapChecksum::full), .family = AF_INET6}},
    };
}

// Every status is "good", or "not present".
void expect_right_sums(const std::vector<std::string>& columns, const std::string& name)
{
    for (size_t i = sums; i < columns.size(); ++i)
        for (const auto status : split(columns[i], ','))
            EXPECT_TRUE(status.empty() || status == "1" || status == "3")
                << name << ": " << fields[i] << " " << status;
}

TEST(TunnelTshark, ReadsWhatWeRead)
{
    std::vector<Octets> packets;
    std::vector<Wanted> wanted;
    std::vector<std::string> names;
    for (const auto& [name, hexadecimal, expected] : cases()) {
        const auto packet = sample::octets(hexadecimal);
        const auto reading = read_tunnel(packet, expected);
        ASSERT_TRUE(reading.inner && reading.transport) << name;
        Wanted one;
        if (reading.outer) one.add(*reading.outer);
        if (reading.udp) one.add(udp_length, std::to_string(reading.udp->length));
        if (reading.gre) one.add(gre_proto, fmt::format("{:#06x}", reading.gre->protocol));
        packets.push_back(packet);
        names.emplace_back(name);
        if (reading.gue) { // what is inside is a packet of its own
            wanted.push_back(one);
            one = {};
            packets.emplace_back(packet.begin() + reading.inner_at, packet.end());
            names.push_back(std::string(name) + " inside");
        }
        one.add(*reading.inner);
        one.add(*reading.transport);
        wanted.push_back(one);
    }
    const auto read = by_tshark(packets);
    ASSERT_TRUE(read) << read.error().text();
    ASSERT_EQ(read->size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
        auto columns = (*read)[i];
        expect_right_sums(columns, names[i]);
        columns.resize(sums);
        EXPECT_EQ(columns, wanted[i].columns) << names[i];
    }
}

TEST(TunnelTshark, FindsTheSameWrongChecksums)
{
    auto ip = sample::octets(sample::plain), tcp = ip, gre_sum = sample::octets(sample::gre6csum),
         sctp = sample::octets(sample::ipip);
    ip[11] ^= 1;
    tcp.back() ^= 1;
    gre_sum[45] ^= 1;
    sctp[70] ^= 1;
    const auto read = by_tshark({ip, tcp, gre_sum, sctp});
    ASSERT_TRUE(read) << read.error().text();
    const std::vector<std::string> expected = {"ip.checksum.status", "tcp.checksum.status",
                                               "gre.checksum.status", "sctp.checksum.status"};
    ASSERT_EQ(read->size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i)
        for (size_t column = sums; column < (*read)[i].size(); ++column) {
            const auto& all = (*read)[i][column];
            EXPECT_EQ(all.find('0') != all.npos, expected[i] == fields[column])
                << fields[column] << " " << all;
        }
    EXPECT_EQ(read_tunnel(ip, {}).complaints.size(), 1U);
    EXPECT_EQ(read_tunnel(tcp, {}).complaints.size(), 1U);
    EXPECT_EQ(read_tunnel(gre_sum, {.encap = gre_csum, .family = AF_INET6}).complaints.size(), 1U);
    EXPECT_EQ(read_tunnel(sctp, {.encap = Encap{}}).complaints.size(), 1U);
}

} // namespace
} // namespace gueway
