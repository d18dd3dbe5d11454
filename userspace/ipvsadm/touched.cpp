// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/touched.h"

#include <cstring>

namespace gueway::ipvsadm {

namespace {

// One step of a multiplicative hash over 64 bits (splitmix64's finalizer multiplier).
uint64_t mixed(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0xbf58476d1ce4e5b9U;
    return hash ^ hash >> 29U;
}

uint64_t mixed(uint64_t hash, const Address& address)
{
    uint64_t halves[2];
    std::memcpy(halves, address.bytes.data(), sizeof halves);
    return mixed(mixed(mixed(hash, static_cast<uint64_t>(address.family)), halves[0]), halves[1]);
}

uint64_t hashed(const Command& command)
{
    const auto& key = command.service.key;
    uint64_t hash =
        mixed(1, uint64_t{key.fwmark} << 32U | uint64_t{key.port} << 16U | key.protocol);
    hash = mixed(hash, key.address);
    if (command.has(Option::server))
        hash = mixed(mixed(hash, command.worker.address), command.worker.port + 1U);
    return hash ? hash : 1;
}

} // namespace

bool Touched::add(const Command& command)
{
    const uint64_t hash = hashed(command);
    size_t at = hash % room;
    while (slots_[at] && slots_[at] != hash) at = (at + 1) % room;
    const bool added = !slots_[at];
    slots_[at] = hash;
    return added;
}

void Touched::clear()
{
    slots_.fill(0);
}

} // namespace gueway::ipvsadm
