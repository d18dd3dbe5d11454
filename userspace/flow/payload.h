// SPDX-License-Identifier: GPL-2.0-only
// What the bytes of a message are, and the hash that tells whether they arrived as they were sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace gueway::flow {

// One step of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
// OOPSLA 2014): any two inputs give unrelated outputs.
uint64_t mixed(uint64_t value);

// The seed of something that belongs to `seed` as its number `index`.
inline uint64_t derived_seed(uint64_t seed, uint64_t index)
{
    return mixed(mixed(seed) + index);
}

// Fills `out` with the bytes `offset`... of the pseudo-random stream of `seed`. Any part of the
// stream can be made without what comes before it, so nobody has to keep bytes to send them later.
// The stream is SplitMix64 in counter mode, its words little endian.
void fill_payload(std::span<std::byte> out, uint64_t seed, uint64_t offset);

// XXH3-64 of bytes that are all there.
uint64_t hash_of(std::span<const std::byte> bytes, uint64_t seed = 0);

// XXH3-64 of a stream of bytes. Move-only; not to be used after being moved from.
class Hash {
public:
    Hash();
    void update(std::span<const std::byte> bytes);
    uint64_t digest() const;
    void restart();

private:
    struct Free {
        void operator()(void* state) const;
    };
    std::unique_ptr<void, Free> state_; // XXH3_state_t, whose header stays out of ours
};

} // namespace gueway::flow
