// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

#include <array>
#include <cstring>

namespace gueway {

namespace {

// Where R1 and R10 point to: values that no filter makes by chance.
constexpr uint64_t window_base = 1ULL << 40, stack_top = 1ULL << 41;
constexpr size_t stack_size = 64;

class Machine {
public:
    Machine(std::span<const uint8_t> window, uint32_t length, uint32_t captured) : window_(window)
    {
        registers_[1] = window_base;
        registers_[2] = length;
        registers_[3] = captured;
        registers_[10] = stack_top;
    }

    std::optional<uint64_t> run(std::span<const bpf_insn> program)
    {
        for (size_t at = 0; at < program.size();) {
            const auto& one = program[at++];
            if (one.code == (BPF_JMP | BPF_EXIT)) return registers_[0];
            if (!step(one)) return {};
            if (jumped_) {
                if (one.off < 0) return {};
                at += static_cast<size_t>(one.off);
            }
        }
        return {};
    }

private:
    bool step(const bpf_insn& one)
    {
        jumped_ = false;
        switch (BPF_CLASS(one.code)) {
        case BPF_LDX:
            return load(one);
        case BPF_ST:
            return store(one, static_cast<uint32_t>(one.imm));
        case BPF_STX:
            return store(one, static_cast<uint32_t>(registers_[one.src_reg]));
        case BPF_ALU:
            return compute(one);
        case BPF_ALU64:
            if (one.code != (BPF_ALU64 | BPF_ADD | BPF_X)) return false;
            registers_[one.dst_reg] += registers_[one.src_reg];
            return true;
        case BPF_JMP:
            jumped_ = true;
            return one.code == (BPF_JMP | BPF_JA);
        case BPF_JMP32:
            return compare(one);
        default:
            return false;
        }
    }

    static size_t size(const bpf_insn& one)
    {
        return BPF_SIZE(one.code) == BPF_B ? 1 : BPF_SIZE(one.code) == BPF_H ? 2 : 4;
    }
    uint8_t* on_stack(uint64_t address)
    {
        const auto offset = address - (stack_top - stack_size);
        return offset <= stack_size - 4 ? stack_.data() + offset : nullptr;
    }
    bool load(const bpf_insn& one)
    {
        const auto address = registers_[one.src_reg] + static_cast<uint64_t>(one.off);
        const uint8_t* from = on_stack(address);
        if (!from) {
            const auto offset = address - window_base;
            if (offset > window_.size() || size(one) > window_.size() - offset) return false;
            from = window_.data() + offset;
        }
        registers_[one.dst_reg] = 0;
        std::memcpy(&registers_[one.dst_reg], from, size(one));
        return true;
    }
    bool store(const bpf_insn& one, uint32_t value)
    {
        auto* to = on_stack(registers_[one.dst_reg] + static_cast<uint64_t>(one.off));
        if (to) std::memcpy(to, &value, sizeof value);
        return to && BPF_SIZE(one.code) == BPF_W;
    }
    uint32_t operand(const bpf_insn& one) const
    {
        return static_cast<uint32_t>(BPF_SRC(one.code) == BPF_X ? registers_[one.src_reg]
                                                                : static_cast<uint64_t>(one.imm));
    }
    bool compute(const bpf_insn& one)
    {
        auto left = static_cast<uint32_t>(registers_[one.dst_reg]);
        const auto right = operand(one);
        switch (BPF_OP(one.code)) {
        case BPF_MOV:
            left = right;
            break;
        case BPF_ADD:
            left += right;
            break;
        case BPF_SUB:
            left -= right;
            break;
        case BPF_MUL:
            left *= right;
            break;
        case BPF_DIV:
            left = right ? left / right : 0;
            break;
        case BPF_MOD:
            left = right ? left % right : left;
            break;
        case BPF_OR:
            left |= right;
            break;
        case BPF_AND:
            left &= right;
            break;
        case BPF_XOR:
            left ^= right;
            break;
        case BPF_LSH:
            left <<= right & 31;
            break;
        case BPF_RSH:
            left >>= right & 31;
            break;
        case BPF_NEG:
            left = 0 - left;
            break;
        case BPF_END:
            left = one.imm == 16 ? __builtin_bswap16(left) : __builtin_bswap32(left);
            break;
        default:
            return false;
        }
        registers_[one.dst_reg] = left;
        return true;
    }
    bool compare(const bpf_insn& one)
    {
        const auto left = static_cast<uint32_t>(registers_[one.dst_reg]), right = operand(one);
        switch (BPF_OP(one.code)) {
        case BPF_JEQ:
            jumped_ = left == right;
            return true;
        case BPF_JGT:
            jumped_ = left > right;
            return true;
        case BPF_JGE:
            jumped_ = left >= right;
            return true;
        case BPF_JLT:
            jumped_ = left < right;
            return true;
        case BPF_JSET:
            jumped_ = left & right;
            return true;
        default:
            return false;
        }
    }

    std::span<const uint8_t> window_;
    std::array<uint64_t, 11> registers_{};
    std::array<uint8_t, stack_size> stack_{};
    bool jumped_ = false;
};

} // namespace

std::optional<uint64_t> run_machine(std::span<const bpf_insn> program,
                                    std::span<const uint8_t> window, uint32_t length,
                                    uint32_t captured)
{
    return Machine(window, length, captured).run(program);
}

} // namespace gueway
