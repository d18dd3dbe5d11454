// SPDX-License-Identifier: GPL-2.0-only
// Translated filters in the kernel's own BPF machine, verifier and compiler included: libpcap's
// interpreter is the second opinion on what they say of random packets.
#include "bpf/follow.h"
#include "filter/translate.h"
#include "tests/unit/filter/random_pair.h"
#include "util/fd.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>

namespace gueway {
namespace {

// What the program finds in its table.
struct Input {
    uint32_t length, captured;
    std::array<uint8_t, FOLLOW_WINDOW> window;
};

bpf_insn instruction(int code, uint8_t to, uint8_t from, int16_t offset, int32_t value)
{
    bpf_insn made{};
    made.code = static_cast<uint8_t>(code);
    made.dst_reg = to & 0xf;
    made.src_reg = from & 0xf;
    made.off = offset;
    made.imm = value;
    return made;
}

// Calls the filter with the packet in the table, and returns its answer.
std::vector<bpf_insn> around(const std::vector<bpf_insn>& filter, int table)
{
    std::vector<bpf_insn> all = {
        instruction(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
        instruction(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, table),
        instruction(0, 0, 0, 0, 0),
        instruction(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
        instruction(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
        instruction(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
        instruction(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0),
        instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
        instruction(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_0, offsetof(Input, length), 0),
        instruction(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_3, BPF_REG_0, offsetof(Input, captured), 0),
        instruction(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_0, 0, 0),
        instruction(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, offsetof(Input, window)),
        instruction(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 1),
        instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    all.insert(all.end(), filter.begin(), filter.end());
    return all;
}

class KernelFilter {
public:
    KernelFilter(const std::vector<bpf_insn>& filter, int table) : table_(table)
    {
        const auto all = around(filter, table);
        log_.assign(1 << 16, '\0');
        LIBBPF_OPTS(bpf_prog_load_opts, options, .log_level = 1,
                    .log_size = static_cast<uint32_t>(log_.size()), .log_buf = log_.data());
        program_ = Fd(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "filter", "GPL", all.data(),
                                    all.size(), &options));
    }
    bool loaded() const { return static_cast<bool>(program_); }
    const char* log() const { return log_.data(); } // the verifier's

    // Nothing when the kernel does not run it.
    std::optional<bool> matches(std::span<const uint8_t> packet) const
    {
        Input input{};
        input.length = static_cast<uint32_t>(packet.size());
        input.captured = std::min<uint32_t>(input.length, FOLLOW_WINDOW);
        std::copy_n(packet.begin(), input.captured, input.window.begin());
        const uint32_t first = 0;
        if (bpf_map_update_elem(table_, &first, &input, BPF_ANY) != 0) return {};
        const std::array<uint8_t, 64> frame{}; // which the program does not look at
        LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.data(),
                    .data_size_in = frame.size());
        if (bpf_prog_test_run_opts(program_.get(), &options) != 0) return {};
        return options.retval != 0;
    }

private:
    int table_;
    std::string log_;
    Fd program_;
};

bool expected(const std::vector<ClassicInstruction>& program, std::span<const uint8_t> packet)
{
    return interpret(program, packet.first(std::min<size_t>(packet.size(), FOLLOW_WINDOW)),
                     static_cast<uint32_t>(packet.size()));
}

TEST(KernelFilter, AgreesWithLibpcapOnTenThousandRandomPairs)
{
    constexpr size_t wanted = 10'000, packets_each = 25;
    const Fd table(
        bpf_map_create(BPF_MAP_TYPE_ARRAY, "packet", sizeof(uint32_t), sizeof(Input), 1, nullptr));
    ASSERT_TRUE(table) << std::strerror(errno);
    Random random(3);
    size_t pairs = 0, expressions = 0, matched = 0;
    while (pairs < wanted) {
        const auto text = expression(random);
        const auto classic = compile_expression(text);
        if (!classic) continue; // "expression rejects all packets"
        const auto program = translate(*classic, FOLLOW_WINDOW);
        ASSERT_TRUE(program) << text << ": " << program.error().text();
        const KernelFilter filter(*program, table.get());
        ASSERT_TRUE(filter.loaded()) << text << ": " << std::strerror(errno) << filter.log();
        ++expressions;
        for (size_t i = 0; i < packets_each; ++i, ++pairs) {
            const auto bytes = packet(random);
            const bool right = expected(*classic, bytes);
            ASSERT_EQ(filter.matches(bytes), right) << text;
            matched += right;
        }
    }
    fmt::print("{} pairs of {} expressions, {} match\n", pairs, expressions, matched);
    // Either answer is common, else the test shows little.
    EXPECT_GT(matched, pairs / 10);
    EXPECT_LT(matched, pairs * 9 / 10);
}

} // namespace
} // namespace gueway
