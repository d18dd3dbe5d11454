// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include "link/features.h"
#include "util/brought_module.h"
#include "util/file.h"
#include "util/module.h"
#include "util/text.h"

#include <algorithm>

#include <unistd.h>

namespace gueway {

Result<void> set_parameter(const std::string& name, const std::string& value)
{
    return write_existing(fs::path("/sys/module") / mlx5ish_kind / "parameters" / name, value);
}

Result<Counts> counts(const Topology& topology, const std::string& host, const std::string& device)
{
    const auto shown = TRY(topology.run_ok(host, {"ethtool", "-S", device}));
    Counts found;
    for (const auto line : lines(shown)) {
        const auto parts = split(line, ':');
        if (parts.size() != 2) continue;
        if (const auto number = parse_number<uint64_t>(trim(parts[1])))
            found.emplace(trim(parts[0]), *number);
    }
    return found;
}

Result<uint64_t> counted(const Topology& topology, const std::string& host,
                         const std::string& device, const std::string& counter)
{
    const auto all = TRY(counts(topology, host, device));
    if (const auto found = all.find(counter); found != all.end()) return found->second;
    return error("ethtool -S " + device, "find " + counter, "there is no such counter");
}

namespace {

std::vector<Argv> vlan(const std::string& number)
{
    return {{"ip", "link", "add", "link", "d1", "name", "v100", "type", "vlan", "id", "100"},
            {"ip", "addr", "add", "198.18.0." + number + "/24", "dev", "v100"},
            {"ip", "addr", "add", "2001:db8:100::" + number + "/64", "dev", "v100", "nodad"},
            {"ip", "link", "set", "v100", "up"}};
}

} // namespace

Spec two_hosts(unsigned mtu)
{
    return {
        .name = "two hosts",
        .about = "one wire",
        .hosts = {{.name = "a", .commands = vlan("1")}, {.name = "b", .commands = vlan("2")}},
        .segments = {{.name = "wire",
                      .mtu = mtu,
                      .ends = {{"a", "d1", {"192.0.2.1/24", "2001:db8::1/64"}, {}},
                               {"b", "d1", {"192.0.2.2/24", "2001:db8::2/64"}, {}}},
                      .cable = Cable::mlx5ish}},
        .neighbours = {
            {"a", "192.0.2.2"}, {"a", "2001:db8::2"}, {"b", "192.0.2.1"}, {"b", "2001:db8::1"}}};
}

Spec two_quiet_hosts()
{
    auto spec = two_hosts();
    for (auto& host : spec.hosts) {
        host.sysctls.push_back({"net.ipv6.conf.default.disable_ipv6", "1"});
        host.commands.clear();
    }
    for (auto& end : spec.segments[0].ends) end.addresses.resize(1);
    spec.neighbours = {{"a", "192.0.2.2"}, {"b", "192.0.2.1"}};
    return spec;
}

void Mlx5ish::SetUp()
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ASSERT_OK(load_brought_module(mlx5ish_kind));
}

void Mlx5ish::TearDown()
{
    topology_.reset();
    if (!fs::exists(fs::path("/sys/module") / mlx5ish_kind)) return;
    const auto gone = unload_module(mlx5ish_kind);
    EXPECT_TRUE(gone) << gone.error().text();
}

void Mlx5ish::build(Spec spec)
{
    topology_.reset();
    auto built = Topology::build(std::move(spec));
    ASSERT_OK(built);
    topology_ = std::make_unique<Topology>(std::move(*built));
}

bool Mlx5ish::takes_udp_gso(const std::string& host, const std::string& device) const
{
    const auto all = features(**topology().host(host), device);
    EXPECT_TRUE(all) << all.error().text();
    return all && std::ranges::any_of(*all, [](const Feature& one) {
               return one.name == "tx-udp-segmentation" && one.active;
           });
}

std::string Mlx5ish::ok(const std::string& host, const Argv& argv) const
{
    const auto output = topology_->run_ok(host, argv);
    EXPECT_TRUE(output) << output.error().text();
    return output.value_or("");
}

} // namespace gueway
