// SPDX-License-Identifier: GPL-2.0-only
// Names for the reasons of drops. The numbers differ between kernels, so the names are the running
// kernel's own: its BTF has them as enums (include/net/dropreason-core.h and dropreason.h).
#pragma once

#include "probe/kernel_types.h"

#include <cstdint>
#include <string>

namespace gueway {

class DropReasons {
public:
    static DropReasons from(const KernelTypes& types);

    // Whether the kernel gives reasons at all: since 5.17.
    bool given() const { return !core_.empty(); }
    // "NO_SOCKET"; of a subsystem, which numbers its own above bit 16, "OPENVSWITCH:
    // OVS_DROP_LAST_ACTION"; "reason 77" for one without a name. Empty when the kernel gives none.
    std::string text(uint32_t reason) const;

private:
    EnumNames core_;       // enum skb_drop_reason
    EnumNames subsystems_; // enum skb_drop_reason_subsys
    EnumNames others_;     // enum NAME_drop_reason, of vmlinux and modules
};

} // namespace gueway
