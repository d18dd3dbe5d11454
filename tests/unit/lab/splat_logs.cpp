// SPDX-License-Identifier: GPL-2.0-only
// What the kernel says when it finds a fault, or hangs.
#include "judge_logs.h"

namespace gueway {

std::vector<LogCase> splat_logs()
{
    return {
        {.name = "WarnWithTrace",
         .log = R"([    7.301122] ------------[ cut here ]------------
[    7.301589] WARNING: CPU: 1 PID: 231 at net/core/skbuff.c:5212 skb_try_coalesce+0x2d1/0x3b0
[    7.302277] Modules linked in: ip_vs_mh ip_vs nf_conntrack fou ip6_udp_tunnel udp_tunnel veth
[    7.303100] CPU: 1 PID: 231 Comm: gwflow Not tainted 6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2
[    7.304011] RIP: 0010:skb_try_coalesce+0x2d1/0x3b0
[    7.305900] Call Trace:
[    7.306100]  <TASK>
[    7.306301]  tcp_try_coalesce.part.0+0x2f/0x120
[    7.306702]  tcp_queue_rcv+0x6a/0x140
[    7.307100]  </TASK>
[    7.307311] ---[ end trace 0000000000000000 ]---
[    7.400000] eth0: link up
)",
         .what = "WARN",
         .line = "skb_try_coalesce+0x2d1",
         .last = "end trace"},
        {.name = "WarnInTheWordsOf7",
         .log = R"([    6.000001] ------------[ cut here ]------------
[    6.000101] WARNING: net/core/dev.c:3312 at skb_warn_bad_offload+0x84/0x130, CPU#0: gwflow/312
[    6.000301] Call Trace:
[    6.000901] ---[ end trace 0000000000000000 ]---
)",
         .what = "WARN",
         .line = "skb_warn_bad_offload",
         .last = "end trace"},
        {.name = "KernelBug",
         .log =
             R"([    9.811002] skbuff: skb_under_panic: text:ffffffffc0a3b1c2 len:1528 put:28 head:ffff8a0c03a2c800 data:ffff8a0c03a2c7f4 tail:0x5ec end:0x6c0 dev:d1
[    9.812377] ------------[ cut here ]------------
[    9.812801] kernel BUG at net/core/skbuff.c:116!
[    9.813250] invalid opcode: 0000 [#1] PREEMPT SMP NOPTI
[    9.813790] CPU: 0 PID: 0 Comm: swapper/0 Not tainted 6.1.0-56-cloud-amd64 #1
[    9.817000] Call Trace:
[    9.817199]  <IRQ>
[    9.821311] ---[ end trace 0000000000000000 ]---
[    9.822001] Kernel panic - not syncing: Fatal exception in interrupt
[    9.822601] Kernel Offset: 0x1c000000 from 0xffffffff81000000
[    9.823001] ---[ end Kernel panic - not syncing: Fatal exception in interrupt ]---
)",
         .what = "skb overrun",
         .line = "skb_under_panic",
         .last = "end trace",
         .panicked = true},
        {.name = "NullDereference",
         .log = R"([   11.100001] BUG: kernel NULL pointer dereference, address: 0000000000000018
[   11.100501] #PF: supervisor read access in kernel mode
[   11.100911] #PF: error_code(0x0000) - not-present page
[   11.101301] PGD 0 P4D 0
[   11.101511] Oops: 0000 [#1] PREEMPT SMP NOPTI
[   11.102001] CPU: 1 PID: 402 Comm: ip Tainted: G           OE      6.1.0-56-cloud-amd64 #1
[   11.102901] RIP: 0010:ip_vs_tunnel_xmit+0x188/0x6f0 [ip_vs]
[   11.109001] ---[ end trace 0000000000000000 ]---
[   11.110001] Kernel panic - not syncing: Fatal exception
)",
         .what = "null dereference",
         .line = "address: 0000000000000018",
         .last = "end trace",
         .panicked = true},
        {.name = "PageFault",
         .log = R"([    5.500001] BUG: unable to handle page fault for address: ffff8a0d03a2c800
[    5.500511] #PF: supervisor write access in kernel mode
[    5.501011] Oops: 0002 [#1] SMP NOPTI
[    5.509001] ---[ end trace 1f2e3d4c5b6a7988 ]---
)",
         .what = "page fault",
         .line = "ffff8a0d03a2c800",
         .last = "end trace 1f2e3d4c5b6a7988"},
        {.name = "GeneralProtectionFault",
         .log =
             R"([    8.200001] general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] PREEMPT SMP NOPTI
[    8.200911] CPU: 0 PID: 12 Comm: kworker/0:1 Not tainted
[    8.209001] ---[ end trace 0000000000000000 ]---
)",
         .what = "general protection fault",
         .line = "0xdead000000000122",
         .last = "end trace"},
        {.name = "OopsInTheWordsOf6_12",
         .log =
             R"([    8.200001] Oops: general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] PREEMPT SMP NOPTI
[    8.209001] ---[ end trace 0000000000000000 ]---
)",
         .what = "Oops",
         .line = "0xdead000000000122",
         .last = "end trace"},
        {.name = "DivideError",
         .log = R"([    8.300001] divide error: 0000 [#1] PREEMPT SMP NOPTI
[    8.309001] ---[ end trace 0000000000000000 ]---
)",
         .what = "Oops",
         .line = "divide error",
         .last = "end trace"},
        {.name = "DoubleFault",
         .log = R"([    2.910001] traps: PANIC: double fault, error_code: 0x0
[    2.910311] double fault: 0000 [#1] PREEMPT SMP NOPTI
[    2.910911] CPU: 1 PID: 1 Comm: init Not tainted 6.12.117+deb12-cloud-amd64 #1  Debian 6.12.117-1~deb12u1
[    2.911501] RIP: 0010:___slab_alloc+0x4c3/0x1190
[    2.918001] Kernel panic - not syncing: Fatal exception in interrupt
[    2.919001] ---[ end Kernel panic - not syncing: Fatal exception in interrupt ]---
)",
         .what = "double fault",
         .line = "traps: PANIC",
         .last = "end Kernel panic",
         .panicked = true},
        {.name = "UbsanShift",
         .log =
             R"([    4.400001] ================================================================================
[    4.400511] UBSAN: shift-out-of-bounds in net/netfilter/ipvs/ip_vs_mh.c:312:20
[    4.401001] shift exponent 64 is too large for 32-bit type 'int'
[    4.401501] CPU: 0 PID: 300 Comm: ipvsadm Not tainted
[    4.402001] Call Trace:
[    4.409001] ================================================================================
)",
         .what = "UBSAN",
         .line = "shift-out-of-bounds",
         .last = "====="},
        {.name = "Refcount",
         .log = R"([   12.000001] ------------[ cut here ]------------
[   12.000301] refcount_t: underflow; use-after-free.
[   12.000611] WARNING: CPU: 0 PID: 501 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110
[   12.009001] ---[ end trace 0000000000000000 ]---
)",
         .what = "refcount",
         .line = "underflow",
         .last = "end trace"},
        {.name = "Kasan",
         .log = R"([   15.000001] ==================================================================
[   15.000511] BUG: KASAN: slab-use-after-free in __ip_vs_get_out_rt+0x3e1/0x1240
[   15.001001] Read of size 8 at addr ffff888007c2a018 by task gwflow/411
[   15.003001] Call Trace:
[   15.008001] Allocated by task 300:
[   15.009001] ==================================================================
[   15.009501] Disabling lock debugging due to kernel taint
)",
         .what = "KASAN",
         .line = "slab-use-after-free",
         .last = "Disabling lock debugging"},
        {.name = "Kfence",
         .log = R"([   15.000001] ==================================================================
[   15.000511] BUG: KFENCE: out-of-bounds read in fou_build_header+0x41/0x90
)",
         .what = "KFENCE",
         .line = "out-of-bounds read",
         .last = "KFENCE"},
        {.name = "SlabPoison",
         .log =
             R"([   15.000001] =============================================================================
[   15.000511] BUG skbuff_head_cache (Tainted: G           OE     ): Poison overwritten
)",
         .what = "slab corruption",
         .line = "Poison overwritten",
         .last = "Poison"},
        {.name = "Lockdep",
         .log = R"([   10.000001] ======================================================
[   10.000311] WARNING: possible circular locking dependency detected
[   10.000611] 6.1.192 #2 Not tainted
[   10.000911] ------------------------------------------------------
[   10.001201] ipvsadm/301 is trying to acquire lock:
[   10.002001]  *** DEADLOCK ***
)",
         .what = "lockdep",
         .line = "circular locking",
         .last = "DEADLOCK"},
        {.name = "SuspiciousRcu",
         .log = R"([   10.000001] =============================
[   10.000311] WARNING: suspicious RCU usage
[   10.000911] net/netfilter/ipvs/ip_vs_ctl.c:601 suspicious rcu_dereference_check() usage!
)",
         .what = "lockdep",
         .line = "suspicious RCU usage",
         .last = "suspicious rcu_dereference_check"},
        {.name = "ListCorruption",
         .log =
             R"([   10.500001] list_del corruption. prev->next should be ffff8a0c03a2c818, but was dead000000000122. (prev=ffff8a0c03a2c718)
[   10.500501] ------------[ cut here ]------------
[   10.500801] kernel BUG at lib/list_debug.c:59!
)",
         .what = "list corruption",
         .line = "list_del corruption",
         .last = "kernel BUG at"},
        {.name = "SchedulingWhileAtomic",
         .log = R"([   10.500001] BUG: scheduling while atomic: gwflow/411/0x00000102
[   10.501001] Call Trace:
)",
         .what = "scheduling while atomic",
         .line = "0x00000102",
         .last = "Call Trace"},
        {.name = "PanicWithoutInit",
         .log =
             R"([    1.500001] Kernel panic - not syncing: No working init found.  Try passing init= option to kernel. See Linux Documentation/admin-guide/init.rst for guidance.
[    1.501001] CPU: 0 PID: 1 Comm: swapper/0 Not tainted
[    1.509001] ---[ end Kernel panic - not syncing: No working init found. ]---
)",
         .what = "panic",
         .line = "No working init found",
         .last = "end Kernel panic",
         .panicked = true},
        {.name = "PanicWithAWarnEarlier",
         .log = R"([    7.000001] ------------[ cut here ]------------
[    7.000301] WARNING: CPU: 1 PID: 231 at net/ipv4/fou.c:981 fou_build_udp+0x91/0xa0 [fou]
[    7.009001] ---[ end trace 0000000000000000 ]---
[    9.000001] ip_vs: some ordinary line
[    9.500001] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b
)",
         .what = "WARN",
         .line = "fou_build_udp",
         .last = "end trace",
         .panicked = true},
        {.name = "ChecksumFault",
         .log = R"([   13.000001] d1: hw csum failure
[   13.000301] skb len=1528 headroom=106 headlen=1528 tailroom=0
)",
         .what = "bad checksum",
         .line = "d1: hw csum failure",
         .last = "skb len"},
        {.name = "DeviceLeak",
         .log = "[   30.000001] unregister_netdevice: waiting for d0 to become free. Usage "
                "count = 2\n",
         .what = "device leak",
         .line = "Usage count = 2",
         .last = "Usage count"},
    };
}

