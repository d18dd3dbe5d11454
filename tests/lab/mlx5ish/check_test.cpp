// SPDX-License-Identifier: GPL-2.0-only
// Which packets of tunnels the device takes, and which it leaves to software: what the device cut,
// whole or in part, while payloads went through a tunnel between two hosts.
//
//     a tun0 ===== d1 ------------- d1 ===== tun0 b       10.9.0.1, 10.9.0.2
#include "device.h"
#include "link/address.h"
#include "link/device.h"
#include "link/features.h"
#include "transfer.h"
#include "util/text.h"

#include <fmt/format.h>

namespace gueway {
namespace {

enum class Cut : uint8_t { whole, partial, software };

std::string_view name(Cut cut)
{
    static constexpr std::string_view names[] = {"whole", "partial", "software"};
    return names[static_cast<size_t>(cut)];
}

// `link` are the words behind `ip link add tun0`, in which LOCAL and REMOTE are addresses.
struct Tunnel {
    std::string description;
    std::string link;
    Cut expected = Cut::software;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<std::string> features_off; // of the sender's d1
    bool udp = false;                      // UDP_SEGMENT inside instead of TCP
    std::string fou;                       // words behind `ip fou add`
};

constexpr const char* vxlan = "type vxlan id 9 local LOCAL remote REMOTE dev d1 ";
constexpr const char* geneve = "type geneve id 9 remote REMOTE ";
constexpr const char* ipip = "type ipip local LOCAL remote REMOTE ";
constexpr const char* gre = "type gre local LOCAL remote REMOTE ";

const std::vector<Tunnel>& tunnels()
{
    static const std::vector<Tunnel> rows = {
        {"VXLAN on its port", std::string(vxlan) + "dstport 4789 noudpcsum", Cut::whole},
        {"VXLAN with outer checksums", std::string(vxlan) + "dstport 4789 udpcsum", Cut::partial},
        {"VXLAN on another port", std::string(vxlan) + "dstport 5000 noudpcsum", Cut::software},
        {"VXLAN on a registered port",
         std::string(vxlan) + "dstport 5000 noudpcsum",
         Cut::whole,
         {{"vxlan_ports", "4789,5000"}}},
        {"VXLAN on a port that is registered no more",
         std::string(vxlan) + "dstport 4789 noudpcsum",
         Cut::software,
         {{"vxlan_ports", "5000"}}},
        {"GENEVE on its port", std::string(geneve) + "dstport 6081 noudpcsum", Cut::whole},
        {"GENEVE on another port", std::string(geneve) + "dstport 6082 noudpcsum", Cut::software},
        {"GENEVE without the capability",
         std::string(geneve) + "dstport 6081 noudpcsum",
         Cut::software,
         {{"geneve", "0"}}},
        {"GENEVE of VXLAN's length, old check",
         std::string(geneve) + "dstport 6081 noudpcsum",
         Cut::whole,
         {{"old_udp_check", "1"}}},
        {"GRE", gre, Cut::partial},
        {"GRE with checksums", std::string(gre) + "csum", Cut::partial},
        {"GRE with partial segmentation off", gre, Cut::software, {}, {"tx-gso-partial"}},
        {"GRE with frames inside", "type gretap local LOCAL remote REMOTE", Cut::partial},
        {"IPIP", ipip, Cut::partial},
        {"IPIP without the capability", ipip, Cut::software, {{"ip_over_ip", "0"}}},
        {"IPIP in GUE",
         std::string(ipip) + "encap gue encap-sport auto encap-dport 5501",
         Cut::software,
         {},
         {},
         false,
         "port 5501 gue"},
        {"IPIP in GUE on VXLAN's port",
         std::string(ipip) + "encap gue encap-sport auto encap-dport 4789",
         Cut::software,
         {},
         {},
         false,
         "port 4789 gue"},
        {"IPIP in GUE on VXLAN's port, old check",
         std::string(ipip) + "encap gue encap-sport auto encap-dport 4789",
         Cut::software,
         {{"old_udp_check", "1"}},
         {},
         false,
         "port 4789 gue"},
        {"UDP in GRE", gre, Cut::partial, {}, {}, true},
        {"UDP in IPIP", ipip, Cut::partial, {}, {}, true},
    };
    return rows;
}

using Parameters = std::vector<std::pair<std::string, std::string>>;
const Parameters usual = {{"vxlan_ports", "4789"},
                          {"geneve", "1"},
                          {"ip_over_ip", "1"},
                          {"old_udp_check", "0"},
                          {"old_udp_gso", "0"}};

std::string mac_of(const std::string& host)
{
    return host == "a" ? "02:00:00:00:00:01" : "02:00:00:00:00:02";
}

class Mlx5ishCheck : public Mlx5ish {
protected:
    static Argv words_of(std::string text, const std::string& host)
    {
        const auto replace = [&](const std::string& from, const std::string& to) {
            if (const auto at = text.find(from); at != std::string::npos)
                text.replace(at, from.size(), to);
        };
        replace("LINK", host == "a" ? "external" : "id 9 remote REMOTE");
        replace("LOCAL", host == "a" ? "192.0.2.1" : "192.0.2.2");
        replace("REMOTE", host == "a" ? "192.0.2.2" : "192.0.2.1");
        Argv argv;
        for (const auto word : words(text)) argv.emplace_back(word);
        return argv;
    }
    void run(const std::string& host, const std::string& text) const
    {
        ok(host, words_of(text, host));
    }
    void raise(const Tunnel& tunnel)
    {
        topology_.reset();
        for (const auto& [name, value] : usual) ASSERT_OK(set_parameter(name, value));
        for (const auto& [name, value] : tunnel.parameters) ASSERT_OK(set_parameter(name, value));
        build(two_quiet_hosts());
        ASSERT_OK(set_features(**topology().host("a"), "d1", tunnel.features_off, false));
        for (const std::string host : {"a", "b"}) {
            if (!tunnel.fou.empty()) run(host, "ip fou add " + tunnel.fou);
            run(host, "ip link add tun0 mtu 1400 " + tunnel.link);
            const auto& where = **topology().host(host);
            const auto own = fmt::format("10.9.0.{}/24", host == "a" ? 1 : 2);
            ASSERT_OK(add_address(where, "tun0", parse_prefix(own).value()));
            ASSERT_OK(set_up(where, "tun0"));
        }
    }
    // `seconds` are for a request: enough on a machine that is busy elsewhere.
    Result<flow::Report> send(bool udp, unsigned seconds = 60) const
    {
        std::vector<std::string> options = {"--request", "100KiB",     "--response",
                                            "64",        "--deadline", std::to_string(seconds)};
        if (udp) options.insert(options.end(), {"--udp", "--gso", "on"});
        return transfer(topology(), "10.9.0.2", options);
    }
};

TEST_F(Mlx5ishCheck, DecidesWhatTheDeviceCuts)
{
    for (const auto& tunnel : tunnels()) {
        SCOPED_TRACE(tunnel.description);
        raise(tunnel);
        if (HasFatalFailure()) return;
        const auto report = send(tunnel.udp);
        ASSERT_OK(report);
        EXPECT_TRUE(report->clean()) << flow::summary(*report);
        const auto counted = counts(topology(), "a", "d1").value();
        const auto whole = counted.at("tx_segmented"), partial = counted.at("tx_partial");
        const auto cut = whole ? Cut::whole : partial ? Cut::partial : Cut::software;
        const bool above = tunnel.udp && !takes_udp_gso("a", "tun0");
        EXPECT_EQ(name(cut), name(above ? Cut::software : tunnel.expected))
            << whole << " whole, " << partial << " partial";
        EXPECT_FALSE(whole && partial);
        EXPECT_EQ(counted.at("tx_oversize") + counted.at("tx_unknown"), 0U);
    }
}

// GENEVE with an option is longer than VXLAN, which the check before 6.1.95 took all UDP tunnels
// for.
TEST_F(Mlx5ishCheck, TheOldOneTookGeneveWithOptionsForBrokenVxlan)
{
    for (const bool old : {false, true}) {
        // b takes no options: 6.12 warns of a memcpy (ip_tunnel_info_opts_set) where one does.
        raise({.link = "type geneve LINK dstport 6081",
               .parameters = {{"old_udp_check", old ? "1" : "0"}}});
        if (HasFatalFailure()) return;
        run("a",
            "ip route add 10.9.0.2/32 encap ip id 9 dst 192.0.2.2 geneve_opts 0102:80:00112233 "
            "dev tun0");
        for (const std::string host : {"a", "b"}) {
            // Nobody can ask for the other's. A new address makes a device forget its neighbours.
            run(host, "ip link set tun0 address " + mac_of(host));
            run(host, fmt::format("ip neigh replace 10.9.0.{} lladdr {} dev tun0",
                                  host == "a" ? 2 : 1, mac_of(host == "a" ? "b" : "a")));
        }
        const auto report = send(false);
        ASSERT_OK(report);
        EXPECT_TRUE(report->clean()) << flow::summary(*report);
        EXPECT_EQ(counted("a", "tx_segmented").value() > 0, !old);
    }
}

// Before 6.1.93: the length went into the outer header, and the headers were counted as TCP's.
TEST_F(Mlx5ishCheck, OldSegmentationOfUdpInTunnelsDamagesPayloads)
{
    for (const bool old : {false, true}) {
        raise({.link = gre, .parameters = {{"old_udp_gso", old ? "1" : "0"}}});
        if (HasFatalFailure()) return;
        if (!takes_udp_gso("a", "tun0")) GTEST_SKIP() << "GRE cuts UDP_SEGMENT packets itself";
        const auto report = old ? send(true, 5) : send(true); // nothing arrives
        ASSERT_OK(report);
        EXPECT_EQ(report->clean(), !old) << flow::summary(*report);
    }
}

} // namespace
} // namespace gueway
