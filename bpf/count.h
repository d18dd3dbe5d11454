// SPDX-License-Identifier: GPL-2.0-only
// What count.bpf.c counts: shared with userspace/probe/counter.cpp.
#pragma once

#include <linux/types.h>

// Devices and directions that have room in the table.
#define COUNT_TABLE_SIZE 4096

enum count_direction {
    COUNT_TRANSMIT, // handed to a device
    COUNT_RECEIVE,  // taken from a device
};

struct count_key {
    __u32 netns;     // inode number of the device's network namespace, as stat(2) shows it
    __u32 device;    // interface index, unique within the namespace
    __u32 direction; // enum count_direction
};

struct count_value {
    __u64 packets; // a GSO packet counts once
    __u64 bytes;   // with the link-layer header, as devices count
};
