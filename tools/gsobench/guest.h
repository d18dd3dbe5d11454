// SPDX-License-Identifier: GPL-2.0-only
// A guest in a process of its own: the lab runs one guest at a time in a process, and two at once
// are what two processors are for.
#pragma once

#include "lab/run.h"
#include "util/fd.h"

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace gueway {

//   line     its command's, of standard output
//   errors   the same of standard error
//   splat    a line of the kernel's log that complains
//   failed   its command ended with a status, by itself: that and no more
//   end      why the lab is not content; empty: it is. The last one.
struct GuestSays {
    enum class Kind : char { line = 'l', errors = 'e', splat = 's', failed = 'f', end = 'x' };
    Kind kind = Kind::line;
    std::string text;
};

// Ends with this object: QEMU dies with its process. Move-only.
class Guest {
public:
    // `verbose`: the kernel's log goes to standard error as it comes.
    static Result<Guest> start(const RunSpec& spec, bool verbose);
    Guest(Guest&& other) noexcept
        : pid_(std::exchange(other.pid_, -1)), from_(std::move(other.from_)),
          pending_(std::move(other.pending_))
    {}
    Guest& operator=(Guest&& other) noexcept;
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    ~Guest();

    int descriptor() const { return from_.get(); } // readable when there is something to take
    // What came since; false at the end, after which nothing comes.
    bool take(std::vector<GuestSays>& said);

private:
    Guest(pid_t pid, Fd from) : pid_(pid), from_(std::move(from)) {}
    pid_t pid_ = -1;
    Fd from_;
    std::string pending_;
};

} // namespace gueway
