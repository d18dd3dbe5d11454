// SPDX-License-Identifier: GPL-2.0-only
#include "judge_logs.h"

namespace gueway {

using enum Verdict::Kind;

std::string boot_banner()
{
    return R"(SeaBIOS (version 1.16.2-debian-1.16.2-1)
Booting from ROM...
[    0.000000] Linux version 6.1.0-56-cloud-amd64 (builder@host) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2
[    0.000000] Command line: console=ttyS0 loglevel=7 panic=-1 oops=panic
[    0.021000] Kernel command line: console=ttyS0 loglevel=7 panic=-1 oops=panic
)";
}

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

std::vector<LogCase> mangled_logs()
{
    return {
        {.name = "CutInTheMiddleOfALine",
         .log = "[    5.500001] BUG: unable to han",
         .what = "BUG",
         .line = "unable to han",
         .last = "unable to han"},
        {.name = "CutAfterCutHere",
         .log = "[    5.500001] ------------[ cut here ]------------\n",
         .what = "cut here",
         .line = "cut here",
         .last = "cut here"},
        {.name = "TwoProcessorsOnOneLine",
         .log =
             "[    5.500001] veth: device up[    5.500107] BUG: kernel NULL pointer dereference, "
             "address: 0000000000000000\n[    5.500200] ip_vs: ordinary\n"
             "[    5.501000] ---[ end trace 0000000000000000 ]---\n",
         .what = "null dereference",
         .line = "[    5.500107] BUG: kernel NULL",
         .last = "end trace"},
        {.name = "OtherProcessorBetweenTheLines",
         .log = "[    5.500001] ------------[ cut here ]------------\n"
                "[    5.500011] d0: Caught tx_queue_len zero misconfig\n"
                "[    5.500021] WARNING: CPU: 1 PID: 9 at net/core/dev.c:3312 foo+0x1/0x2\n"
                "[    5.501000] ---[ end trace 0000000000000000 ]---\n",
         .what = "WARN",
         .line = "net/core/dev.c:3312",
         .last = "end trace"},
        {.name = "CarriageReturnsOfTheSerialLine",
         .log = "[    5.500001] WARNING: CPU: 1 PID: 9 at net/core/dev.c:3312 foo+0x1/0x2\r\r\n"
                "[    5.501000] ---[ end trace 0000000000000000 ]---\r\n",
         .what = "WARN",
         .line = "foo+0x1/0x2",
         .last = "0000 ]---"},
        {.name = "WithCallerIds",
         .log =
             "[    5.500001][  T411] WARNING: CPU: 1 PID: 411 at net/core/dev.c:3312 foo+0x1/0x2\n"
             "[    5.501000][  T411] ---[ end trace 0000000000000000 ]---\n",
         .what = "WARN",
         .line = "T411] WARNING",
         .last = "end trace"},
        {.name = "AfterAProgramsHalfLine",
         .log = "progress 50%[    5.500001] UBSAN: array-index-out-of-bounds in fs/x.c:1:2\n",
         .what = "UBSAN",
         .line = "array-index-out-of-bounds",
         .last = "array-index"},
        {.name = "PanicWhoseStampWasLost",
         .log = "Kernel panic - not syncing: Fatal exception\n",
         .what = "panic",
         .line = "Fatal exception",
         .last = "Fatal exception",
         .panicked = true},
        {.name = "NoTimeStampsAtAll",
         .log = "Linux version 6.1.0 (me@here)\nKernel command line: console=ttyS0\n"
                "WARNING: CPU: 0 PID: 1 at init/main.c:1 start+0x1/0x2\n",
         .what = "WARN",
         .line = "init/main.c:1",
         .last = "init/main.c:1",
         .bare = true},
        {.name = "SplatWithoutABanner",
         .log = "[    5.500001] Oops: 0000 [#1] SMP\n",
         .what = "Oops",
         .line = "Oops: 0000",
         .last = "Oops: 0000",
         .bare = true},
        {.name = "SplatInAQuietLog",
         .log = "[    0.000000] Linux version 6.1.0\n[    0.0] x\n"
                "[    0.000000] Kernel command line: quiet\n"
                "[    5.500001] Kernel panic - not syncing: VFS\n",
         .what = "panic",
         .line = "VFS",
         .last = "VFS",
         .panicked = true,
         .bare = true},
    };
}

