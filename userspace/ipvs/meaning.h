// SPDX-License-Identifier: GPL-2.0-only
// What the kernel means by an errno when it refuses a service or a worker
// (net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_genl_set_cmd and what it calls). It says no words itself.
#pragma once

#include "ipvs/model.h"

#include <string>

namespace gueway::ipvs {

// Both may be empty.
struct Meaning {
    std::string detail, remedy;
};

// `service` is the one that was asked for, or whose worker was (`of_worker`).
Meaning meaning(int code, const Service& service, bool of_worker);

} // namespace gueway::ipvs
