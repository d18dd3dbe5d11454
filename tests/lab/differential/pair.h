// SPDX-License-Identifier: GPL-2.0-only
// Two network namespaces that start alike: ipvsadm works in one, directorctl in the other.
//
//     gwadm<pid>-i: lo, d0 (dummy, 10.9.0.1/24, 2001:db8:9::1/64)     ipvsadm
//     gwadm<pid>-d: the same                                          directorctl
#pragma once

#include "ipvs/client.h"
#include "link/namespace.h"
#include "util/process.h"

#include <string>
#include <vector>

namespace gueway {

class Pair {
public:
    static Result<Pair> make();

    struct Outcomes {
        Outcome ipvsadm, directorctl;
    };
    // One command line without the program's name, by each in its own namespace.
    Outcomes run(const Argv& words, const std::string& input = {}) const;
    // By each in the same namespace, the first one.
    Outcomes run_in_one(const Argv& words) const;
    // ipvsadm as a second opinion on both.
    Outcomes ask_ipvsadm(const Argv& words) const;

    // Empty when both kernels hold the same services with the same settings, and the same workers
    // in the same order; else what differs.
    std::string state_difference() const;
    // Both as they were at first.
    Result<void> clear() const;

    const Namespace& ipvsadm() const { return ipvsadm_; }
    const Namespace& directorctl() const { return directorctl_; }

private:
    Pair(Namespace ipvsadm, Namespace directorctl)
        : ipvsadm_(std::move(ipvsadm)), directorctl_(std::move(directorctl))
    {}
    Namespace ipvsadm_, directorctl_;
};

} // namespace gueway
