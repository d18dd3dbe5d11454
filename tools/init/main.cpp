// SPDX-License-Identifier: GPL-2.0-only
// The guest's first process: mounts, loads the plan's modules, runs its commands, says how each
// ended, and turns the machine off. Static, because nothing else is there yet.
#include "guest/modules.h"
#include "guest/mounts.h"
#include "guest/outbox.h"
#include "guest/power.h"
#include "guest/runner.h"
#include "guest/shell.h"
#include "lab/judge.h"
#include "util/file.h"
#include "util/module.h"

#include <cstdlib>

#include <fmt/format.h>

namespace {

using namespace gueway;
using protocol::Message;

void set_environment()
{
    ::clearenv();
    ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/usr/lib/busybox", 1);
    ::setenv("HOME", "/root", 1);
    ::setenv("LANG", "C", 1);
    ::setenv("TERM", "xterm-256color", 1);
    ::sethostname("netlab", 6);
    [[maybe_unused]] const int there = ::chdir("/root");
}

// For the judge: a log without this line could not have shown a warning either.
Result<void> mark_log()
{
    return write_existing("/dev/kmsg", fmt::format("<{}>{}", judge_marker_level, judge_marker));
}

int run_plan(const protocol::Plan& plan, const guest::Port& port)
{
    guest::Outbox outbox(protocol::out_directory);
    int first = 0;
    for (const auto& command : plan.commands) {
        const int status = guest::run_command(command, port);
        guest::end_all_processes();
        outbox.send_changes(port);
        if (first == 0) first = status;
    }
    if (plan.shell) first = guest::run_shell(protocol::shell_tty);
    return first;
}

Result<void> serve()
{
    TRY(guest::mount_all());
    set_environment();
    TRY(guest::loopback_up());
    TRY(mark_log());
    const auto text = TRY(read_file(protocol::plan_path));
    const auto plan = TRY(protocol::parse_plan(text, protocol::plan_path));
    TRY(guest::load_modules(plan.modules));
    const auto port = TRY(guest::Port::open(protocol::messages_tty));
    port.send({.kind = Message::Kind::hello, .release = kernel_release()});
    const int status = run_plan(plan, port);
    port.send({.kind = Message::Kind::end, .status = status});
    port.drain();
    return {};
}

} // namespace

int main()
{
    // Without `end` the host knows that the lab failed; the kernel log says why.
    if (const auto served = serve(); !served)
        (void)write_existing("/dev/kmsg", "<3>gueway init: " + served.error().text()).has_value();
    guest::power_off();
}
