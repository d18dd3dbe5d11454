// SPDX-License-Identifier: GPL-2.0-only
// Which objects the lines of one batch are about.
#pragma once

#include "ipvsadm/command.h"

#include <array>

namespace gueway::ipvsadm {

// A set of services and workers, by hash: two objects may count as one (which costs a send), never
// one as two. Holds a batch with room to spare.
class Touched {
public:
    // False when the object was there already.
    bool add(const Command& command);
    void clear();

private:
    static constexpr size_t room = 1024; // a power of two, well above netlink::messages_a_send
    std::array<uint64_t, room> slots_{}; // 0: free
};

} // namespace gueway::ipvsadm
