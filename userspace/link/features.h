// SPDX-License-Identifier: GPL-2.0-only
// Device features (offloads) by the names that `ethtool -k` shows for single ones, such as
// "tx-udp_tnl-segmentation", "tx-tcp-segmentation", "rx-gro". Follows linux/ethtool.h:
// ETHTOOL_GSSET_INFO, GSTRINGS, GFEATURES, SFEATURES, GDRVINFO.
#pragma once

#include "link/namespace.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct ethtool_get_features_block;

namespace gueway {

struct Feature {
    std::string name;
    bool active = false;     // in effect now
    bool requested = false;  // asked for, though something else may hold it back
    bool changeable = false; // ethtool -k shows the others as [fixed]
    bool operator==(const Feature&) const = default;
};

// In the kernel's order, those without a name left out.
Result<std::vector<Feature>> features(const Namespace& where, const std::string& device);

// Sets them all in one call, then reads back: an Error names the features the kernel did not take.
Result<void> set_features(const Namespace& where, const std::string& device,
                          const std::vector<std::string>& names, bool on);

// The device's driver as `ethtool -i` shows it: "mlx5_core", "veth". EOPNOTSUPP when it tells none.
Result<std::string> driver(const Namespace& where, const std::string& device);

// --- the wire format, for tests ---

// Names from a string set: records of ETH_GSTRING_LEN bytes, NUL padded.
std::vector<std::string> feature_names(std::span<const char> records);

// Names and GFEATURES blocks (32 features a block) put together.
std::vector<Feature> decode_features(const std::vector<std::string>& names,
                                     std::span<const ethtool_get_features_block> blocks);

} // namespace gueway
