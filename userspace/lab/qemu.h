// SPDX-License-Identifier: GPL-2.0-only
// QEMU's command line, a small type for each thing that is asked of it.
#pragma once

#include "util/process.h"
#include "util/result.h"

#include <string>
#include <vector>

namespace gueway {

// smp: two emulated processors, for function, races and ratios.
// exact: one processor whose clock counts its instructions, so that two runs agree to the byte.
enum class Lane { smp, exact };

// KVM is never chosen because /dev/kvm exists: it may exist and hang the guest.
enum class Accelerator { tcg, kvm };

namespace qemu {

struct Processor {
    Lane lane;
    Accelerator accelerator;
};
struct Memory {
    unsigned megabytes;
};
struct Boot {
    std::string kernel; // path of the bzImage
    std::string initrd; // path of the concatenated layers
    std::string command_line;
};
// One of the serial ports, in the order given: bytes go to a descriptor the child inherits, or the
// port is QEMU's own standard input and output.
struct SerialTo {
    int fd;
};
struct SerialConsole {};
struct DebugExit {}; // isa-debug-exit at protocol::exit_port
struct Bare {};      // no default devices, no display, end instead of reboot

void add(Argv& argv, const Processor& processor);
void add(Argv& argv, const Memory& memory);
void add(Argv& argv, const Boot& boot);
void add(Argv& argv, const SerialTo& serial);
void add(Argv& argv, const SerialConsole& serial);
void add(Argv& argv, const DebugExit& exit);
void add(Argv& argv, const Bare& bare);

template <class... Feature>
Argv command(const Feature&... features)
{
    Argv argv = {"qemu-system-x86_64"};
    (add(argv, features), ...);
    return argv;
}

// What the kernel is told: where its console is, that warnings print (loglevel=5; `quiet` would
// hide them from the judge), that a crash ends the run, that its timer is not to be tried against
// the host's clock, and in the exact lane that nothing random or calibrated against that clock
// enters; then `more`, words such as "lockdown=integrity".
std::string command_line(Lane lane, const std::vector<std::string>& more = {});

} // namespace qemu
} // namespace gueway