std::vector<LogCase> harmless_logs()
{
    const auto clean_log = [](std::string name, std::string log) {
        return LogCase{.name = std::move(name), .log = std::move(log), .kind = clean};
    };
    return {
        clean_log("OrdinaryBoot", R"([    0.000000] BIOS-provided physical RAM map:
[    0.410001] Spectre V1 : Mitigation: usercopy/swapgs barriers and __user pointer sanitization
[    0.410101] Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on, data leaks possible via Spectre v2 BHB attacks!
[    0.410201] MDS: Vulnerable: Clear CPU buffers attempted, no microcode
[    0.410301] MMIO Stale Data: Unknown: No mitigations
[    0.710001] ACPI BIOS Warning (bug): Incorrect checksum in table [APIC] - 0x00, should be 0x8B (20220331/tbprint-173)
[    0.720001] ACPI BIOS Error (bug): Could not resolve symbol [\_SB.PCI0], AE_NOT_FOUND (20220331/dswload2-162)
[    1.010001] RAS: Correctable Errors collector initialized.
[    1.020001] Warning: unable to open an initial console.
[    1.030001] NMI watchdog: Perf NMI watchdog permanently disabled
[    1.040001] clocksource: timekeeping watchdog on CPU0: Marking clocksource 'tsc' as unstable because the skew is too large:
[    1.050001] rcu: Hierarchical RCU implementation.
[    1.060001] ip_vs: loading out-of-tree module taints kernel.
[    1.070001] ip_vs: module verification failed: signature and/or required key missing - tainting kernel
[    1.080001] printk: console [ttyS0] enabled
[    1.090001] x86/mm: Checked W+X mappings: passed, no W+X pages found.
[    1.100001] UBSAN_SHIFT is not set
[    1.110001] debug: refcount_t checks on, list_add corruption checks on
[    1.120001] Run /init as init process
)"),
        clean_log(
            "CommandLineEcho",
            "[    1.000001] init: oops=panic panic=-1 BUG: WARNING: on the command line\n"
            "[    1.000002] Unknown kernel command line parameters \"oops\", will be passed\n"),
        clean_log("ProgramsOnTheConsole", "WARNING: can't open /etc/modules: No such file\n"
                                          "BUG: my program thinks it is funny\n"
                                          "INFO: task list is empty, blocked on nothing\n"
                                          "make: warning: Clock skew detected.\n"),
        clean_log(
            "ACrashedProgramIsNotTheKernel",
            R"([    8.000001] gwflow[411]: segfault at 0 ip 0000559a0c3b1139 sp 00007ffd2b error 4 in gwflow[559a0c3b1000+1000]
[    8.100001] traps: gwflow[412] general protection fault ip:7f1c sp:7ffd error:0 in libc.so.6[7f1c+195000]
[    8.200001] traps: gwflow[413] trap divide error ip:55 sp:7f error:0 in gwflow
[    8.300001] gwflow: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), nodemask=(null)
[    8.300101] Call Trace:
[    8.400001] Out of memory: Killed process 415 (gwflow) total-vm:2097152kB
)"),
        clean_log("RcuAtWork",
                  "[    0.100000] rcu: 	RCU calculated value of scheduler-enlistment "
                  "delay is 25 jiffies.\n"
                  "[    0.200000] rcu: INFO: nothing to see\n"),
        clean_log("BracketsThatAreNoTrap", "[    0.100000] pci 0000:00:01.0: [8086:7000] type 00 "
                                           "class 0x060100\n"
                                           "[    0.200000] channel: abcdef [#1] of 4\n"),
        {.name = "MarkerInsteadOfTheBanner",
         .log = "[    2.100000] " + std::string(judge_marker) + "\n",
         .kind = clean,
         .bare = true},
        {.name = "MarkerDisprovesAQuietCommandLine",
         .log = "[    0.000000] Linux version 6.1.0\n"
                "[    0.000000] Kernel command line: quiet ignored=1\n"
                "[    2.100000] " +
                std::string(judge_marker) + "\n",
         .kind = clean,
         .bare = true},
        {.name = "QuietUndoneLater",
         .log = "[    0.000000] Linux version 6.1.0\n"
                "[    0.000000] Kernel command line: quiet loglevel=5\n",
         .kind = clean,
         .bare = true},
    };
}

std::vector<LogCase> unscannable_logs()
{
    const auto bare = [](std::string name, std::string log) {
        return LogCase{
            .name = std::move(name), .log = std::move(log), .kind = unscannable, .bare = true};
    };
    const std::string banner = "[    0.000000] Linux version 6.1.0-56-cloud-amd64 (b@h)\n";
    return {
        bare("Empty", ""),
        bare("OnlyWhiteSpace", "\r\n\r\n  \n"),
        bare("OnlyTheFirmware", "SeaBIOS (version 1.16.2)\nBooting from ROM...\n"),
        bare("NoBanner", "[    1.000001] ip_vs: Registered protocols (TCP, UDP)\n"),
        bare("BannerOfAProgram", "[    1.000001] x\nLinux version 6.1 (echoed by a script)\n"),
        bare("Quiet", banner + "[    0.000000] Command line: console=ttyS0 quiet\n"),
        bare("QuietAfterALevel", banner + "[    0.000000] Kernel command line: loglevel=7 quiet\n"),
        bare("LowLevel", banner + "[    0.000000] Kernel command line: loglevel=4 panic=-1\n"),
        bare("LowerLevel", banner + "[    0.000000] Kernel command line: loglevel=8 loglevel=1\n"),
    };
}

} // namespace gueway
