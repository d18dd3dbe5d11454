// SPDX-License-Identifier: GPL-2.0-only
// Whether a kernel has what cells of SCTP take (matrix::Abilities::sctp).
#pragma once

#include "lab/kernel.h"
#include "util/result.h"

namespace gueway {

// By its modules. IPVS that is built in, or stripped of all names, is taken to know SCTP: the cells
// then tell that it does not.
Result<bool> has_sctp(const Kernel& kernel);

// The kernel that is running, as root: loads ip_vs and sctp, as a run does.
Result<bool> has_sctp_here();

} // namespace gueway
