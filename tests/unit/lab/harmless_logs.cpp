// SPDX-License-Identifier: GPL-2.0-only
// How a log begins, and lines that only look like a report.
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

} // namespace gueway
