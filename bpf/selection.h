// SPDX-License-Identifier: GPL-2.0-only
// Which packets are looked at at all: shared with userspace/trace. What is 0 does not matter.
#pragma once

#include <linux/types.h>

#define SELECTION_DEVICE_NAME 16

struct selection {
    __u32 netns;                             // inode number of the network namespace
    __u32 by_mark;                           // not 0: the mark matters
    __u32 mark, mask;                        // (skb->mark & mask) == mark
    __u64 device[SELECTION_DEVICE_NAME / 8]; // a device's name, zeroes behind it
};
