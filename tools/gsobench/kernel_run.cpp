// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_run.h"

#include "guest.h"
#include "image.h"
#include "lab/catalogue.h"
#include "lab/interrupt.h"
#include "lab/kernel.h"
#include "lab/kernel_path.h"
#include "lab/share.h"
#include "lab/suite.h"
#include "matrix/capture_file.h"
#include "matrix/journal.h"
#include "matrix/ledger.h"
#include "matrix/title.h"
#include "matrix/witness.h"
#include "screen.h"
#include "sctp.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

namespace gueway {

using matrix::Journal;
using matrix::Ledger;

namespace {

// With a guest that says nothing; and how many of one share may die, half an hour if all are
// silent.
constexpr std::chrono::seconds patience{180};
constexpr unsigned most_deaths = 10;

// A cell runs on one processor anyhow (Observer). With two, QEMU 7.2 was seen to hang both for
// good, or the kernel to meet a breakpoint of its own (an oops, "int3"), while it patched its code.
constexpr const char* one_processor = "nr_cpus=1";

Result<RunSpec> make_spec(const KernelRun& run)
{
    RunSpec spec{.kernel = run.choice.kernel, .ip_vs = run.choice.ip_vs};
    spec.kernel_words = run.kernel_words;
    spec.kernel_words.emplace_back(one_processor);
    spec.timeout = patience;
    spec.output_is_life = true;
    spec.extras.push_back({TRY(sibling_program("gsobench")), ""});
    if (run.wanted.abilities.wire) {
        const auto source = TRY(share_file("kernel/mlx5ish"));
        spec.extras.push_back(TRY(extra_for(run.choice.kernel, modules_mark + source.string())));
    }
    return spec;
}

// A share of the cells, and the guest that is at it.
struct Part {
    std::vector<size_t> share;
    std::optional<Guest> guest;
    std::unique_ptr<matrix::Witness> witness; // of this guest
    std::vector<std::string> errors;          // it said
    std::string why, failed;
    unsigned deaths = 0;
    bool again = false; // one did not come up before
};

class Runner {
public:
    Runner(const KernelRun& run, const matrix::Selection& selection, RunSpec spec, Ledger& ledger,
           Journal* journal, matrix::CaptureFile* packets)
        : run_(run), selection_(selection), spec_(std::move(spec)), ledger_(ledger),
          journal_(journal), packets_(packets), screen_(title(run.choice), ledger)
    {
        result_.kernel = run.choice.kernel;
        result_.ip_vs = text(run.choice.ip_vs);
        result_.excluded = selection.excluded.excluded;
        result_.earlier = ledger.done();
        if (!journal) return;
        result_.release = journal->release();
        result_.version = journal->version();
        result_.boot = journal->boot();
        result_.deaths = journal->deaths();
    }

    matrix::KernelResult run()
    {
        if (const auto ran = run_all(); !ran) stop(ran.error().text());
        result_.seconds = screen_.seconds();
        result_.cells = ledger_.results();
        return std::move(result_);
    }

private:
    Result<void> run_all()
    {
        for (auto& share : ledger_.shares(run_.guests)) parts_.push_back({.share = share});
        for (auto& part : parts_) TRY(start(part));
        while (running()) TRY(wait());
        return {};
    }

    void stop(const std::string& why)
    {
        result_.stopped += (result_.stopped.empty() ? "" : "; ") + why;
    }

    Result<void> start(Part& part)
    {
        const auto given = ledger_.undone(part.share);
        part = {.share = std::move(part.share), .deaths = part.deaths, .again = part.again};
        part.witness = std::make_unique<matrix::Witness>(selection_.cells, ledger_, given);
        auto spec = spec_;
        Argv argv = {"gsobench", "matrix", "--here", "--lines"};
        if (packets_) argv.emplace_back(packets_option);
        argv.insert(argv.end(), run_.words.begin(), run_.words.end());
        argv.insert(argv.end(), {"--only", matrix::ranges_text(given)});
        spec.commands.push_back({"matrix", argv});
        part.guest = TRY(Guest::start(spec, run_.verbose));
        return {};
    }

    bool running() const
    {
        return std::ranges::any_of(parts_, [](const Part& part) { return part.guest.has_value(); });
    }

    Result<void> wait()
    {
        std::vector<pollfd> set;
        set.reserve(parts_.size());
        for (const auto& part : parts_)
            set.push_back({part.guest ? part.guest->descriptor() : -1, POLLIN, 0});
        if (::poll(set.data(), set.size(), -1) < 0 && errno != EINTR)
            return errno_error("guests", "poll");
        if (interrupted()) return error(text(run_.choice), "run cells", "interrupted");
        for (size_t i = 0; i < set.size(); ++i)
            if (set[i].revents) TRY(hear(parts_[i]));
        screen_.update();
        return {};
    }

    Result<void> hear(Part& part)
    {
        std::vector<GuestSays> said;
        const bool more = part.guest && part.guest->take(said);
        for (const auto& one : said) TRY(take(part, one));
        return more ? Result<void>{} : end(part);
    }

    Result<void> take(Part& part, const GuestSays& said)
    {
        switch (said.kind) {
        case GuestSays::Kind::line:
            return take_line(part, said.text);
        case GuestSays::Kind::errors:
            part.errors.push_back(said.text);
            break;
        case GuestSays::Kind::splat:
            return take_splat(part, said.text);
        case GuestSays::Kind::failed:
            part.failed = said.text;
            break;
        case GuestSays::Kind::end:
            part.why = said.text;
            break;
        }
        return {};
    }

