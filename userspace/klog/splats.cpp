// SPDX-License-Identifier: GPL-2.0-only
#include "klog/splats.h"

namespace gueway {

namespace {

constexpr std::string_view cut_here = "------------[ cut here ]------------";
constexpr std::string_view end_trace = "---[ end trace ";
constexpr std::string_view end_panic = "---[ end Kernel panic";
constexpr std::string_view panic = "Kernel panic - not syncing";

// The words of 5.10 to 7.x; the file of the kernel that prints them is named where it is not
// obvious. More special rows come first: the first that fits names the class.
constexpr Splat table[] = {
    {"panic", panic, "", true},
    {"panic", end_panic, "", true},
    {"KASAN", "BUG: KASAN:", ""},
    {"KFENCE", "BUG: KFENCE:", ""},
    {"KCSAN", "BUG: KCSAN:", ""},
    {"KMSAN", "BUG: KMSAN:", ""},
    {"scheduling while atomic", "BUG: scheduling while atomic", ""},
    {"sleeping in atomic context", "BUG: sleeping function called from invalid context", ""},
    {"page fault", "BUG: unable to handle", "", true},
    {"null dereference", "BUG: kernel NULL pointer dereference", "", true},
    {"workqueue lockup", "BUG: workqueue lockup", ""},
    {"BUG", "BUG: ", ""},
    {"BUG", "kernel BUG at ", "", true},
    {"slab corruption", "BUG ", "ainted"}, // mm/slub.c: "BUG kmalloc-64 (Not tainted): ..."
    {"lockdep", "[ BUG: ", ""},            // kernel/locking/lockdep.c
    {"lockdep", "WARNING: possible ", ""},
    {"lockdep", "WARNING: inconsistent lock state", ""},
    {"lockdep", "WARNING: bad unlock balance", ""},
    {"lockdep", "WARNING: held lock freed", ""},
    {"lockdep", "WARNING: lock held when returning", ""},
    {"lockdep", "WARNING: suspicious RCU usage", ""},
    {"lockdep", "WARNING: ", "-safe -> "},
    {"lockdep", "INFO: trying to register non-static key", ""},
    {"lockdep", "DEBUG_LOCKS_WARN_ON(", ""},
    {"WARN", "WARNING: ", ""}, // kernel/panic.c: "CPU: ..." up to 6.18, then "FILE:LINE at ..."
    {"UBSAN", "UBSAN: ", ""},
    {"Oops", "Oops: ", "", true},
    {"Oops", "Internal error: ", ""},
    {"page fault", "Unable to handle kernel ", ""},
    {"general protection fault", "general protection fault", ""},
    {"double fault", "traps: PANIC: double fault", ""},
    {"double fault", "PANIC: double fault", ""},
    {"double fault", "double fault: ", ""},
    {"KASAN", "kasan: GPF could be caused by", ""},
    {"soft lockup", "watchdog: BUG: soft lockup", ""},
    {"hard lockup", "watchdog: ", "hard LOCKUP"},
    {"hard lockup", "NMI watchdog: ", "hard LOCKUP"},
    {"soft lockup", "NMI watchdog: BUG: soft lockup", ""},
    {"RCU stall", "rcu: INFO: ", "stall"},
    {"RCU stall", "INFO: rcu_", "stall"},
    {"RCU stall", "rcu: ", "kthread starved for"},
    {"RCU stall", "rcu: ", "kthread timer wakeup didn't happen"},
    {"hung task", "INFO: task ", "blocked "}, // kernel/hung_task.c
    {"refcount", "refcount_t: ", ""},
    {"list corruption", "list_add corruption", ""},
    {"list corruption", "list_del corruption", ""},
    {"memory corruption", "pagealloc: memory corruption", ""},
    {"memory leak", "kmemleak: ", "new suspected memory leak"},
    {"CFI", "CFI failure at ", ""},
    {"skb overrun", "skbuff: skb_over_panic", ""}, // net/core/skbuff.c
    {"skb overrun", "skbuff: skb_under_panic", ""},
    {"bad checksum", "", ": hw csum failure"},          // net/core/dev.c, netdev_rx_csum_fault
    {"bad skb header", "protocol ", " is buggy, dev "}, // net/core/dev.c, dev_queue_xmit_nit
    {"device leak", "unregister_netdevice: waiting for ", ""},
};

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// The line of die(), whatever the trap is called: "invalid opcode: 0000 [#1] PREEMPT SMP".
bool is_die(std::string_view message)
{
    const auto at = message.find(" [#");
    if (at == message.npos || at < 6 || message.substr(at - 6, 2) != ": ") return false;
    for (size_t i = at - 4; i < at; ++i)
        if (!is_hex(message[i])) return false;
    return true;
}

constexpr Splat die = {"Oops", "", " [#"};
constexpr Splat cut = {"cut here", cut_here, "", true};

bool fits(const Splat& row, std::string_view message)
{
    return message.starts_with(row.begins) &&
           message.find(row.holds, row.begins.size()) != message.npos;
}

} // namespace

const Splat* find_splat(std::string_view message)
{
    if (is_cut_here(message)) return &cut;
    for (const auto& row : table)
        if (fits(row, message)) return &row;
    return is_die(message) ? &die : nullptr;
}

bool is_cut_here(std::string_view message)
{
    return message.starts_with(cut_here);
}

bool is_end_of_trace(std::string_view message)
{
    return message.starts_with(end_trace) || message.starts_with(end_panic);
}

bool is_panic(std::string_view message)
{
    return message.starts_with(panic) || message.starts_with(end_panic);
}

} // namespace gueway
