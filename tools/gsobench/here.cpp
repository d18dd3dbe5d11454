// SPDX-License-Identifier: GPL-2.0-only
#include "here.h"

#include "lab/interrupt.h"
#include "link/device.h"
#include "link/features.h"
#include "link/sysctl.h"
#include "matrix/capture_file.h"
#include "matrix/json.h"
#include "matrix/ledger.h"
#include "matrix/run.h"
#include "screen.h"
#include "sctp.h"
#include "util/brought_module.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sys/utsname.h>

namespace gueway {

using matrix::CellListener;
using matrix::CellResult;

namespace {

struct Running {
    std::string release, version;
};

bool wire_is_brought()
{
    return fs::exists(brought_module(mlx5ish_kind));
}

bool wire_is_loaded()
{
    return fs::exists(fs::path("/sys/module") / mlx5ish_kind);
}

// The wire's module, where a host has brought it.
Result<std::optional<LoadedModule>> load_wire()
{
    if (!wire_is_brought() || wire_is_loaded()) return std::optional<LoadedModule>();
    return std::optional(TRY(LoadedModule::load(mlx5ish_kind)));
}

// How often a kernel warns in skb_warn_bad_offload() is limited (net_ratelimit()), so that it would
// depend on the machine's speed which cells it warns in. Until destruction it is not.
class AllWarnings {
public:
    static Result<AllWarnings> ask()
    {
        auto host = TRY(Namespace::current());
        auto before = TRY(sysctl(host, name));
        TRY(set_sysctl(host, name, "0"));
        return AllWarnings(std::move(host), std::move(before));
    }
    ~AllWarnings()
    {
        if (!before_.empty()) (void)set_sysctl(host_, name, before_).has_value();
    }
    AllWarnings(AllWarnings&& other) noexcept
        : host_(std::move(other.host_)), before_(std::exchange(other.before_, {}))
    {}
    AllWarnings& operator=(AllWarnings&&) = delete;

private:
    static constexpr const char* name = "net.core.message_cost";
    AllWarnings(Namespace host, std::string before)
        : host_(std::move(host)), before_(std::move(before))
    {}
    Namespace host_;
    std::string before_; // empty: moved from
};

constexpr const char* udp_gso_feature = "tx-udp-segmentation";
constexpr unsigned trial_mtu = 1500;

Result<bool> veth_takes_udp_gso_here()
{
    const auto host = TRY(Namespace::create_unnamed("a trial"));
    TRY(add_veth({host, "one"}, {host, "other"}, trial_mtu));
    const auto all = TRY(features(host, "one"));
    return std::ranges::any_of(all, [](const Feature& feature) {
        return feature.name == udp_gso_feature && feature.active;
    });
}

Running running_kernel()
{
    utsname names{};
    ::uname(&names); // fails for a bad address only
    return {static_cast<const char*>(names.release), static_cast<const char*>(names.version)};
}

void say(const std::string& line)
{
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

} // namespace

Result<matrix::Abilities> abilities_here()
{
    auto abilities = matrix::abilities_of_release(running_kernel().release,
                                                  wire_is_brought() || wire_is_loaded());
    abilities.udp_gso = TRY(veth_takes_udp_gso_here());
    abilities.sctp = TRY(has_sctp_here());
    return abilities;
}

Result<void> print_lines_here(const matrix::Selection& selection, const std::string& only,
                              bool captured)
{
    const auto places = TRY(matrix::parse_ranges(only, selection.cells.size()));
    std::vector<matrix::Cell> cells;
    cells.reserve(places.size());
    for (const size_t place : places) cells.push_back(selection.cells[place]);
    const auto wire = TRY(load_wire());
    const auto warnings = TRY(AllWarnings::ask());
    const auto kernel = running_kernel();
    say(matrix::kernel_line(kernel.release, kernel.version));
    const auto begin = std::chrono::steady_clock::now();
    CellListener listener;
    std::string blocks; // of the cell that is at it
    listener.begin = [&](size_t) { blocks.clear(); };
    if (captured)
        listener.captured = [&](const CellResult& result, const matrix::Observation& seen) {
            blocks = capture_blocks(result, seen);
        };
    listener.done = [&](size_t index, CellResult&& result) {
        say(matrix::to_line(places[index], result, blocks));
    };
    listener.stop = [] { return interrupted() != 0; };
    TRY(matrix::run_cells(cells, listener));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    say(matrix::seconds_line(took.count()));
    return {};
}

Result<matrix::KernelResult> run_here(const matrix::Selection& selection, const std::string& pcapng)
{
    matrix::Ledger ledger(selection.cells);
    Screen screen("here", ledger);
    const auto wire = TRY(load_wire());
    const auto warnings = TRY(AllWarnings::ask());
    const auto kernel = running_kernel();
    CellListener listener;
    listener.begin = [&](size_t) { screen.begin(); };
    std::optional<matrix::CaptureFile> file;
    Result<void> written;
    if (!pcapng.empty()) {
        file = TRY(matrix::CaptureFile::create(pcapng));
        TRY(file->begin(kernel.release));
        listener.captured = [&](const CellResult& result, const matrix::Observation& seen) {
            if (written) written = file->write(capture_blocks(result, seen));
        };
    }
    listener.done = [&](size_t index, CellResult&& result) {
        ledger.take(index, std::move(result));
        screen.update();
    };
    listener.stop = [&] { return interrupted() != 0 || !written; };
    const auto ran = matrix::run_cells(selection.cells, listener);
    const auto stopped = !written ? written.error().text() : ran ? "" : ran.error().text();
    return matrix::KernelResult{.kernel = "here",
                                .ip_vs = "stock",
                                .release = kernel.release,
                                .version = kernel.version,
                                .seconds = screen.seconds(),
                                .excluded = selection.excluded.excluded,
                                .stopped = stopped,
                                .cells = ledger.results()};
}

} // namespace gueway
