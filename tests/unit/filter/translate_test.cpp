// SPDX-License-Identifier: GPL-2.0-only
// libpcap's interpreter is the second opinion on every translated filter.
#include "filter/translate.h"
#include "machine.h"
#include "random_pair.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/filter.h>

namespace gueway {
namespace {

constexpr unsigned window = 256;

// Whether the translated program matches; nothing when the machine refuses it.
std::optional<bool> matches(const std::vector<bpf_insn>& program, Bytes bytes)
{
    const auto length = static_cast<uint32_t>(bytes.size());
    bytes.resize(window);
    const auto answer = run_machine(program, bytes, length, std::min(length, window));
    if (!answer) return {};
    return *answer != 0;
}

// What libpcap says of as much as the window shows.
bool expected(const std::vector<ClassicInstruction>& program, const Bytes& bytes)
{
    return interpret(program, std::span(bytes).first(std::min<size_t>(bytes.size(), window)),
                     static_cast<uint32_t>(bytes.size()));
}

TEST(Translate, AgreesWithLibpcapOnTenThousandRandomPairs)
{
    Random random(1);
    size_t pairs = 0, matched = 0;
    while (pairs < 10'000) {
        const auto text = expression(random);
        const auto classic = compile_expression(text);
        if (!classic) continue; // "expression rejects all packets"
        const auto program = translate(*classic, window);
        ASSERT_TRUE(program) << text << ": " << program.error().text();
        for (int i = 0; i < 5; ++i, ++pairs) {
            const auto bytes = packet(random);
            const bool right = expected(*classic, bytes);
            ASSERT_EQ(matches(*program, bytes), right) << text;
            matched += right;
        }
    }
    // Either answer is common, else the test shows little.
    EXPECT_GT(matched, pairs / 10);
    EXPECT_LT(matched, pairs * 9 / 10);
}

// All of the classic machine, also what libpcap's compiler does not use.
ClassicInstruction instruction(Random& random, unsigned left)
{
    constexpr std::array<uint16_t, 10> operations = {BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD,
                                                     BPF_OR,  BPF_AND, BPF_XOR, BPF_LSH, BPF_RSH};
    constexpr std::array<uint16_t, 4> jumps = {BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
    constexpr std::array<uint16_t, 3> sizes = {BPF_W, BPF_H, BPF_B};
    const auto k = below(random, 3) ? below(random, 40) : static_cast<uint32_t>(random());
    const auto source = static_cast<uint16_t>(below(random, 2) ? BPF_X : BPF_K);
    const auto target = [&] { return static_cast<uint8_t>(below(random, std::min(left, 4U))); };
    const auto size = sizes[below(random, sizes.size())];
    switch (below(random, 12)) {
    case 0:
        return {BPF_LD | BPF_IMM, 0, 0, k};
    case 1:
        return {BPF_LDX | BPF_IMM, 0, 0, k};
    case 2:
        return {static_cast<uint16_t>(BPF_LD | BPF_ABS | size), 0, 0, k};
    case 3:
        return {static_cast<uint16_t>(BPF_LD | BPF_IND | size), 0, 0, k};
    case 4:
        return {BPF_LDX | BPF_MSH | BPF_B, 0, 0, k};
    case 5:
        return {static_cast<uint16_t>(below(random, 2) ? BPF_ST : BPF_STX), 0, 0, k % 16};
    case 6:
        return {BPF_LD | BPF_MEM, 0, 0, k % 16};
    case 7:
        return {static_cast<uint16_t>(BPF_MISC | (k % 2 ? BPF_TAX : BPF_TXA)), 0, 0, 0};
    case 8:
        return {BPF_ALU | BPF_NEG, 0, 0, 0};
    case 9:
        return {static_cast<uint16_t>(BPF_JMP | jumps[below(random, jumps.size())] | source),
                target(), target(), k};
    default:
        return {
            static_cast<uint16_t>(BPF_ALU | operations[below(random, operations.size())] | source),
            0, 0, k};
    }
}

// Whether libpcap leaves it undefined: a division by a constant zero, a shift by more than there
// is.
bool undefined(const ClassicInstruction& one)
{
    const auto operation = BPF_OP(one.code);
    if (BPF_CLASS(one.code) != BPF_ALU || BPF_SRC(one.code) != BPF_K) return false;
    if (operation == BPF_LSH || operation == BPF_RSH) return one.k >= 32;
    return one.k == 0 && (operation == BPF_DIV || operation == BPF_MOD);
}

TEST(Translate, AgreesOnEveryInstructionOfTheClassicMachine)
{
    Random random(2);
    for (int round = 0; round < 20'000; ++round) {
        // libpcap does not clear its scratch memory.
        std::vector<ClassicInstruction> classic;
        classic.reserve(64);
        for (uint32_t slot = 0; slot < BPF_MEMWORDS; ++slot)
            classic.push_back({BPF_ST, 0, 0, slot});
        constexpr unsigned length = 12;
        for (unsigned left = length; left > 0; --left) {
            auto one = instruction(random, left);
            while (undefined(one)) one = instruction(random, left);
            classic.push_back(one);
        }
        classic.push_back({BPF_RET | BPF_A, 0, 0, 0});
        const auto program = translate(classic, window);
        ASSERT_TRUE(program) << program.error().text();
        const auto bytes = packet(random);
        ASSERT_EQ(matches(*program, bytes), expected(classic, bytes)) << "round " << round;
    }
}

TEST(Translate, RefusesWhatIsNoProgram)
{
    EXPECT_FALSE(translate({}, window));
    EXPECT_FALSE(translate({{BPF_LD | BPF_IMM, 0, 0, 1}}, window)); // falls off the end
    EXPECT_FALSE(translate({{BPF_JMP | BPF_JA, 0, 0, 7}}, window));
    EXPECT_FALSE(translate({{BPF_ST, 0, 0, 16}, {BPF_RET, 0, 0, 1}}, window));
    EXPECT_FALSE(translate({{BPF_RET, 0, 0, 1}}, 1U << 16));
}

TEST(CompileExpression, HasLibpcapsMessage)
{
    const auto bad = compile_expression("tcp and prot 80");
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().text().find("tcp and prot 80"), std::string::npos) << bad.error().text();
    EXPECT_NE(bad.error().text().find("syntax error"), std::string::npos) << bad.error().text();
    EXPECT_TRUE(bad.error().detail.ends_with(" at 'prot 80', character 9")) << bad.error().text();
    EXPECT_FALSE(compile_expression("ether host 1:2:3:4:5:6"));
    EXPECT_TRUE(compile_expression("tcp and host 198.51.100.150 and port 8000"));
    EXPECT_TRUE(compile_expression(""));
}

TEST(CompileExpression, SaysWhereItIsNotUnderstood)
{
    const auto where = [](const char* text) {
        const auto bad = compile_expression(text);
        if (bad) return std::string("none");
        const auto at = bad.error().detail.rfind(" at ");
        return at == std::string::npos ? std::string() : bad.error().detail.substr(at);
    };
    EXPECT_EQ(where("udp and (port 53 or port)"), " at 'port)', character 21");
    EXPECT_EQ(where("and tcp"), " at 'and tcp', character 1");
    EXPECT_EQ(where("tcp and"), " at its end");
    EXPECT_EQ(where("port 80 80"), " at 80, character 9");
}

} // namespace
} // namespace gueway