std::vector<LogCase> lockup_logs()
{
    return {
        {.name = "SoftLockup",
         .log = R"([   52.000001] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [gwflow:411]
[   52.000911] Modules linked in: ip_vs
[   52.001911] RIP: 0010:native_queued_spin_lock_slowpath+0x6a/0x2c0
)",
         .what = "soft lockup",
         .line = "CPU#1 stuck for 22s!",
         .last = "RIP"},
        {.name = "HardLockup",
         .log = R"([   52.000001] watchdog: Watchdog detected hard LOCKUP on cpu 0
[   52.000911] Modules linked in: ip_vs
)",
         .what = "hard lockup",
         .line = "hard LOCKUP on cpu 0",
         .last = "Modules"},
        {.name = "HardLockupInTheWordsOf6_6",
         .log = "[   52.000001] watchdog: CPU0: Watchdog detected hard LOCKUP on cpu 1\n",
         .what = "hard lockup",
         .line = "on cpu 1",
         .last = "on cpu 1"},
        {.name = "RcuStall",
         .log = R"([   61.000001] rcu: INFO: rcu_preempt self-detected stall on CPU
[   61.000311] rcu: 	1-....: (5249 ticks this GP) idle=5c8c/1/0x4000000000000000 softirq=2011/2011 fqs=2624
[   61.001001] 	(t=5250 jiffies g=1561 q=11 ncpus=2)
)",
         .what = "RCU stall",
         .line = "self-detected stall",
         .last = "t=5250"},
        {.name = "RcuStallOnOthers",
         .log = "[   61.000001] rcu: INFO: rcu_sched detected stalls on CPUs/tasks:\n",
         .what = "RCU stall",
         .line = "detected stalls",
         .last = "detected stalls"},
        {.name = "RcuKthreadStarved",
         .log = "[   61.000001] rcu: rcu_preempt kthread starved for 5250 jiffies! g1561 f0x0 "
                "RCU_GP_WAIT_FQS(5) ->state=0x0 ->cpu=1\n",
         .what = "RCU stall",
         .line = "kthread starved",
         .last = "kthread starved"},
        {.name = "HungTask",
         .log = R"([  242.000001] INFO: task ip:402 blocked for more than 120 seconds.
[  242.000311]       Not tainted 6.1.0-56-cloud-amd64 #1 Debian 6.1.192-2
[  242.000611] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
[  242.001001] task:ip              state:D stack:0     pid:402   ppid:400    flags:0x00004002
)",
         .what = "hung task",
         .line = "task ip:402 blocked",
         .last = "state:D"},
        {.name = "WorkqueueLockup",
         .log = "[   61.000001] BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck "
                "for 35s!\n",
         .what = "workqueue lockup",
         .line = "stuck for 35s",
         .last = "stuck"},
    };
}

} // namespace gueway
