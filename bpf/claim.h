// SPDX-License-Identifier: GPL-2.0-only
// Being the only one who has something, on kernels before 5.12 too, which cannot add and get the
// result at once: of two that come at the same time, both may leave what was free.
#pragma once

#include <bpf/bpf_helpers.h>
#include <linux/types.h>

static __always_inline void give_back(__u32* users)
{
    __sync_fetch_and_add(users, -1);
}

// 1 when it is the caller's now, else 0.
static __always_inline int claim(__u32* users)
{
    __sync_fetch_and_add(users, 1);
    if (*(volatile __u32*)users == 1) return 1;
    give_back(users);
    return 0;
}
