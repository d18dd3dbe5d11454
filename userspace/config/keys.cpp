// SPDX-License-Identifier: GPL-2.0-only
#include "config/keys.h"

#include "config/scheduler.h"
#include "encap/encap.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway {

namespace {

constexpr uint64_t most_port = 65535;
constexpr uint64_t most_weight = 2147483647; // the kernel's is a signed int
constexpr uint64_t most_u32 = 4294967295;
constexpr uint64_t least_mtu = 68; // RFC 791
constexpr uint64_t most_mtu = 65535;
constexpr uint64_t most_persistence = 31ULL * 24 * 60 * 60; // as ipvsadm has it

constexpr std::array<std::string_view, 3> forward_words = {"tunnel", "direct", "masquerade"};
constexpr std::array<std::string_view, 3> protocol_words = {"tcp", "udp", "sctp"};
constexpr std::array<std::string_view, 2> family_words = {"ipv4", "ipv6"};
constexpr std::array<std::string_view, 2> truth_words = {"true", "false"};

using enum KeyType;

constexpr std::array underlay_keys = {
    Key{"device", device, true, "", "The device towards the workers.", "d1"},
    Key{"mtu",
        number,
        false,
        "",
        "Bytes of outer packet that it carries; else the device's own.",
        "1600",
        {},
        least_mtu,
        most_mtu},
};
constexpr Section underlay{"director.underlay", underlay_keys};

constexpr std::array director_keys = {
    Key{"underlay",
        map,
        false,
        "",
        "The network to the workers.",
        "{device: d1, mtu: 1600}",
        {},
        0,
        0,
        &underlay},
    Key{"vip_device", device, false, "",
        "Gets the VIPs: lo, or a dummy device that apply makes; without it, addresses are left "
        "alone.",
        "lo"},
    Key{"sysctls", settings, false, "", "Settings of IPVS, by their names below net.ipv4.vs.",
        "{conn_reuse_mode: 0, expire_nodest_conn: 1}"},
};
constexpr Section director{"director", director_keys};

constexpr std::array worker_keys = {
    Key{"vip_device", device, false, "lo",
        "Gets the VIPs on a worker: lo, or a dummy device that apply makes.", "vip0"},
    Key{"return_routes", prefixes, false, "",
        "Routes that carry answers to clients and get the MSS; else the default routes.",
        "[192.0.2.0/24]"},
};
constexpr Section worker{"worker", worker_keys};

constexpr std::array encap_keys = {
    Key{"type", choice, true, "", "How packets are wrapped.", "gue", encap_type_names},
    Key{"port",
        number,
        false,
        "",
        "The workers' UDP port: of gue and fou-interface.",
        "5501",
        {},
        1,
        most_port},
    Key{"port6",
        number,
        false,
        "",
        "fou-interface: the port for IPv6 inside, which FOU cannot tell from IPv4.",
        "5502",
        {},
        1,
        most_port},
    Key{"checksum", choice, false, "none", "Of the outer packet: remote is GUE's, ipip has none.",
        "none", encap_checksum_names},
};
constexpr Section encap{"pools.NAME.encap", encap_keys};

constexpr std::array pool_worker_keys = {
    Key{"name", word, true, "", "For people, and for messages.", "w1"},
    Key{"address", address, true, "", "Where the tunnel ends, in the underlay.", "172.70.64.149"},
    Key{"port",
        number,
        false,
        "",
        "With masquerade or a fwmark; else the service's.",
        "8080",
        {},
        1,
        most_port},
    Key{"weight", number, false, "1", "0: no new connections.", "100", {}, 0, most_weight},
    Key{"upper_threshold",
        number,
        false,
        "0",
        "No new connections from that number on; 0: no limit.",
        "10000",
        {},
        0,
        most_u32},
    Key{"lower_threshold",
        number,
        false,
        "0",
        "New connections again below that number; 0: below three quarters of the upper one.",
        "8000",
        {},
        0,
        most_u32},
    Key{"private", addresses, false, "",
        "fou-interface: what stands for the worker on its own device, one of each IP version.",
        "[10.255.0.1, \"fd00::1\"]"},
};
constexpr Section pool_worker{"pools.NAME.workers[]", pool_worker_keys};

constexpr std::array pool_keys = {
    Key{"forward", choice, false, "tunnel", "How IPVS sends to the workers.", "direct",
        forward_words},
    Key{"encap",
        map,
        false,
        "",
        "The tunnel; required when forward is tunnel.",
        "{type: gue, port: 5501, checksum: none}",
        {},
        0,
        0,
        &encap},
    Key{"workers",
        maps,
        true,
        "",
        "Who serves.",
        "[{name: w1, address: 172.70.64.149}]",
        {},
        0,
        0,
        &pool_worker},
    Key{"empty", truth, false, "false",
        "workers: [] is meant: services of the pool then answer nobody.", "true", truth_words},
};
constexpr Section pool{"pools.NAME", pool_keys};

constexpr std::array service_keys = {
    Key{"vip", address, false, "", "The address that clients use; or else fwmark.",
        "198.51.100.150"},
    Key{"port",
        number,
        false,
        "",
        "Required with vip, unless persistent: then every port.",
        "8000",
        {},
        1,
        most_port},
    Key{"protocol", choice, false, "tcp", "With vip.", "udp", protocol_words},
    Key{"fwmark",
        number,
        false,
        "",
        "The firewall's mark instead of vip, port and protocol.",
        "7",
        {},
        1,
        most_u32},
    Key{"family", choice, false, "ipv4", "With fwmark: of the packets.", "ipv6", family_words},
    Key{"scheduler", choice, true, "", "Which worker gets a new connection.", "mh",
        scheduler_names},
    Key{"flags", choices, false, "", "Of the scheduler.", "[mh-port, mh-fallback]",
        scheduler_flag_names},
    Key{"persistence",
        number,
        false,
        "",
        "Seconds for which a client stays with its worker; without it, not at all.",
        "300",
        {},
        1,
        most_persistence},
    Key{"persistence_netmask", netmask, false, "",
        "Clients that are one for persistence; else each is its own.", "24"},
    Key{"persistence_engine", word, false, "", "What tells clients apart.", "sip"},
    Key{"one_packet", truth, false, "false", "UDP: every packet is scheduled for itself.", "true",
        truth_words},
    Key{"pool", word, true, "", "The workers, by the pool's name.", "web"},
};
constexpr Section service{"services[]", service_keys};

constexpr std::array file_keys = {
    Key{"director",
        map,
        false,
        "",
        "The director itself.",
        "{underlay: {device: d1, mtu: 1600}, vip_device: lo}",
        {},
        0,
        0,
        &director},
    Key{"worker",
        map,
        false,
        "",
        "What workers need beside their tunnels.",
        "{vip_device: lo}",
        {},
        0,
        0,
        &worker},
    Key{"pools",
        named_maps,
        true,
        "",
        "Workers that are reached in the same way, by name.",
        "{web: {encap: {type: gue, port: 5501}, workers: []}}",
        {},
        0,
        0,
        &pool},
    Key{"services",
        maps,
        true,
        "",
        "What clients reach.",
        "[{vip: 198.51.100.150, port: 8000, scheduler: mh, pool: web}]",
        {},
        0,
        0,
        &service},
};
constexpr Section file{"", file_keys};

void collect(const Section& section, std::vector<const Section*>& found)
{
    found.push_back(&section);
    for (const auto& key : section.keys)
        if (key.inside) collect(*key.inside, found);
}

} // namespace

