// SPDX-License-Identifier: GPL-2.0-only
// Child processes: run to the end with captured output, or start and own.
#pragma once

#include "util/deadline.h"
#include "util/fd.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace gueway {

using Argv = std::vector<std::string>;

// How a child ended. A signal counts as 128 + number, as in a shell.
struct Outcome {
    int status = 0;
    std::string output; // standard output
    std::string errors; // standard error
};

// A running child, killed (SIGKILL) and reaped on destruction unless it was waited for. Move-only.
// The child is told to die with the thread that started it.
class Process {
public:
    struct Streams {
        int input =
            -1; // descriptors the child gets as 0, 1, 2; -1: /dev/null for 0, else inherited
        int output = -1;
        int errors = -1;
    };
    // Looks argv[0] up in PATH; a missing program is an Error with ENOENT, not status 127.
    static Result<Process> start(const Argv& argv, const Streams& streams);

    Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    pid_t pid() const { return pid_; }
    void signal(int number) const;
    // Status when it has ended by the deadline; nothing when it still runs, or was waited for
    // before.
    std::optional<int> wait(const Deadline& deadline);

private:
    explicit Process(pid_t pid) : pid_(pid) {}
    pid_t pid_ = -1;
};

struct RunOptions {
    std::string input;                // given on standard input
    std::optional<Deadline> deadline; // past it the child is killed: ETIMEDOUT
};

// Runs to the end and captures both streams. A non-zero status is not an Error.
Result<Outcome> run(const Argv& argv, const RunOptions& options = {});

// Standard output of a command that must succeed; otherwise an Error with the command, its status,
// the last line it wrote to standard error, and `remedy`.
Result<std::string> run_ok(const Argv& argv, const std::string& remedy = {});

} // namespace gueway
