// SPDX-License-Identifier: GPL-2.0-only
// Whether the devices under a tunnel leave its segmentation to the kernel, which is where the
// inner-MAC bug strikes: by the features that are on (include/linux/netdev_features.h,
// net_gso_ok), and by what is known of a driver that takes back what its features promise.
#pragma once

#include "doctor/settings.h"
#include "encap/encap.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway::doctor {

//   unaffected  the kernel's software segmentation of this tunnel does not read the wrong offset
//   hidden      the device segments: the bug does not show
//   possible    the device says that it segments, but may not
//   exposed     the kernel segments
enum class Exposure : uint8_t { unaffected, hidden, possible, exposed };
std::string_view name(Exposure exposure); // "unaffected", ...

// A tunnel that is in use on a device.
//   missing    features that are not on, "tx-udp_tnl-segmentation of d1"
//   knowledge  what is known of the device's driver, of `possible`; not measured
//   dropped, dropping  packets, of all devices of the way: see DeviceFacts
//   workers    how many
struct Segmentation {
    std::string device;
    Encap encap; // without its port, but for GUE
    int underlay = AF_INET;
    Exposure exposure = Exposure::unaffected;
    std::vector<std::string> missing;
    std::string driver, knowledge;
    uint64_t dropped = 0, dropping = 0;
    size_t workers = 0;
    std::string text() const; // "gue:5501 over IPv4 by d1"
};

// One for each tunnel and device that workers are reached by.
std::vector<Segmentation> segmentations(const Settings& settings);

// What a device must have on to segment TCP of either family in this tunnel. Empty: no device does
// (GUE with remote checksum).
std::vector<std::string_view> needed_features(const Encap& encap, int underlay);

} // namespace gueway::doctor
