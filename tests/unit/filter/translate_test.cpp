// SPDX-License-Identifier: GPL-2.0-only
// libpcap's interpreter is the second opinion on every translated filter.
#include "filter/translate.h"
#include "machine.h"

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

using Random = std::mt19937;

unsigned below(Random& random, unsigned limit)
{
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(random);
}

// Few addresses and ports, so that packets often match.
std::string address(Random& random)
{
    return fmt::format("198.51.100.{}", below(random, 4));
}
std::string address6(Random& random)
{
    return fmt::format("2001:db8::{}", below(random, 4));
}

std::string primitive(Random& random)
{
    constexpr std::array<const char*, 3> sides = {"", "src ", "dst "};
    constexpr std::array<const char*, 8> protocols = {"ip",   "ip6",   "tcp",  "udp",
                                                      "icmp", "icmp6", "sctp", "ip proto 47"};
    const auto side = sides[below(random, sides.size())];
    const auto number = below(random, 64);
    switch (below(random, 12)) {
    case 0:
        return fmt::format("{}host {}", side, address(random));
    case 1:
        return fmt::format("{}host {}", side, address6(random));
    case 2:
        return fmt::format("{}port {}", side, 8000 + below(random, 3));
    case 3:
        return fmt::format("{}portrange 8000-{}", side, 8000 + below(random, 3));
    case 4:
        return fmt::format("{}net 198.51.100.0/{}", side, 24 + below(random, 7));
    case 5:
        return "tcp[tcpflags] & (tcp-syn|tcp-ack) != 0";
    case 6:
        return fmt::format("ip[{}] = {}", number, below(random, 4));
    case 7:
        return fmt::format("len > {}", below(random, 300));
    case 8:
        return fmt::format("tcp[{}:{}] > {}", number, 1 << below(random, 3), below(random, 9));
    case 9:
        return fmt::format("(ip[2:2] - ((ip[0] & 0xf) << 2)) % 7 = {}", below(random, 7));
    case 10:
        return fmt::format("udp[{}:2] / ip[{}] < {}", number, below(random, 300), number);
    default:
        return protocols[below(random, protocols.size())];
    }
}

std::string expression(Random& random)
{
    std::string text = primitive(random);
    for (unsigned more = below(random, 4); more > 0; --more)
        text = fmt::format("{}({}) {} {}", below(random, 4) ? "" : "not ", text,
                           below(random, 2) ? "and" : "or", primitive(random));
    return text;
}

using Bytes = std::vector<uint8_t>;

// An IP packet with a header like those of the expressions; the rest is noise.
Bytes packet(Random& random)
{
    constexpr std::array<uint8_t, 6> protocols = {6, 17, 1, 58, 132, 47};
    Bytes bytes(20 + below(random, 280));
    for (auto& byte : bytes) byte = static_cast<uint8_t>(below(random, 6));
    const auto protocol = protocols[below(random, protocols.size())];
    const auto put = [&](size_t at, std::initializer_list<unsigned> values) {
        for (const auto value : values)
            if (at < bytes.size()) bytes[at++] = static_cast<uint8_t>(value);
    };
    const bool six = below(random, 2);
    const size_t header = six ? 40 : 4U * (5 + below(random, 3));
    if (six) {
        put(0, {0x60});
        put(6, {protocol});
        put(8, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, below(random, 4)});
        put(24, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, below(random, 4)});
    } else {
        put(0,
            {unsigned(0x40 | header / 4), 0, unsigned(bytes.size() >> 8), unsigned(bytes.size())});
        put(6, {below(random, 8) ? 0U : 0x20U, below(random, 8) ? 0U : 5U});
        put(9, {protocol});
        put(12, {198, 51, 100, below(random, 4), 198, 51, 100, below(random, 4)});
    }
    put(header, {0x1f, 0x40 + below(random, 3), 0x1f, 0x40 + below(random, 3)});
    bytes.resize(below(random, 8) ? bytes.size() : below(random, unsigned(bytes.size())));
    return bytes;
}

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