const Key* Section::find(std::string_view name) const
{
    const auto found = std::ranges::find(keys, name, &Key::name);
    return found == keys.end() ? nullptr : &*found;
}

const Section& whole_file()
{
    return file;
}

std::vector<const Section*> sections()
{
    std::vector<const Section*> found;
    collect(file, found);
    return found;
}

std::string expectation(const Key& key)
{
    switch (key.type) {
    case map:
    case named_maps:
        return "a map, as " + std::string(key.example);
    case maps:
        return "a list of maps, as " + std::string(key.example);
    case word:
        return "a word without white space, as " + std::string(key.example);
    case device:
        return "the name of a device, up to 15 characters";
    case number:
        return fmt::format("a number from {} to {}", key.least, key.most);
    case address:
        return "an address of one host, as 192.0.2.1 or \"2001:db8::1\"";
    case addresses:
        return "a list of addresses, as " + std::string(key.example);
    case prefixes:
        return "a list of prefixes, as " + std::string(key.example);
    case netmask:
        return "a prefix length (1 to 32, IPv6 1 to 128), or a mask as 255.255.255.0";
    case choice:
    case truth:
        return fmt::format("one of {}", fmt::join(key.words, ", "));
    case choices:
        return fmt::format("a list of {}", fmt::join(key.words, ", "));
    case settings:
        return "a map from names to values, as " + std::string(key.example);
    }
    return {};
}

} // namespace gueway
