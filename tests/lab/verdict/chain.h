// SPDX-License-Identifier: GPL-2.0-only
// A base chain of nftables that says the same to every packet; spoken as the kernel hears it
// (include/uapi/linux/netfilter/nf_tables.h), since the guest has no nft(8).
#pragma once

#include "link/namespace.h"

namespace gueway {

inline constexpr const char *chain_table = "gueway-lab", *chain_name = "gate";

enum class ChainSays { drop, accept };

// Of IPv4, where packets come in, in a table of its own; it goes away with the result.
class Chain {
public:
    static Result<Chain> add(const Namespace& where, ChainSays policy);
    Chain(Chain&& other) noexcept = default;
    Chain& operator=(Chain&&) = delete;
    ~Chain();

private:
    explicit Chain(Fd socket) : socket_(std::move(socket)) {}
    Fd socket_;
};

} // namespace gueway
