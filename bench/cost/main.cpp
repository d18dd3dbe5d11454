// SPDX-License-Identifier: GPL-2.0-only
// What tracing costs, in instructions a packet: the exact lane's clock counts them. Packets of one
// shape from a bare injector through a director to a device that counts them; the cost of one is
// the slope between N and 2N. All that the processor does counts, and is waited for: what is on the
// packets' way, and apart from it the tracer's own process, which may be on another processor and
// which pwru keeps busy always. What there is anyway is measured before and taken off. Status 1
// when a bar is missed.
//
//   cost [--pwru]
#include "bench/cost/floor.h"
#include "bench/cost/measure.h"
#include "bench/cost/report.h"
#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>

namespace gueway::bench {
namespace {

constexpr double most_for_drops = 0.01, most_over_floor = 1.1;
constexpr double least_gain_over_pwru = 10;

// A tracer as its user starts it, which says on standard error that it is ready; what it prints is
// thrown away. Ends by being killed.
class Tracer {
public:
    static Result<Tracer> start(const Argv& argv, const std::string& ready)
    {
        Tracer tracer(TRY(TempDir::make("cost")));
        const Fd out(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        const Fd errors(
            ::open(tracer.errors().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        auto process = TRY(Process::start(argv, {-1, out.get(), errors.get()}));
        tracer.pid_ = process.pid();
        tracer.process_ = std::move(process);
        TRY(wait_until(
            Deadline::after(std::chrono::minutes(20)), quoted(argv), "\"" + ready + "\"", [&] {
                return read_file(tracer.errors()).value_or("").find(ready) != std::string::npos;
            }));
        return tracer;
    }
    pid_t pid() const { return pid_; }

private:
    explicit Tracer(TempDir directory) : directory_(std::move(directory)) {}
    fs::path errors() const { return directory_.path() / "errors"; }
    TempDir directory_;
    pid_t pid_ = -1;
    std::optional<Process> process_; // ends before its directory
};

Result<Row> measure_with(const Path& path, const Argv& argv, const std::string& ready,
                         unsigned packets)
{
    const auto tracer = TRY(Tracer::start(argv, ready));
    return measure(path, packets, tracer.pid());
}

std::string percent(double ratio)
{
    return fmt::format("{:+.1f} %", 100 * ratio);
}

Argv follow(const std::string& expression)
{
    return {"droptrace", "--follow", expression, "--ring", "64MiB"};
}

Result<Row> measure_floor(const Path& path, unsigned telling, unsigned packets)
{
    const auto floor = TRY(Floor::start(telling));
    return measure(path, packets);
}

Result<int> bench(bool with_pwru)
{
    const auto path = TRY(Path::make());
    const std::string ours = fmt::format("tcp and port {}", service_port);
    TRY(measure(path, some)); // the kernel's caches
    const auto base = TRY(measure(path, many));
    Report report("instructions a packet", shape_names());
    report.add("no tracer", [&](size_t i) { return fmt::format("{:.0f}", base[i].way); });
    const auto add_tracer = [&](const std::string& name, const Row& with) {
        report.add(name, [&](size_t i) {
            return fmt::format("{:+.0f} {}", added(with, base, i), percent(part(with, base, i)));
        });
    };
    const auto drops = TRY(measure_with(path, {"droptrace"}, "Watching", many));
    const auto least = TRY(measure_floor(path, 0, many));
    const auto none = TRY(measure_with(path, follow("tcp and port 9"), "Following", many));
    const auto telling = TRY(measure_floor(path, TRY(path.entry()), some));
    const auto every = TRY(measure_with(path, follow(ours), "Following", some));
    add_tracer("droptrace, nothing dropped", drops);
    report.hold("  share", [&](size_t i) { return part(drops, base, i); }, most_for_drops);
    add_tracer("its hooks with the least programs", least);
    add_tracer("--follow, nothing matches", none);
    report.hold(
        "  all of it over the least", [&](size_t i) { return none[i].way / least[i].way; },
        most_over_floor);
    add_tracer("the least that tells each step", telling);
    add_tracer("--follow, every packet", every);
    // What one adds over what the other does.
    const auto over = [&](const Row& one, const Row& other) {
        return [&](size_t i) { return added(one, base, i) / added(other, base, i); };
    };
    report.add_figure("  over the least", over(every, telling));
    report.add("  and in its process",
               [&](size_t i) { return fmt::format("{:+.0f}", every[i].reader); });
    if (with_pwru) {
        const auto pwru = TRY(measure_with(path, {"pwru", ours}, "Listening", some));
        add_tracer("pwru, every packet", pwru);
        report.add_figure("  share of it that the least adds", over(telling, pwru));
        report.hold("  share of it that --follow adds", over(every, pwru),
                    1 / least_gain_over_pwru);
    }
    fmt::print("{}", report.text());
    return report.missed() ? 1 : 0;
}

} // namespace
} // namespace gueway::bench

int main(int argc, char** argv)
{
    const bool with_pwru = argc > 1 && std::string_view(argv[1]) == "--pwru";
    const auto done = gueway::bench::bench(with_pwru);
    if (!done) fmt::print(stderr, "cost: {}\n", done.error().text());
    return done ? *done : 2;
}