    // While it boots it is no cell's, but perhaps why none runs. Each guest may say the same.
    Result<void> take_splat(Part& part, const std::string& text)
    {
        part.witness->splat(text);
        if (part.witness->up()) return {};
        screen_.note("while it boots: " + text);
        part.errors.push_back(text);
        if (std::ranges::find(result_.boot, text) != result_.boot.end()) return {};
        result_.boot.push_back(text);
        return write(matrix::boot_line(text));
    }

    Result<void> take_line(Part& part, const std::string& text)
    {
        auto line = matrix::parse_line(text, selection_.cells);
        if (!line) {
            screen_.note(line.error().text());
            return {};
        }
        if (!line->release.empty()) {
            part.witness->comes_up();
            result_.release = line->release;
            result_.version = line->version;
            screen_.begin();
            if (packets_) TRY(packets_->begin(line->release));
            return write(text);
        }
        const auto place = line->index;
        if (!place) return {};
        if (packets_) TRY(packets_->write(line->captured));
        part.witness->result(*place, std::move(line->result));
        return write(text);
    }

    Result<void> write(const std::string& line)
    {
        return journal_ ? journal_->write(line) : Result<void>{};
    }

    Result<void> keep(size_t place)
    {
        const auto& result = ledger_.result(place);
        return result ? write(matrix::to_line(place, *result)) : Result<void>{};
    }

    static std::string how_it_failed(const Part& part)
    {
        auto how = part.failed;
        if (!part.why.empty()) how += (how.empty() ? "" : ", ") + part.why;
        if (!part.errors.empty()) how += fmt::format(": {}", fmt::join(part.errors, "; "));
        return how;
    }

    Result<void> end(Part& part)
    {
        part.guest.reset();
        const bool up = part.witness->up();
        if (!up && part.failed.empty() && !std::exchange(part.again, true)) {
            screen_.note(fmt::format("a guest did not come up ({}), tried once more", part.why));
            return start(part);
        }
        if (!part.witness->done() && (!up || !part.failed.empty())) {
            stop(error(text(run_.choice), "run cells", how_it_failed(part),
                       "-v shows its log; Documentation/ci.md says what a kernel needs")
                     .text());
            return {};
        }
        const auto end = part.witness->end(part.failed.empty() ? part.why : how_it_failed(part));
        for (const size_t place : end.changed) {
            const auto& result = ledger_.result(place);
            if (!result) continue;
            screen_.note(
                fmt::format("{}: {}", name(selection_.cells[place]), result->complaints.front()));
            TRY(keep(place));
        }
        if (!end.death) return {};
        TRY(mourn(part, *end.death));
        return ledger_.undone(part.share).empty() ? Result<void>{} : start(part);
    }

    Result<void> mourn(Part& part, const matrix::Death& death)
    {
        screen_.note("a guest died " + text(death));
        TRY(write(matrix::death_line(death)));
        result_.deaths.push_back(death);
        if (++part.deaths >= most_deaths)
            ledger_.give_up(part.share, fmt::format("not run: {} guests had died", part.deaths));
        return {};
    }

    const KernelRun& run_;
    const matrix::Selection& selection_;
    RunSpec spec_;
    Ledger& ledger_;
    Journal* journal_;
    matrix::CaptureFile* packets_;
    Screen screen_;
    std::vector<Part> parts_;
    matrix::KernelResult result_;
};

} // namespace

// A path may hold colons too.
Result<KernelChoice> parse_choice(const std::string& text)
{
    const auto colon = text.rfind(':');
    KernelChoice choice{text};
    if (colon != std::string::npos)
        if (const auto variant = parse_variant(std::string_view(text).substr(colon + 1)))
            choice = {text.substr(0, colon), *variant};
    if (!find_row(choice.kernel) && !looks_like_path(choice.kernel))
        return error(fmt::format("kernel {}", text), "find", "there is none of that name",
                     fmt::format("one of {}, perhaps with :vulnerable or :patched, or a path",
                                 known_names()));
    return choice;
}

std::string text(const KernelChoice& choice)
{
    return fmt::format("{} {}", choice.kernel, text(choice.ip_vs));
}

std::string title(const KernelChoice& choice)
{
    return fmt::format("{} {}", matrix::short_name(choice.kernel), text(choice.ip_vs));
}

Result<matrix::Abilities> abilities_of(const KernelChoice& choice)
{
    const auto kernel = TRY(find_kernel(choice.kernel));
    const bool module =
        find_row(choice.kernel) && !TRY(find_resolution(choice.kernel)).inputs.empty();
    auto abilities = matrix::abilities_of_release(kernel.release, module);
    abilities.sctp = TRY(has_sctp(kernel));
    return abilities;
}

Result<matrix::KernelResult> run_kernel(const KernelRun& run, const matrix::Selection& selection)
{
    Ledger ledger(selection.cells);
    auto spec = TRY(make_spec(run));
    std::optional<Journal> journal;
    if (!run.resume.empty())
        journal =
            TRY(Journal::open(run.resume, run.choice.kernel, std::string(text(run.choice.ip_vs)),
                              TRY(image_of(spec)), run.wanted, selection, ledger));
    std::optional<matrix::CaptureFile> packets;
    if (!run.pcapng.empty()) packets = TRY(matrix::CaptureFile::create(run.pcapng));
    return Runner(run, selection, std::move(spec), ledger, journal ? &*journal : nullptr,
                  packets ? &*packets : nullptr)
        .run();
}

} // namespace gueway
