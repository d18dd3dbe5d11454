// SPDX-License-Identifier: GPL-2.0-only
// How a guest ends.
#pragma once

namespace gueway::guest {

// Ends the machine through isa-debug-exit; where port access is refused (lockdown) or the device is
// missing, by a reboot, which -no-reboot turns into an end. Never returns.
[[noreturn]] void power_off();

// Ends every process but this one and reaps them: nothing a command left behind meets the next.
void end_all_processes();

} // namespace gueway::guest
