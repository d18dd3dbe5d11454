// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/journal.h"

#include "matrix/axes.h"
#include "util/json.h"
#include "util/text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace gueway::matrix {

namespace {

// Of all their names, in their order (FNV-1a): another gsobench may have other cells in a selection
// of the same name and size.
std::string names_hash(std::span<const Cell> cells)
{
    constexpr uint64_t basis = 0xcbf29ce484222325, prime = 0x100000001b3;
    uint64_t hash = basis;
    for (const auto& cell : cells)
        for (const char c : name(cell) + '\n') hash = (hash ^ static_cast<uint8_t>(c)) * prime;
    return fmt::format("{:016x}", hash);
}

std::string first_line(const std::string& image, const Wanted& wanted, const Selection& selection)
{
    return dump_json_line({{"schema", "gueway.matrix.journal/1"},
                           {"image", image},
                           {"selection", selection.text},
                           {"seed", wanted.seed},
                           {"wire", wanted.abilities.wire},
                           {"udp_gso", wanted.abilities.udp_gso},
                           {"tcp_lists", wanted.abilities.tcp_lists},
                           {"sctp", wanted.abilities.sctp},
                           {"cells", selection.cells.size()},
                           {"names", names_hash(selection.cells)}});
}

// Shards and seeds have their own, so that they may share a directory. A kernel may be a path.
fs::path file_for(const fs::path& directory, std::string kernel, const std::string& ip_vs,
                  const Wanted& wanted)
{
    std::ranges::replace(kernel, '/', '_');
    auto file = fmt::format("{}-{}", kernel, ip_vs);
    if (wanted.full) file += "-full";
    if (wanted.shard.count > 1)
        file += fmt::format("-shard-{}-of-{}", wanted.shard.index, wanted.shard.count);
    if (wanted.seed != Wanted{}.seed) file += fmt::format("-seed-{}", wanted.seed);
    return directory / (file + ".jsonl");
}

// "image: "6.1.0-1" there, "6.1.0-2" now"
std::string differences(std::string_view there, const std::string& now)
{
    const auto old = parse_json(there, "a journal"), fresh = parse_json(now, "a journal");
    if (!old || !fresh || !old->is_object()) return "its first line is none of a journal's";
    std::vector<std::string> found;
    for (const auto& [key, value] : fresh->items()) {
        const auto before = old->contains(key) ? dump_json_line(old->at(key)) : "nothing";
        if (before != dump_json_line(value))
            found.push_back(
                fmt::format("{}: {} there, {} now", key, before, dump_json_line(value)));
    }
    return "it is of another run: " + (found.empty() ? "of another gsobench" : join(found, "; "));
}

struct Earlier {
    std::string release, version;
    std::vector<Death> deaths;
    std::vector<std::string> boot;
};

Error in_line(Error error, const std::string& name, size_t number)
{
    error.object = fmt::format("{}:{}", name, number);
    error.remedy = "delete that line, and its cell is run again; or give another directory";
    return error;
}

Result<Earlier> take_lines(std::string_view text, const std::string& first, const std::string& name,
                           const Selection& selection, Ledger& ledger)
{
    bool is_first = true;
    Earlier earlier;
    size_t number = 0;
    for (const auto line : lines(text)) {
        ++number;
        if (std::exchange(is_first, false)) {
            if (line == first) continue;
            return error(name, "resume", differences(line, first),
                         "ask for that one, or give another directory");
        }
        auto read = parse_line(line, selection.cells);
        if (!read) return in_line(read.error(), name, number);
        auto said = *std::move(read);
        if (said.index) ledger.take(*said.index, std::move(said.result));
        if (said.death) earlier.deaths.push_back(*std::move(said.death));
        if (!said.boot.empty()) earlier.boot.push_back(std::move(said.boot));
        if (said.release.empty()) continue;
        earlier.release = std::move(said.release);
        earlier.version = std::move(said.version);
    }
    return earlier;
}

} // namespace

Result<Journal> Journal::open(const fs::path& directory, const std::string& kernel,
                              const std::string& ip_vs, const std::string& image,
                              const Wanted& wanted, const Selection& selection, Ledger& ledger)
{
    TRY(make_directories(directory));
    const auto path = file_for(directory, kernel, ip_vs, wanted);
    constexpr mode_t mode = 0644;
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, mode));
    if (!fd) return errno_error(path, "open");
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return errno_error(path, "lock", "another run may be writing it");
    auto text = TRY(read_file(path));
    const auto whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
    if (::ftruncate(fd.get(), static_cast<off_t>(whole)) != 0) return errno_error(path, "cut");
    text.resize(whole);
    const auto first = first_line(image, wanted, selection);
    auto ran = TRY(take_lines(text, first, path, selection, ledger));
    Journal journal(std::move(fd), path);
    journal.release_ = std::move(ran.release);
    journal.version_ = std::move(ran.version);
    journal.deaths_ = std::move(ran.deaths);
    journal.boot_ = std::move(ran.boot);
    if (text.empty()) TRY(journal.write(first));
    return journal;
}

Result<void> Journal::write(std::string_view line)
{
    return write_all(fd_.get(), std::string(line) + "\n", name_);
}

} // namespace gueway::matrix
