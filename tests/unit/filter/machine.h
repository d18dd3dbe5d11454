// SPDX-License-Identifier: GPL-2.0-only
// As much of the kernel's BPF machine as translated filters use, and as strict as its verifier on
// the packet, the stack and the way through.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <linux/bpf.h>

namespace gueway {

// What R0 holds at the exit; nothing when the program does what the kernel would refuse: reads
// outside of `window`, jumps back or out, uses an instruction that filters do not have.
std::optional<uint64_t> run_machine(std::span<const bpf_insn> program,
                                    std::span<const uint8_t> window, uint32_t length,
                                    uint32_t captured);

} // namespace gueway
