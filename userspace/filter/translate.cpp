// SPDX-License-Identifier: GPL-2.0-only
#include "filter/translate.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <linux/bpf.h>
#include <linux/filter.h>

namespace gueway {

namespace {

constexpr uint8_t a = BPF_REG_0, packet = BPF_REG_1, wire_length = BPF_REG_2, captured = BPF_REG_3,
                  x = BPF_REG_4, temporary = BPF_REG_5, stack = BPF_REG_10;

unsigned load_size(uint16_t code)
{
    switch (BPF_SIZE(code)) {
    case BPF_B:
        return 1;
    case BPF_H:
        return 2;
    default:
        return 4;
    }
}

bool is_load(const ClassicInstruction& one)
{
    const auto mode = BPF_MODE(one.code);
    if (BPF_CLASS(one.code) == BPF_LDX) return mode == BPF_MSH;
    return BPF_CLASS(one.code) == BPF_LD && (mode == BPF_ABS || mode == BPF_IND);
}

bool divides(const ClassicInstruction& one)
{
    const auto operation = BPF_OP(one.code);
    return BPF_CLASS(one.code) == BPF_ALU && (operation == BPF_DIV || operation == BPF_MOD);
}

// An instruction that ends every run without a match.
bool fails(const ClassicInstruction& one, unsigned window)
{
    if (is_load(one)) return one.k > window || load_size(one.code) > window - one.k;
    return divides(one) && BPF_SRC(one.code) == BPF_K && one.k == 0;
}

// Where an instruction goes on: none for one that ends the program.
std::vector<size_t> followers(const ClassicInstruction& one, size_t at)
{
    switch (BPF_CLASS(one.code)) {
    case BPF_RET:
        return {};
    case BPF_JMP:
        if (BPF_OP(one.code) == BPF_JA) return {at + 1 + one.k};
        return {at + 1 + one.jump_true, at + 1 + one.jump_false};
    default:
        return {at + 1};
    }
}

class Translation {
public:
    Translation(std::vector<ClassicInstruction> program, unsigned window)
        : program_(std::move(program)), window_(window)
    {}

    Result<std::vector<bpf_insn>> run();

private:
    struct Jump {
        size_t from; // index in code_
        size_t to;   // index in program_, or `fail`
    };
    static constexpr size_t fail = std::numeric_limits<size_t>::max();

    Result<void> find_reachable();
    void begin();
    Result<void> translate(const ClassicInstruction& one, size_t at);
    Result<void> load(const ClassicInstruction& one);
    void load_packet(const ClassicInstruction& one);
    void load_indirect(const ClassicInstruction& one);
    Result<void> compute(const ClassicInstruction& one);
    void shift_by_x(uint8_t operation);
    Result<void> jump(const ClassicInstruction& one, size_t at);
    Result<void> resolve();

    void emit(uint8_t code, uint8_t to, uint8_t from = 0, int16_t offset = 0, int32_t value = 0)
    {
        bpf_insn made{};
        made.code = code;
        made.dst_reg = to;
        made.src_reg = from;
        made.off = offset;
        made.imm = value;
        code_.push_back(made);
    }
    void move(uint8_t to, uint8_t from) { emit(BPF_ALU | BPF_MOV | BPF_X, to, from); }
    void set(uint8_t to, uint32_t value)
    {
        emit(BPF_ALU | BPF_MOV | BPF_K, to, 0, 0, static_cast<int32_t>(value));
    }
    void jump_if(uint8_t operation, uint8_t left, uint32_t right, size_t target)
    {
        jumps_.push_back({code_.size(), target});
        emit(BPF_JMP32 | operation | BPF_K, left, 0, 0, static_cast<int32_t>(right));
    }
    void go(size_t target)
    {
        jumps_.push_back({code_.size(), target});
        emit(BPF_JMP | BPF_JA, 0);
    }
    void leave() { emit(BPF_JMP | BPF_EXIT, 0); }
    static int16_t slot(uint32_t number) { return static_cast<int16_t>(-4 * (int(number) + 1)); }

