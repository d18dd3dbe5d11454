// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/ballast.h"

#include "util/file.h"

#include <array>
#include <string_view>

#include <sys/socket.h>

namespace gueway::bench {

namespace {

// Empty slabs go back, so that those of the last time are not met.
Result<void> shrink_caches()
{
    const char* const caches[] = {"skbuff_head_cache", "skbuff_small_head", "kmalloc-512",
                                  "kmalloc-1k", "kmalloc-2k"};
    for (const char* cache : caches) {
        const auto file = fs::path("/sys/kernel/slab") / cache / "shrink";
        if (fs::exists(file)) TRY(write_existing(file, "1"));
    }
    return {};
}

// A packet of this payload; with struct skb_shared_info behind it, it is of one of the caches.
Result<void> hold(const Fd& socket, size_t payload, unsigned packets)
{
    static constexpr std::array<char, 1400> bytes{};
    for (unsigned i = 0; i < packets; ++i)
        TRY(write_all(socket.get(), {bytes.data(), payload}, "ballast"));
    return {};
}

} // namespace

Result<Ballast> Ballast::take()
{
    constexpr int room = 256 << 20;
    constexpr unsigned packets = 1000;
    TRY(shrink_caches());
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return errno_error("ballast", "open a pair of sockets");
    Ballast made{Fd(ends[0]), Fd(ends[1])};
    if (::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0)
        return errno_error("ballast", "set SO_SNDBUFFORCE");
    for (const size_t payload : {size_t{16}, size_t{400}, size_t{1400}})
        TRY(hold(made.one_, payload, packets));
    return made;
}

} // namespace gueway::bench
