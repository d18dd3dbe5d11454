// SPDX-License-Identifier: GPL-2.0-only
// One running guest: QEMU, its kernel log and its messages, watched until it ends.
#pragma once

#include "lab/protocol.h"
#include "lab/qemu.h"
#include "util/deadline.h"

#include <functional>
#include <string>
#include <vector>

namespace gueway {

struct MachineSpec {
    fs::path kernel;                 // bzImage
    std::vector<std::string> layers; // cpio archives, concatenated in this order
    Lane lane = Lane::smp;
    Accelerator accelerator = Accelerator::tcg;
    unsigned memory = 1024;                // MB
    std::vector<std::string> kernel_words; // more for the kernel's command line
    bool shell = false;                    // ttyS2 on our standard input and output
};

// Told of what the guest says while it runs, and asked how long it may go on.
struct Watcher {
    std::function<Result<void>(const protocol::Message&)> message;
    std::function<void(std::string_view)> console; // bytes of the kernel log
    std::function<Deadline()> deadline;
};

// How a guest ended:
//   orderly      QEMU ended by itself (whether the guest said `end` is the watcher's to know)
//   timed_out    the watcher's deadline passed; QEMU was killed
//   interrupted  netlab was told to stop (see interrupt.h); QEMU was killed
//   failed       the lab could not go on (an unreadable message, a full disk); `words` says why
struct MachineEnd {
    enum class Why { orderly, timed_out, interrupted, failed };
    Why why = Why::orderly;
    std::string words; // what QEMU wrote to its standard error, or what the lab has to say
};

// An Error means that the lab failed: no QEMU, a message that cannot be read. Nothing is left
// behind, whatever happens: the initrd lives in memory, and QEMU dies with its parent.
Result<MachineEnd> run_machine(const MachineSpec& spec, const Watcher& watcher);

} // namespace gueway
