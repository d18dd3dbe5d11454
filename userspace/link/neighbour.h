// SPDX-License-Identifier: GPL-2.0-only
// The neighbour table (ARP and neighbour discovery).
#pragma once

#include "link/namespace.h"
#include "util/address.h"

#include <optional>
#include <string>

namespace gueway {

// A permanent entry: `address` is at `mac` behind `device`. An existing one is replaced.
Result<void> add_neighbour(const Namespace& where, const std::string& device,
                           const Address& address, const std::string& mac);

// Asks the kernel to find out where `address` is; returns at once.
Result<void> resolve_neighbour(const Namespace& where, const std::string& device,
                               const Address& address);

// The MAC of a neighbour that can be sent to now, or nothing while it is not known.
Result<std::optional<std::string>> neighbour(const Namespace& where, const std::string& device,
                                             const Address& address);

} // namespace gueway
