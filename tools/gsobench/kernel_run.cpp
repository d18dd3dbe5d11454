// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_run.h"

#include "guest.h"
#include "lab/catalogue.h"
#include "lab/interrupt.h"
#include "lab/kernel.h"
#include "lab/kernel_path.h"
#include "lab/share.h"
#include "lab/suite.h"
#include "matrix/journal.h"
#include "matrix/ledger.h"
#include "screen.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

namespace gueway {

using matrix::Journal;
using matrix::Ledger;

namespace {

constexpr std::chrono::seconds patience{90}; // with a guest that says nothing
constexpr unsigned most_deaths = 20;         // of the guests of one share

Result<RunSpec> make_spec(const KernelRun& run)
{
    RunSpec spec{.kernel = run.choice.kernel, .ip_vs = run.choice.ip_vs};
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
    std::vector<size_t> share, given;
    std::optional<Guest> guest;
    std::vector<std::string> errors, splats; // of this guest, not told yet
    std::optional<size_t> last;              // done by this guest
    std::string why, failed;
    bool up = false; // its gsobench ran
    unsigned deaths = 0;
};

class Runner {
public:
    Runner(const KernelRun& run, const matrix::Selection& selection, RunSpec spec, Ledger& ledger,
           Journal* journal)
        : run_(run), selection_(selection), spec_(std::move(spec)), ledger_(ledger),
          journal_(journal), screen_(text(run.choice), ledger)
    {
        result_.kernel = run.choice.kernel;
        result_.ip_vs = text(run.choice.ip_vs);
        result_.excluded = selection.excluded.excluded;
        if (!journal) return;
        result_.release = journal->release();
        result_.version = journal->version();
    }

    Result<matrix::KernelResult> run()
    {
        for (auto& share : ledger_.shares(run_.guests)) parts_.push_back({.share = share});
        for (auto& part : parts_) TRY(start(part));
        while (running()) TRY(wait());
        result_.seconds = screen_.seconds();
        result_.cells = ledger_.results();
        return std::move(result_);
    }

private:
    Result<void> start(Part& part)
    {
        part.given = ledger_.undone(part.share);
        part.errors.clear();
        part.splats.clear();
        part.last.reset();
        part.why.clear();
        part.failed.clear();
        part.up = false;
        auto spec = spec_;
        Argv argv = {"gsobench", "matrix", "--here", "--lines"};
        argv.insert(argv.end(), run_.words.begin(), run_.words.end());
        argv.insert(argv.end(), {"--only", matrix::ranges_text(part.given)});
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
            part.splats.push_back(said.text);
            break;
        case GuestSays::Kind::failed:
            part.failed = said.text;
            break;
        case GuestSays::Kind::end:
            part.why = said.text;
            break;
        }
        return {};
    }

    Result<void> take_line(Part& part, const std::string& text)
    {
        auto line = matrix::parse_line(text, selection_.cells);
        if (!line) {
            screen_.note(line.error().text());
            return {};
        }
        if (!line->release.empty()) {
            part.up = true;
            result_.release = line->release;
            result_.version = line->version;
            screen_.begin();
            return write(text);
        }
        const auto place = line->index;
        if (!place) return {};
        part.last = place;
        ledger_.take(*place, std::move(line->result));
        // The guest reads its log too, and knows better which cell it was.
        part.splats.clear();
        return write(text);
    }

    // What the guest itself has found in its log.
    bool knows_splats(size_t place) const
    {
        const auto& result = ledger_.result(place);
        return result && std::ranges::any_of(result->complaints, [](const std::string& line) {
                   return line.starts_with("the kernel says: ");
               });
    }

    // The cell that was done last, of what the kernel has complained about.
    Result<void> blame(Part& part, size_t place)
    {
        ledger_.blame(place, fmt::format("the kernel's log, while it ran or just before: {}",
                                         fmt::join(part.splats, " | ")));
        screen_.note(fmt::format("{}: {}", name(selection_.cells[place]), part.splats.front()));
        part.splats.clear();
        return keep(place);
    }

    Result<void> write(const std::string& line)
    {
        return journal_ ? journal_->write(line) : Result<void>{};
    }

    Result<void> keep(size_t place)
    {
        const auto result = ledger_.result(place);
        return result ? write(matrix::to_line(place, *result)) : Result<void>{};
    }

    Result<void> end(Part& part)
    {
        part.guest.reset();
        if (ledger_.undone(part.given).empty())
            return part.last && !part.splats.empty() && !knows_splats(*part.last)
                       ? blame(part, *part.last)
                       : Result<void>{};
        if (!part.up || !part.failed.empty())
            return error(
                text(run_.choice), "run cells",
                fmt::format("{} {}: {}", part.failed, part.why, fmt::join(part.errors, " | ")));
        TRY(mourn(part));
        return ledger_.undone(part.share).empty() ? Result<void>{} : start(part);
    }

    Result<void> mourn(Part& part)
    {
        std::string why = part.why;
        if (!part.splats.empty()) why = fmt::format("{}", fmt::join(part.splats, " | "));
        const size_t first = part.given.front();
        if (ledger_.died(part.given, fmt::format("the guest died of it: {}", why))) {
            screen_.note(fmt::format("lost {}: {}", name(selection_.cells[first]), why));
            TRY(keep(first));
        } else {
            screen_.note(fmt::format("a guest died, perhaps of {}: {}",
                                     name(selection_.cells[ledger_.undone(part.given).front()]),
                                     why));
        }
        if (++part.deaths >= most_deaths)
            ledger_.give_up(part.share, fmt::format("not run: {} guests had died", part.deaths));
        return {};
    }

    const KernelRun& run_;
    const matrix::Selection& selection_;
    RunSpec spec_;
    Ledger& ledger_;
    Journal* journal_;
    Screen screen_;
    std::vector<Part> parts_;
    matrix::KernelResult result_;
};

Result<std::string> image_of(const KernelRun& run)
{
    const auto kernel = TRY(find_kernel(run.choice.kernel));
    return fmt::format("{} {} ip_vs {}", kernel.release, kernel.version, text(run.choice.ip_vs));
}

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

Result<matrix::Abilities> abilities_of(const KernelChoice& choice)
{
    if (!find_row(choice.kernel)) {
        const auto kernel = TRY(find_kernel(choice.kernel));
        return matrix::abilities_of_release(kernel.release, false);
    }
    const auto known = TRY(find_resolution(choice.kernel));
    return matrix::abilities_of_release(known.release, !known.inputs.empty());
}

Result<matrix::KernelResult> run_kernel(const KernelRun& run, const matrix::Selection& selection)
{
    Ledger ledger(selection.cells);
    std::optional<Journal> journal;
    if (!run.resume.empty())
        journal =
            TRY(Journal::open(run.resume, run.choice.kernel, std::string(text(run.choice.ip_vs)),
                              TRY(image_of(run)), run.wanted, selection, ledger));
    return Runner(run, selection, TRY(make_spec(run)), ledger, journal ? &*journal : nullptr).run();
}

} // namespace gueway
