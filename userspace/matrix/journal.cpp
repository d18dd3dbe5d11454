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
                           {"cells", selection.cells.size()},
                           {"names", names_hash(selection.cells)}});
}

// A kernel may be a path.
fs::path file_for(const fs::path& directory, std::string kernel, const std::string& ip_vs)
{
    std::ranges::replace(kernel, '/', '_');
    return directory / fmt::format("{}-{}.jsonl", kernel, ip_vs);
}

struct Earlier {
    std::string release, version;
    std::vector<Death> deaths;
};

Result<Earlier> take_lines(std::string_view text, const std::string& first, const std::string& name,
                           const Selection& selection, Ledger& ledger)
{
    bool is_first = true;
    Earlier earlier;
    for (const auto line : lines(text)) {
        if (std::exchange(is_first, false)) {
            if (line == first) continue;
            return error(name, "resume", fmt::format("it is of another run: {}", line),
                         "ask for that one, or give another directory");
        }
        auto said = TRY(parse_line(line, selection.cells));
        if (said.index) ledger.take(*said.index, std::move(said.result));
        if (said.death) earlier.deaths.push_back(*std::move(said.death));
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
    const auto path = file_for(directory, kernel, ip_vs);
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
    if (text.empty()) TRY(journal.write(first));
    return journal;
}

Result<void> Journal::write(std::string_view line)
{
    return write_all(fd_.get(), std::string(line) + "\n", name_);
}

} // namespace gueway::matrix
