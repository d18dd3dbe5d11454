// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/ratios.h"

#include "bench/paths/meter.h"
#include "bench/paths/way.h"
#include "exact/figures.h"
#include "util/json.h"
#include "util/processor.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace gueway::bench {

namespace {

constexpr unsigned rounds = 5, sends = 7;
constexpr const char* if_cut_otherwise = "this kernel cuts what others leave whole: see "
                                         "packets_out() in ratios.cpp";

// "SIZE", or of what is cut into segments "SIZE/offload" and "SIZE/software".
using Shapes = std::vector<std::string>;
using Spans = std::map<std::string, double>;

std::string shape(const Size& size, bool offload)
{
    return size.name + std::string(!size.segment ? "" : offload ? "/offload" : "/software");
}

// Packets at the sink for one that is sent. No device takes remote checksums whole: the kernel
// cuts.
unsigned packets_out(const Way& way, const Size& size, bool offload)
{
    const bool cut = !offload || way.encap.checksum == EncapChecksum::remote;
    return size.segment && cut ? (size.ip_length - header_bytes) / size.segment : 1;
}

// A ring of the same frame, on its way to the sink of a director.
class Span {
public:
    static Result<Span> make(const Director& director, const Size& size, bool offload)
    {
        constexpr unsigned small = 256, large = 16;
        const unsigned frames = size.segment ? large : small;
        const auto frame = TRY(director.frame(size.ip_length, size.segment));
        TRY(director.offload(offload));
        return Span{director.path(), TRY(director.path().injector(std::vector(frames, frame))),
                    fmt::format("way {}/{}", director.way().name, shape(size, offload)), frames,
                    packets_out(director.way(), size, offload)};
    }

    // Seconds a frame: the least of several, for what disturbs can only add.
    Result<double> measure() const
    {
        double least = TRY(once());
        for (unsigned i = 1; i < sends; ++i) least = std::min(least, TRY(once()));
        return least / frames_;
    }

private:
    using Clock = std::chrono::steady_clock;
    Span(const Path& path, Injector injector, std::string name, unsigned frames, unsigned out)
        : path_(&path), injector_(std::move(injector)), name_(std::move(name)), frames_(frames),
          wanted_(uint64_t{frames} * out)
    {}

    // Until all are at the sink, some of them perhaps by way of ksoftirqd. The clock is read before
    // each look at the sink, which takes as long as many a packet: the last look is not in it,
    // those before it are.
    Result<double> once() const
    {
        const auto before = TRY(path_->arrived());
        const auto begin = Clock::now();
        TRY(injector_.send(frames_));
        for (;;) {
            const auto now = Clock::now();
            const auto arrived = TRY(path_->arrived()) - before;
            if (arrived == wanted_) return std::chrono::duration<double>(now - begin).count();
            if (arrived > wanted_) return not_as_sent(arrived, if_cut_otherwise);
            if (now - begin > arrival_patience) return not_as_sent(arrived, if_lost);
        }
    }
    Error not_as_sent(uint64_t arrived, const char* remedy) const
    {
        return error(
            name_, "measure wall time", fmt::format("{} of {} packets arrived", arrived, wanted_),
            fmt::format("{}; exact figures of the others are there without --smp", remedy));
    }

    const Path* path_;
    Injector injector_;
    std::string name_;
    unsigned frames_;
    uint64_t wanted_; // at the sink for each time that all frames are sent
};

Result<Spans> spans(const Way& way, const Shapes& wanted)
{
    const auto director = TRY(Director::make(way));
    Spans all;
    for (const auto& size : sizes)
        for (const bool offload : {true, false}) {
            const auto name = shape(size, offload);
            if (std::ranges::find(wanted, name) == wanted.end() || all.contains(name)) continue;
            const auto span = TRY(Span::make(director, size, offload));
            all.emplace(name, TRY(span.measure()));
        }
    return all;
}

bool is_chosen(std::span<const std::string> figures, const Way& way, const Size& size, bool offload)
{
    const auto name =
        fmt::format("way/{}/{}/{}", way.name, size.name, offload ? "offload" : "software");
    return std::ranges::find(figures, name) != figures.end();
}

// What is not cut has one ratio, by its figure with offload or without.
Shapes shapes_of(const Way& way, std::span<const std::string> figures)
{
    Shapes wanted;
    for (const auto& size : sizes)
        for (const bool offload : {true, false}) {
            const auto name = shape(size, offload);
            if (is_chosen(figures, way, size, offload) && (wanted.empty() || wanted.back() != name))
                wanted.push_back(name);
        }
    return wanted;
}

//   ratios  of each shape, those of the rounds
struct Compared {
    const Way* way;
    Shapes shapes;
    std::vector<std::vector<double>> ratios;
};

std::vector<Compared> compared(std::span<const std::string> figures)
{
    std::vector<Compared> all;
    for (const auto& way : ways) {
        if (way.name == std::string_view(exact::legacy_way)) continue;
        const auto shapes = shapes_of(way, figures);
        if (!shapes.empty())
            all.push_back({&way, shapes, std::vector<std::vector<double>>(shapes.size())});
    }
    return all;
}

Result<void> measure_round(std::vector<Compared>& all)
{
    Shapes of_any;
    for (const auto& one : all) of_any.insert(of_any.end(), one.shapes.begin(), one.shapes.end());
    const auto reference = TRY(spans(way_of(exact::legacy_way), of_any));
    for (auto& one : all) {
        const auto own = TRY(spans(*one.way, one.shapes));
        for (size_t i = 0; i < one.shapes.size(); ++i)
            one.ratios[i].push_back(own.at(one.shapes[i]) / reference.at(one.shapes[i]));
    }
    return {};
}

Json to_json(const std::string& name, std::vector<double>& ratios)
{
    std::ranges::sort(ratios);
    return {{"name", name},
            {"median", ratios[ratios.size() / 2]},
            {"least", ratios.front()},
            {"most", ratios.back()}};
}

} // namespace

Result<Json> ratios_to_legacy(std::span<const std::string> figures)
{
    TRY(stay_on_first_processor());
    auto all = compared(figures);
    for (unsigned round = 0; round < rounds; ++round) TRY(measure_round(all));
    Json ratios = Json::array();
    for (auto& [way, shapes, of_way] : all)
        for (size_t i = 0; i < shapes.size(); ++i)
            ratios.push_back(to_json(fmt::format("{}/{}", way->name, shapes[i]), of_way[i]));
    return Json{{"schema", exact::ratios_schema},
                {"to", exact::legacy_way},
                {"rounds", rounds},
                {"ratios", std::move(ratios)}};
}

} // namespace gueway::bench
