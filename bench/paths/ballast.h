// SPDX-License-Identifier: GPL-2.0-only
// Packets that nobody reads, held to make the kernel's allocators forget: what was there before has
// left them slabs that are full in part, and which of them a packet meets is some per cent of its
// cost when it becomes 45 segments. With all of those filled up, packets come from fresh ones.
#pragma once

#include "util/fd.h"
#include "util/result.h"

namespace gueway::bench {

// Until destruction. Move-only.
class Ballast {
public:
    static Result<Ballast> take();

private:
    Ballast(Fd one, Fd other) : one_(std::move(one)), other_(std::move(other)) {}
    Fd one_, other_;
};

} // namespace gueway::bench
