// SPDX-License-Identifier: GPL-2.0-only
// What the fuzz targets share. A target is one file: it reads what somebody else may have written
// and holds the reader to a property, not only to "does not crash". `make fuzz` runs them all.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include <fmt/format.h>

// libFuzzer's entry, defined by each target; always returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace gueway {

// Ends the process when a property does not hold: libFuzzer then keeps the input.
inline void must(bool holds, std::string_view property)
{
    if (holds) return;
    fmt::print(stderr, "does not hold: {}\n", property);
    std::abort();
}

inline std::string_view text_of(const uint8_t* data, size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

// Turns one bit over, whichever the number leads to.
inline void flip_bit(std::span<std::byte> bytes, uint64_t number)
{
    if (bytes.empty()) return;
    bytes[number / 8 % bytes.size()] ^= std::byte{1} << (number % 8);
}

// The input as a row of little-endian numbers, for targets whose input is steps and not text. After
// its end come zeros.
class Numbers {
public:
    Numbers(const uint8_t* data, size_t size) : left_(std::as_bytes(std::span(data, size))) {}

    template <std::unsigned_integral T>
    T next()
    {
        T value{};
        const size_t n = std::min(sizeof value, left_.size());
        std::memcpy(&value, left_.data(), n);
        left_ = left_.subspan(n);
        return value;
    }
    bool empty() const { return left_.empty(); }
    std::span<const std::byte> rest() const { return left_; }

private:
    std::span<const std::byte> left_;
};

} // namespace gueway
