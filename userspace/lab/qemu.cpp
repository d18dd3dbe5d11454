// SPDX-License-Identifier: GPL-2.0-only
#include "lab/qemu.h"

#include "lab/protocol.h"

#include <fmt/format.h>

namespace gueway::qemu {

namespace {

void append(Argv& argv, std::initializer_list<std::string> words)
{
    argv.insert(argv.end(), words);
}

} // namespace

// cx16: QEMU 7.2's cmpxchg16b corrupts the flags under two processors, and 6.12's slab allocator
// then dies at random. erms: a kernel told of it copies and clears by bytes, each of which is
// emulated; without, a boot takes a fifth less. The exact lane's figures are with it.
void add(Argv& argv, const Processor& processor)
{
    const bool kvm = processor.accelerator == Accelerator::kvm;
    if (processor.lane == Lane::smp) {
        append(argv, {"-cpu", kvm ? "host" : "max,-cx16,-erms"});
        append(argv, {"-accel", kvm ? "kvm" : "tcg,thread=multi", "-smp", "2"});
        return;
    }
    append(argv, {"-cpu", kvm ? "host" : "max,-cx16"});
    append(argv, {"-accel", kvm ? "kvm" : "tcg", "-smp", "1", "-seed", "1"});
    append(argv, {"-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"});
}

void add(Argv& argv, const Memory& memory)
{
    append(argv, {"-m", fmt::format("{}M", memory.megabytes)});
}

void add(Argv& argv, const Boot& boot)
{
    append(argv, {"-kernel", boot.kernel, "-initrd", boot.initrd, "-append", boot.command_line});
}

void add(Argv& argv, const SerialTo& serial)
{
    append(argv, {"-serial", fmt::format("file:/dev/fd/{}", serial.fd)});
}

void add(Argv& argv, const SerialConsole&)
{
    append(argv, {"-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"});
}

void add(Argv& argv, const DebugExit&)
{
    append(argv,
           {"-device", fmt::format("isa-debug-exit,iobase={:#x},iosize=1", protocol::exit_port)});
}

void add(Argv& argv, const Bare&)
{
    append(argv, {"-nodefaults", "-display", "none", "-no-reboot"});
}

// no_timer_check: at boot the kernel counts timer interrupts over ten ticks, and panics ("IO-APIC +
// timer doesn't work") when the host gave the emulated processor no time in them.
std::string command_line(Lane lane, const std::vector<std::string>& more)
{
    std::string words = "console=ttyS0 loglevel=5 panic=-1 oops=panic";
    if (lane == Lane::exact) words += " nokaslr norandmaps tsc=reliable";
    words += " no_timer_check";
    for (const auto& word : more) words += " " + word;
    return words;
}

} // namespace gueway::qemu