    std::vector<ClassicInstruction> program_;
    unsigned window_;
    std::vector<bool> reachable_;
    std::vector<size_t> starts_; // of each classic instruction in code_
    std::vector<bpf_insn> code_;
    std::vector<Jump> jumps_;
};

Error unknown(const ClassicInstruction& one)
{
    return error("filter", "translate", fmt::format("unknown instruction {:#x}", one.code));
}

// Jumps only go forward (the kernel's bpf_check_classic), so one pass sees all.
Result<void> Translation::find_reachable()
{
    reachable_.assign(program_.size(), false);
    if (program_.empty()) return error("filter", "translate", "no instructions");
    reachable_[0] = true;
    for (size_t at = 0; at < program_.size(); ++at) {
        auto& one = program_[at];
        if (fails(one, window_)) one = {BPF_RET | BPF_K, 0, 0, 0};
        if (!reachable_[at]) continue;
        for (const auto next : followers(one, at)) {
            if (next >= program_.size())
                return error("filter", "translate", "it jumps out of itself");
            reachable_[next] = true;
        }
    }
    return {};
}

// Everything begins at zero. The verifier wants memory to be written before it is read.
void Translation::begin()
{
    set(a, 0);
    set(x, 0);
    for (uint32_t number = 0; number < BPF_MEMWORDS; ++number)
        emit(BPF_ST | BPF_MEM | BPF_W, stack, 0, slot(number), 0);
}

// The bounds are known to the verifier: `window_` bytes may be read.
void Translation::load_packet(const ClassicInstruction& one)
{
    const auto size = load_size(one.code);
    jump_if(BPF_JLT, captured, one.k + size, fail);
    emit(BPF_LDX | BPF_MEM | BPF_SIZE(one.code), a, packet, static_cast<int16_t>(one.k));
    if (size > 1) emit(BPF_ALU | BPF_END | BPF_TO_BE, a, 0, 0, static_cast<int32_t>(8 * size));
}

void Translation::load_indirect(const ClassicInstruction& one)
{
    const auto size = load_size(one.code);
    // X may be anything: what is compared must not wrap around.
    jump_if(BPF_JGT, x, window_ - one.k - size, fail);
    move(temporary, x);
    emit(BPF_ALU | BPF_ADD | BPF_K, temporary, 0, 0, static_cast<int32_t>(one.k + size));
    jumps_.push_back({code_.size(), fail});
    emit(BPF_JMP32 | BPF_JGT | BPF_X, temporary, captured);
    move(temporary, x);
    emit(BPF_ALU64 | BPF_ADD | BPF_X, temporary, packet);
    emit(BPF_LDX | BPF_MEM | BPF_SIZE(one.code), a, temporary, static_cast<int16_t>(one.k));
    if (size > 1) emit(BPF_ALU | BPF_END | BPF_TO_BE, a, 0, 0, static_cast<int32_t>(8 * size));
}

Result<void> Translation::load(const ClassicInstruction& one)
{
    const auto to = BPF_CLASS(one.code) == BPF_LD ? a : x;
    switch (BPF_MODE(one.code)) {
    case BPF_IMM:
        set(to, one.k);
        return {};
    case BPF_LEN:
        move(to, wire_length);
        return {};
    case BPF_MEM:
        if (one.k >= BPF_MEMWORDS) return unknown(one);
        emit(BPF_LDX | BPF_MEM | BPF_W, to, stack, slot(one.k));
        return {};
    case BPF_ABS:
        load_packet(one);
        return {};
    case BPF_IND:
        load_indirect(one);
        return {};
    case BPF_MSH: // the length of an IPv4 header
        jump_if(BPF_JLT, captured, one.k + 1, fail);
        emit(BPF_LDX | BPF_MEM | BPF_B, x, packet, static_cast<int16_t>(one.k));
        emit(BPF_ALU | BPF_AND | BPF_K, x, 0, 0, 0xf);
        emit(BPF_ALU | BPF_LSH | BPF_K, x, 0, 0, 2);
        return {};
    default:
        return unknown(one);
    }
}

// A shift by 32 or more leaves nothing, where the kernel's machine would take the rest of 32.
void Translation::shift_by_x(uint8_t operation)
{
    emit(BPF_JMP32 | BPF_JLT | BPF_K, x, 0, 2, 32);
    set(a, 0);
    emit(BPF_JMP | BPF_JA, 0, 0, 1);
    emit(BPF_ALU | operation | BPF_X, a, x);
}

Result<void> Translation::compute(const ClassicInstruction& one)
{
    const uint8_t operation = BPF_OP(one.code);
    const bool shifts = operation == BPF_LSH || operation == BPF_RSH;
    switch (operation) {
    case BPF_ADD:
    case BPF_SUB:
    case BPF_MUL:
    case BPF_DIV:
    case BPF_MOD:
    case BPF_OR:
    case BPF_AND:
    case BPF_XOR:
    case BPF_LSH:
    case BPF_RSH:
        break;
    case BPF_NEG:
        emit(BPF_ALU | BPF_NEG, a);
        return {};
    default:
        return unknown(one);
    }
    if (BPF_SRC(one.code) == BPF_X) {
        if (shifts) {
            shift_by_x(operation);
            return {};
        }
        if (divides(one)) jump_if(BPF_JEQ, x, 0, fail);
        emit(BPF_ALU | operation | BPF_X, a, x);
    } else if (shifts && one.k >= 32) {
        set(a, 0);
    } else {
        emit(BPF_ALU | operation | BPF_K, a, 0, 0, static_cast<int32_t>(one.k));
    }
    return {};
}

Result<void> Translation::jump(const ClassicInstruction& one, size_t at)
{
    const uint8_t operation = BPF_OP(one.code);
    if (operation == BPF_JA) {
        go(at + 1 + one.k);
        return {};
    }
    if (operation != BPF_JEQ && operation != BPF_JGT && operation != BPF_JGE &&
        operation != BPF_JSET)
        return unknown(one);
    jumps_.push_back({code_.size(), at + 1 + one.jump_true});
    emit(BPF_JMP32 | operation | BPF_SRC(one.code), a, BPF_SRC(one.code) == BPF_X ? x : 0, 0,
         static_cast<int32_t>(BPF_SRC(one.code) == BPF_X ? 0 : one.k));
    // Always, though the next instruction follows anyway: the verifier counts it for nothing.
    if (one.jump_false != 0) go(at + 1 + one.jump_false);
    return {};
}

Result<void> Translation::translate(const ClassicInstruction& one, size_t at)
{
    switch (BPF_CLASS(one.code)) {
    case BPF_LD:
    case BPF_LDX:
        return load(one);
    case BPF_ST:
    case BPF_STX:
        if (one.k >= BPF_MEMWORDS) return unknown(one);
        emit(BPF_STX | BPF_MEM | BPF_W, stack, BPF_CLASS(one.code) == BPF_ST ? a : x, slot(one.k));
        return {};
    case BPF_ALU:
        return compute(one);
    case BPF_JMP:
        return jump(one, at);
    case BPF_RET:
        if (BPF_RVAL(one.code) == BPF_K) set(a, one.k != 0);
        leave();
        return {};
    default: // BPF_MISC
        if (BPF_MISCOP(one.code) == BPF_TAX)
            move(x, a);
        else
            move(a, x);
        return {};
    }
}

// Fills the offsets of jumps, and adds the common end of those that fail.
Result<void> Translation::resolve()
{
    const size_t end = code_.size();
    if (std::ranges::any_of(jumps_, [](const Jump& jump) { return jump.to == fail; })) {
        set(a, 0);
        leave();
    }
    for (const auto& [from, to] : jumps_) {
        const auto offset = (to == fail ? end : starts_[to]) - from - 1;
        if (offset > static_cast<size_t>(std::numeric_limits<int16_t>::max()))
            return error("filter", "translate", "it is too long");
        code_[from].off = static_cast<int16_t>(offset);
    }
    return {};
}

Result<std::vector<bpf_insn>> Translation::run()
{
    TRY(find_reachable());
    begin();
    starts_.assign(program_.size(), 0);
    for (size_t at = 0; at < program_.size(); ++at) {
        starts_[at] = code_.size();
        if (reachable_[at]) TRY(translate(program_[at], at));
    }
    TRY(resolve());
    return std::move(code_);
}

} // namespace

Result<std::vector<bpf_insn>> translate(const std::vector<ClassicInstruction>& program,
                                        unsigned window)
{
    if (window > static_cast<unsigned>(std::numeric_limits<int16_t>::max()))
        return error("filter", "translate", "the window is too large");
    return Translation(program, window).run();
}

} // namespace gueway
