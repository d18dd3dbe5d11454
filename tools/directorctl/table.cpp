// SPDX-License-Identifier: GPL-2.0-only
#include "commands.h"

#include <iterator>

#include <fmt/format.h>

namespace gueway {

namespace {

// The rows of option_table, in its order.
enum : OptionSet {
    file = 1 << 0,
    saved_file = 1 << 1,
    name = 1 << 2,
    netns = 1 << 3,
    prune = 1 << 4,
    weights = 1 << 5,
    yes = 1 << 6,
    json = 1 << 7,
    detailed = 1 << 8,
    timing = 1 << 9,
    yaml = 1 << 10,
    no_probe = 1 << 11,
    force = 1 << 12,
    devices = 1 << 13,
    vips = 1 << 14,
    last = vips,
};
constexpr OptionRow option_table[] = {
    {"", "FILE", "the director's file", &Options::file},
    {"", "FILE", "a file of `ipvsadm -S -n`, or - for standard input", &Options::file},
    {"--name", "NAME", "which worker this host is; default: by its addresses", &Options::name},
    {"--netns", "NAME", "in this network namespace (ip netns list), or a path", &Options::netns},
    {"--prune", "",
     "remove services that the file does not have, and their VIPs; on a worker, what else is a "
     "single address on its vip_device, if that is a dummy",
     &Options::prune},
    {"--weights", "", "set the file's weights; else those that differ are runtime state and stay",
     &Options::weights},
    {"--yes", "", "do not ask", &Options::yes},
    {"--json", "", "for programs", &Options::json},
    {"--detailed-exitcode", "", "0: nothing to do, 1: error, 2: something to do",
     &Options::detailed},
    {"--timing", "", "say how long parsing and planning took", &Options::timing},
    {"--yaml", "", "the format; there is no other yet", &Options::yaml},
    {"--no-probe", "", "do not send through namespaces of its own", &Options::no_probe},
    {"--force", "", "even where it seems to be of no use", &Options::force},
    {"--device", "NAME", "on this device; may be there several times", &Options::devices},
    {"--vip", "ADDRESS", "for this VIP; may be there several times", &Options::vips},
};
static_assert(last == OptionSet{1} << (std::size(option_table) - 1));

constexpr OptionSet everywhere = netns | json;

constexpr Subcommand subcommand_table[] = {
    {"check", "look for mistakes in a file: no root, no kernel",
     "Reads the file and says the first thing that is wrong with it, with line and column: unknown "
     "keys, duplicates, values out of range, address families that cannot be together, an MTU that "
     "the encapsulation leaves too little of.",
     file | everywhere, check_command},
    {"plan", "what apply would do",
     "Compares the file with the kernel and prints what differs, by service and worker: + is "
     "added, "
     "~ changed, - removed, ! left alone and why.",
     file | prune | weights | detailed | timing | everywhere, plan_command},
    {"apply", "make this director what the file says",
     "Changes only what differs: modules, sysctls, VIP addresses and FOU interfaces first, then "
     "services and workers, removals last, so that no VIP is ever without workers. Reads back what "
     "the kernel took, undoes what it did when a step fails, and converges when it is run again "
     "after a kill. One writer per network namespace.",
     file | prune | weights | yes | everywhere, apply_command},
    {"show", "services and workers, as they are", "", everywhere, show_command},
    {"save", "write what is there as a file",
     "The file plans as empty on the kernel that it was saved from.", yaml | everywhere,
     save_command},
    {"restore", "make the services those of a file of ipvsadm -S",
     "Like -R, but what the file does not have is removed, last, and nothing is ever flushed.",
     saved_file | everywhere, restore_command},
    {"worker plan", "what worker apply would do", "", file | name | prune | detailed | everywhere,
     worker_plan_command},
    {"worker apply", "make this host the worker that the file says",
     "Modules, GUE and FOU ports for both underlay families, receive devices, VIPs and private "
     "addresses, reverse path filters, and the MSS that the tunnel leaves on the routes to "
     "clients.",
     file | name | prune | yes | everywhere, worker_apply_command},
    {"worker show", "each thing the file asks of the worker, and whether it is there", "",
     file | name | everywhere, worker_show_command},
    {"doctor", "what is wrong with this director, and what would be in an incident",
     "Reads how the director is set, finds out by sending through network namespaces of its own "
     "whether the kernel loses segmented packets, and prints what is broken, what is at risk and "
     "the commands that mend it. Changes nothing. Exit status: 0 healthy, 1 at risk, 2 broken, 3 "
     "it could not look.",
     no_probe | everywhere, doctor_command, exit_unknown, exit_unknown},
    {"hotfix status", "whether the hotfix module is loaded, and what it has counted",
     "Of each network namespace: packets that IPVS has put into tunnels since the module was "
     "loaded and that were yet to be segmented or to get their checksum (seen), those whose inner "
     "MAC header was right, and those that were repaired.",
     everywhere, hotfix_status_command},
    {"hotfix on", "load the module that repairs the kernel's inner-MAC bug",
     "Finds out first, by sending through network namespaces of its own, whether the kernel needs "
     "it, and refuses where it does not. No connection is lost. The module is built and installed "
     "by make install-hotfix. To have it after a reboot too: echo gueway_hotfix "
     ">/etc/modules-load.d/gueway_hotfix.conf",
     force | everywhere, hotfix_on_command},
    {"hotfix off", "unload it: on a kernel with the bug, large packets are lost again", "",
     everywhere, hotfix_off_command},
    {"mitigate status", "on which devices and for which VIPs the mitigation is on",
     "Packets are those that it has caught. A VIP is uncovered when its packets may come by a "
     "device where it is not caught.",
     everywhere, mitigate_status_command},
    {"mitigate on", "let traffic control spare packets the kernel's inner-MAC bug: no module",
     "On the devices that clients come through (--device: on these), takes the Ethernet header off "
     "packets to the VIPs of services with GUE or GRE (--vip: to these) before IPVS sees them: "
     "filters of kind u32 with the action vlan pop_eth, of preference 64004 for IPv4 and 64006 for "
     "IPv6. Adds what is missing and removes nothing. Of a VLAN the device is the VLAN's own. It "
     "cannot work on the port of a bridge or bond, below a macvlan or ipvlan, on a VLAN with "
     "reorder_hdr off, nor for clients on the director itself: directorctl hotfix on. Where all "
     "connections are the director's own it refuses, unless --device or --force is given. It goes "
     "with the device, and with a reboot.",
     devices | vips | force | everywhere, mitigate_on_command},
    {"mitigate off", "remove the mitigation's filters, and nothing else",
     "With --device and --vip only those. The qdisc goes with the last one, if mitigate "
     "on has made it and nobody else has filters there.",
     devices | vips | everywhere, mitigate_off_command},
    {"completion", "print a completion script for bash",
     "Load it with: "
     "source <(directorctl completion)",
     0, completion_command},
    {"man", "print the manual page", "Read it with: directorctl man | man -l -", 0, man_command},
};

} // namespace

std::span<const OptionRow> option_rows()
{
    return option_table;
}

std::span<const Subcommand> subcommands()
{
    return subcommand_table;
}

std::string help_text()
{
    std::string text = "Usage: directorctl [--netns NAME] COMMAND [ARGUMENT...]\n"
                       "       directorctl [--netns NAME] -A|-E|-D|-a|-e|-d|-L|... "
                       "(ipvsadm's arguments: -h)\n\nCommands:\n";
    for (const auto& subcommand : subcommands())
        text += fmt::format("  {:<16} {}\n", subcommand.name, subcommand.summary);
    text += "\n  --netns NAME  in the network namespace NAME (ip netns list), or a path\n"
            "  --help, --version\n\n"
            "`directorctl COMMAND --help` has the arguments of one.\n";
    return text;
}

} // namespace gueway
