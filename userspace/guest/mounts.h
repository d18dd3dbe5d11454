// SPDX-License-Identifier: GPL-2.0-only
// The file systems and settings a process expects of a running Linux.
#pragma once

#include "util/result.h"

namespace gueway::guest {

// Mounts proc, sysfs, devtmpfs, devpts, tracefs, bpffs and the tmpfs directories; makes the
// symlinks of /dev. Kernels without one of tracefs, bpffs or debugfs go on without it.
Result<void> mount_all();

// Brings up the loopback device of this network namespace: a namespace whose lo is down has no
// local routing table, and IPVS then answers EINVAL to every worker.
Result<void> loopback_up();

} // namespace gueway::guest
