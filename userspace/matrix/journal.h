// SPDX-License-Identifier: GPL-2.0-only
// What guests said, kept in a file as it comes, so that a run that was stopped goes on.
#pragma once

#include "matrix/json.h"
#include "matrix/ledger.h"
#include "matrix/select.h"
#include "util/fd.h"
#include "util/file.h"

namespace gueway::matrix {

// Move-only.
class Journal {
public:
    // DIRECTORY/KERNEL-IP_VS.jsonl, behind which are "full", shard and seed where they are not
    // the default's; made if it is not there; of one that is, what is done goes into
    // the ledger. One of another selection, seed or kernel image, or of other cells of the same
    // names of a selection, is an Error. `image` says which kernel and modules it is exactly,
    // to the byte, and how it was booted. A last line that was not finished is forgotten.
    static Result<Journal> open(const fs::path& directory, const std::string& kernel,
                                const std::string& ip_vs, const std::string& image,
                                const Wanted& wanted, const Selection& selection, Ledger& ledger);
    // A line of the guest's, at once.
    Result<void> write(std::string_view line);

    // As uname told the run before; empty: it did not come so far.
    const std::string& release() const { return release_; }
    const std::string& version() const { return version_; }
    // Of guests of the run before.
    const std::vector<Death>& deaths() const { return deaths_; }
    // What their kernel complained of while it booted.
    const std::vector<std::string>& boot() const { return boot_; }

private:
    Journal(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}
    Fd fd_;
    std::string name_, release_, version_;
    std::vector<Death> deaths_;
    std::vector<std::string> boot_;
};

} // namespace gueway::matrix
