// SPDX-License-Identifier: GPL-2.0-only
// From the classic BPF machine to the kernel's.
#pragma once

#include "filter/expression.h"
#include "util/result.h"

#include <vector>

struct bpf_insn;

namespace gueway {

// A function for the kernel's BPF machine that answers as interpret() does:
//   R1  the packet's first bytes: memory of which `window` bytes may be read
//   R2  length of the packet
//   R3  how many of the bytes are the packet's, at most `window`
//   R0  on return: not 0 when it matches
// It calls nothing, has no loops, no code that cannot be reached, and uses R0 to R5 and 64 bytes of
// stack. What reads behind the window does not match. `window` is at most 32767.
Result<std::vector<bpf_insn>> translate(const std::vector<ClassicInstruction>& program,
                                        unsigned window);

} // namespace gueway
