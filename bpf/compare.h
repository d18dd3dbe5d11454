// SPDX-License-Identifier: GPL-2.0-only
// Comparisons without a branch, 1 or 0: the verifier would go each way of each, times all others.
// The numbers are below 2^31; the compiler must not see that it is a comparison, nor that the
// result is a bit: it would make `s>>= 31` and `&= constant` of a product, at which newer verifiers
// (Debian's 6.12) go two ways.
#pragma once

#include <bpf/bpf_helpers.h>
#include <linux/types.h>

static __always_inline __u32 is_more(__u32 a, __u32 b)
{
    __u32 more = (b - a) >> 31;
    barrier_var(more);
    return more;
}

static __always_inline __u32 equal(__u32 a, __u32 b)
{
    __u32 difference = a ^ b;
    barrier_var(difference);
    __u32 is_equal = (difference - 1) >> 31;
    barrier_var(is_equal);
    return is_equal;
}

static __always_inline __u32 differ(__u32 a, __u32 b)
{
    return equal(a, b) ^ 1;
}

// `value` where the condition is 1, else 0, for what is to have a bound: the verifier knows none of
// a product, nor of a disjunction. Of a constant it may go two ways here too.
static __always_inline __u32 where(__u32 condition, __u32 value)
{
    return -condition & value;
}
