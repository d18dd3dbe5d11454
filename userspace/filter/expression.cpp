// SPDX-License-Identifier: GPL-2.0-only
#include "filter/expression.h"

#include "util/text.h"

#include <memory>

#include <pcap/pcap.h>

namespace gueway {

namespace {

struct HandleDeleter {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

} // namespace

Result<std::vector<ClassicInstruction>> compile_expression(const std::string& expression)
{
    constexpr int whole_packet = 65535, optimize = 1;
    const std::unique_ptr<pcap_t, HandleDeleter> handle(pcap_open_dead(DLT_RAW, whole_packet));
    if (!handle) return error("libpcap", "open", "out of memory");
    bpf_program compiled{};
    if (pcap_compile(handle.get(), &compiled, expression.c_str(), optimize, PCAP_NETMASK_UNKNOWN) !=
        0)
        return error("filter " + quoted(expression), "compile", pcap_geterr(handle.get()),
                     "see pcap-filter(7); packets begin with their IP header here");
    const Defer free([&] { pcap_freecode(&compiled); });
    std::vector<ClassicInstruction> program;
    program.reserve(compiled.bf_len);
    for (const auto& one : std::span(compiled.bf_insns, compiled.bf_len))
        program.push_back({one.code, one.jt, one.jf, one.k});
    return program;
}

bool interpret(const std::vector<ClassicInstruction>& program, std::span<const uint8_t> bytes,
               uint32_t length)
{
    std::vector<bpf_insn> instructions;
    instructions.reserve(program.size());
    for (const auto& one : program)
        instructions.push_back({one.code, one.jump_true, one.jump_false, one.k});
    return bpf_filter(instructions.data(), bytes.data(), length,
                      static_cast<u_int>(bytes.size())) != 0;
}

} // namespace gueway
