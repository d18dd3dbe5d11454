// SPDX-License-Identifier: GPL-2.0-only
#include "flow/payload.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <endian.h>

// Header only, so that a guest needs no library more. Scalar, because a lab guest is emulated: each
// SSE2 multiplication would be a call into QEMU, while plain 64-bit ones are translated in place.
#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_SCALAR
#include <xxhash.h>

namespace gueway::flow {

namespace {

constexpr uint64_t golden = 0x9e3779b97f4a7c15;

uint64_t finalize(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

// Word number `index` of the stream that starts from `origin`, as it lies in memory.
uint64_t word(uint64_t origin, uint64_t index)
{
    return htole64(finalize(origin + (index + 1) * golden));
}

constexpr size_t word_size = sizeof(uint64_t);

XXH3_state_t* as_state(void* state)
{
    return static_cast<XXH3_state_t*>(state);
}

} // namespace

uint64_t mixed(uint64_t value)
{
    return finalize(value + golden);
}

void fill_payload(std::span<std::byte> out, uint64_t seed, uint64_t offset)
{
    // Streams of neighbouring seeds must not be shifted copies of each other.
    const uint64_t origin = mixed(seed);
    uint64_t index = offset / word_size;
    const auto part = [&](size_t skip, size_t size) {
        const uint64_t bytes = word(origin, index++);
        std::memcpy(out.data(), reinterpret_cast<const char*>(&bytes) + skip, size);
        out = out.subspan(size);
    };
    if (const size_t skip = offset % word_size; skip != 0)
        part(skip, std::min(word_size - skip, out.size()));
    // Where nearly all the time goes: whole words, whose copy is one instruction.
    while (out.size() >= word_size) part(0, word_size);
    if (!out.empty()) part(0, out.size());
}

uint64_t hash_of(std::span<const std::byte> bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash::Hash() : state_(::operator new(sizeof(XXH3_state_t), std::align_val_t(64)))
{
    restart();
}

void Hash::Free::operator()(void* state) const
{
    ::operator delete(state, std::align_val_t(64));
}

void Hash::restart()
{
    XXH3_INITSTATE(as_state(state_.get()));
    XXH3_64bits_reset(as_state(state_.get()));
}

void Hash::update(std::span<const std::byte> bytes)
{
    XXH3_64bits_update(as_state(state_.get()), bytes.data(), bytes.size());
}

uint64_t Hash::digest() const
{
    return XXH3_64bits_digest(as_state(state_.get()));
}

} // namespace gueway::flow
