// SPDX-License-Identifier: GPL-2.0-only
// Addresses on devices.
#pragma once

#include "link/namespace.h"
#include "util/address.h"

#include <vector>

namespace gueway {

struct AddressOptions {
    bool nodad = false; // IPv6: usable at once, without duplicate address detection
};

// EEXIST when the device has it already.
Result<void> add_address(const Namespace& where, const std::string& device, const Prefix& address,
                         const AddressOptions& options = {});

// EADDRNOTAVAIL when the device does not have it.
Result<void> remove_address(const Namespace& where, const std::string& device,
                            const Prefix& address);

// An address as the kernel shows it.
struct AddressState {
    std::string device;
    Prefix address;
    bool tentative = false;  // duplicate address detection still runs: not usable yet
    bool dad_failed = false; // somebody else has it
};

Result<std::vector<AddressState>> addresses(const Namespace& where);

// The address from which the namespace would send to `to`, by its routes; nothing is sent.
// ENETUNREACH when it has no route there.
Result<Address> source_address(const Namespace& where, const Address& to);

} // namespace gueway
