// SPDX-License-Identifier: GPL-2.0-only
#include "topology/named.h"

#include "topology/reference.h"
#include "util/text.h"

#include <algorithm>

namespace gueway {

namespace {

struct Named {
    std::string name;
    ReferenceOptions options;
};

// All are the reference topology; the name says in what it differs from the default.
const std::vector<Named>& catalogue()
{
    static const std::vector<Named> all = {
        {"reference", {}},
        {"reference-v6", {.underlay = AF_INET6}},
        {"incident", {.udp_tunnel_segmentation = false}},
        {"incident-v6", {.underlay = AF_INET6, .udp_tunnel_segmentation = false}},
        {"mtu-1500", {.mtu = 1500}},
        {"mtu-1500-v6", {.underlay = AF_INET6, .mtu = 1500}},
        {"mtu-9000", {.mtu = 9000}},
        {"workers-2", {.workers = 2}},
        {"workers-2-v6", {.workers = 2, .underlay = AF_INET6}},
        {"workers-3", {.workers = 3}},
        {"ipip", {.encap = {EncapType::ipip}}},
        {"gre", {.encap = {EncapType::gre}}},
        {"mlx5ish", {.underlay_cable = Cable::mlx5ish, .ingress_cable = Cable::mlx5ish}},
        {"mlx5ish-v6",
         {.underlay = AF_INET6, .underlay_cable = Cable::mlx5ish, .ingress_cable = Cable::mlx5ish}},
    };
    return all;
}

} // namespace

std::vector<std::string> topology_names()
{
    std::vector<std::string> names;
    for (const auto& each : catalogue()) names.push_back(each.name);
    return names;
}

Result<Spec> named_topology(std::string_view name)
{
    const auto& all = catalogue();
    const auto found = std::ranges::find(all, name, &Named::name);
    if (found == all.end())
        return error("topology " + quoted(name), "look up", "unknown",
                     "known are " + join(topology_names(), ", "));
    Spec spec = reference(found->options);
    spec.name = found->name;
    return spec;
}

} // namespace gueway
