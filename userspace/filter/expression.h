// SPDX-License-Identifier: GPL-2.0-only
// pcap-filter(7) expressions, compiled by libpcap for packets that begin with their IP header.
#pragma once

#include "util/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gueway {

// An instruction of the classic BPF machine, as <linux/filter.h> and <pcap/bpf.h> have it: their
// headers exclude each other.
struct ClassicInstruction {
    uint16_t code;
    uint8_t jump_true, jump_false; // counted from the next instruction
    uint32_t k;
    bool operator==(const ClassicInstruction&) const = default;
};

// An Error quotes the expression and has libpcap's message.
Result<std::vector<ClassicInstruction>> compile_expression(const std::string& expression);

// libpcap's own interpreter: whether the packet matches. `length` is that of the packet, of which
// the bytes may be the beginning.
bool interpret(const std::vector<ClassicInstruction>& program, std::span<const uint8_t> bytes,
               uint32_t length);

} // namespace gueway
