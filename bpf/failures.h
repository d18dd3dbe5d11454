// SPDX-License-Identifier: GPL-2.0-only
// What the functions on a packet's way answered, innermost first: several places of the kernel free
// a packet at one label, and only the answers tell which it was.
#pragma once

#include "follow.h"

#define LEAST_ERROR (-4095L) // include/linux/err.h: MAX_ERRNO

// The answers since a function was last entered: who enters one after a failure got over it.
struct failure_chain {
    __u32 count; // of all, also of those that found no room
    struct follow_failure failures[FOLLOW_FAILURES];
};

// `answer` is an ERR_PTR, NULL, or a packet, of which the last is no failure.
static __always_inline void add_failure(struct failure_chain* chain, __u32 function, long answer)
{
    if (answer < LEAST_ERROR || answer > 0) return;
    const __u32 at = chain->count++;
    if (at >= FOLLOW_FAILURES) return;
    chain->failures[at].function = function;
    chain->failures[at].answer = answer;
}

static __always_inline void tell_failures(struct follow_event* event,
                                          const struct failure_chain* chain)
{
    event->failed = chain->count;
    __builtin_memcpy(event->failures, chain->failures, sizeof(event->failures));
}
