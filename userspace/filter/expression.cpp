// SPDX-License-Identifier: GPL-2.0-only
#include "filter/expression.h"

#include "util/text.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <pcap/pcap.h>

namespace gueway {

namespace {

struct HandleDeleter {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

bool compiles(pcap_t* handle, const std::string& expression)
{
    bpf_program compiled{};
    if (pcap_compile(handle, &compiled, expression.c_str(), 0, PCAP_NETMASK_UNKNOWN) != 0)
        return false;
    pcap_freecode(&compiled);
    return true;
}

// libpcap does not tell where it stopped to understand: behind the longest beginning that a word
// or two could complete. Other complaints quote what they are about.
std::string where(pcap_t* handle, const std::string& expression)
{
    constexpr std::array<const char*, 6> completions = {"", " tcp", " 1", ")", " tcp)", " 1)"};
    const auto known = words(expression);
    const auto understood = [&](size_t length) {
        return std::ranges::any_of(completions, [&](const char* completion) {
            return compiles(handle, expression.substr(0, length) + completion);
        });
    };
    if (understood(expression.size())) return " at its end";
    for (size_t count = known.size(); count-- > 0;) {
        const auto begin = static_cast<size_t>(known[count].data() - expression.data());
        if (understood(begin))
            return fmt::format(" at {}, character {}",
                               gueway::quoted(std::string_view(expression).substr(begin)),
                               begin + 1);
    }
    return {};
}

} // namespace

Result<std::vector<ClassicInstruction>> compile_expression(const std::string& expression)
{
    constexpr int whole_packet = 65535, optimize = 1;
    const std::unique_ptr<pcap_t, HandleDeleter> handle(pcap_open_dead(DLT_RAW, whole_packet));
    if (!handle) return error("libpcap", "open", "out of memory");
    bpf_program compiled{};
    if (pcap_compile(handle.get(), &compiled, expression.c_str(), optimize, PCAP_NETMASK_UNKNOWN) !=
        0) {
        const std::string message = pcap_geterr(handle.get());
        const bool misread = message.find("syntax error") != message.npos;
        return error("filter " + quoted(expression), "compile",
                     misread ? message + where(handle.get(), expression) : message,
                     "see pcap-filter(7); packets begin with their IP header here");
    }
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
