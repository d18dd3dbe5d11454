// SPDX-License-Identifier: GPL-2.0-only
#include "machine_options.h"

#include "lab/catalogue.h"
#include "lab/progress.h"
#include "lab/suite.h"

#include <CLI/CLI.hpp>

namespace gueway {

void MachineOptions::declare(CLI::App& command)
{
    command.add_option("--kernel", kernel,
                       "a name of `netlab kernels`, a .deb, a directory, or BZIMAGE[:MODULES]");
    command.add_option("--ipvs", ip_vs, "which ip_vs.ko: stock, vulnerable or patched")
        ->check(CLI::IsMember({"stock", "vulnerable", "patched"}));
    command.add_option("--lane", lane, "smp: two processors; exact: time counts instructions")
        ->check(CLI::IsMember({"smp", "exact"}));
    command.add_option("--accel", accelerator, "tcg, or kvm where it is known to work")
        ->check(CLI::IsMember({"tcg", "kvm"}));
    command.add_option("--memory", memory, "of the guest, in MB")->check(CLI::Range(256U, 65536U));
    command.add_option("--cmdline", kernel_words, "WORD: for the kernel's command line")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        .add_option(
            "--add", add,
            "FILE[:GUESTPATH]: bring a file, program or directory along; +DIRECTORY: the modules "
            "of it, built for the kernel, into /lib/gueway")
        ->expected(1)
        ->allow_extra_args(false) // else it eats the "--" that may follow
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command.add_flag("-v,--verbose", verbose, "show the kernel log as it comes");
}

Result<RunSpec> MachineOptions::spec() const
{
    progress().set_verbose(verbose);
    RunSpec spec;
    spec.kernel = kernel;
    spec.ip_vs = parse_variant(ip_vs).value_or(Variant::stock);
    spec.lane = lane == "exact" ? Lane::exact : Lane::smp;
    spec.accelerator = accelerator == "kvm" ? Accelerator::kvm : Accelerator::tcg;
    spec.memory = memory;
    spec.kernel_words = kernel_words;
    for (const auto& text : add) spec.extras.push_back(TRY(extra_for(kernel, text)));
    return spec;
}

} // namespace gueway
