// SPDX-License-Identifier: GPL-2.0-only
// Closing file descriptors whose last close takes long, without waiting for it.
#pragma once

#include <functional>

namespace gueway {

// Calls `close`, which closes descriptors of this process, while another process has them too: that
// one has nothing to do but to end behind us, and the kernel's work falls to it. Where no process
// can be made the caller waits after all.
//
// Why: the kernel takes a program off a function only after a grace period of all tasks, 0.13 s on
// 6.1 and 6.12, for one function after the other, and lets whoever closes the link wait
// (kernel/bpf/trampoline.c, ftrace_shutdown()).
void close_in_background(const std::function<void()>& close);

} // namespace gueway
