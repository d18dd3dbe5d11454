// SPDX-License-Identifier: GPL-2.0-only
// Reports that the console tore, and logs that cannot be judged.
#include "judge_logs.h"

namespace gueway {

using enum Verdict::Kind;

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
