// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/examine.h"

#include "doctor/read.h"
#include "doctor/rules.h"
#include "hotfix/counts.h"
#include "util/deadline.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace gueway::doctor {

namespace {

// A module goes once nothing needs it: others before those they stand on, and all when the kernel
// has cleaned up behind the probe's namespaces, which it does in its own time. What somebody else
// has begun to use stays. Returns those.
std::vector<std::string> unload(std::vector<std::string> modules)
{
    const auto gone = [](const std::string& module) {
        return ::syscall(SYS_delete_module, module.c_str(), O_NONBLOCK) == 0 || errno == ENOENT;
    };
    constexpr auto patience = std::chrono::seconds(3);
    (void)wait_until(Deadline::after(patience), "modules", "their end", [&] {
        while (std::erase_if(modules, gone) != 0) {
        }
        return modules.empty();
    });
    return modules;
}

Result<KernelAnswer> ask_kernel(const std::vector<Segmentation>& tunnels)
{
    KernelAnswer answer;
    auto probe = probe_kernel(ways_to_probe(tunnels));
    if (!probe && probe.error().code == EPERM) return probe.error();
    if (!probe) {
        answer.unknown = probe.error().text();
        return answer;
    }
    answer.left = unload(probe->loaded_modules);
    answer.probe = *std::move(probe);
    return answer;
}

} // namespace

Result<Report> examine(const Namespace& where, const ExamineOptions& options)
{
    auto settings = TRY(read_settings(where));
    utsname kernel{};
    ::uname(&kernel);
    Report report{.netns = options.netns, .release = kernel.release};
    report.services = settings.services.size();
    report.workers = settings.workers.size();
    report.ipvs = settings.ipvs;
    report.bug.director = settings.ipvs;
    report.bug.services = !settings.services.empty();
    const auto hotfix = hotfix::counts(where);
    if (options.probe)
        report.bug.kernel = TRY(ask_kernel(segmentations(settings)));
    else
        report.bug.kernel.unknown = "--no-probe";
    report.bug.mitigation = read_mitigation(where, settings);
    TRY(read_drops_again(where, settings));
    report.bug.tunnels = segmentations(settings);
    report.bug.kernel.hotfix = hotfix && hotfix->has_value();
    report.findings = bug_findings(report.bug);
    auto more = setting_findings(settings);
    report.findings.insert(report.findings.end(), std::make_move_iterator(more.begin()),
                           std::make_move_iterator(more.end()));
    sort_by_severity(report.findings);
    return report;
}

} // namespace gueway::doctor
