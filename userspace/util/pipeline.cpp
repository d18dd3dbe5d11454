// SPDX-License-Identifier: GPL-2.0-only
#include "util/pipeline.h"

#include "util/file.h"
#include "util/text.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/mman.h>

namespace gueway {

namespace {

// How a stage ends whose reader has enough; the reader's own status says whether that was right.
constexpr int broken_pipe = 128 + SIGPIPE;

struct Stage {
    const Argv* command;
    Fd errors; // memory file with what it wrote to standard error
    Process process;
};

Result<std::vector<Stage>> start_all(const std::vector<Argv>& commands)
{
    std::vector<Stage> stages;
    Fd input;
    for (const auto& command : commands) {
        std::array<int, 2> ends = {-1, -1};
        const bool last = &command == &commands.back();
        Fd errors(::memfd_create("errors", MFD_CLOEXEC));
        if (!errors) return errno_error(command[0], "create memory file");
        if (last)
            ends[1] = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        else if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            return errno_error("pipe", "create");
        Fd next(ends[0]);
        const Fd output(ends[1]);
        auto process = TRY(Process::start(command, {input.get(), output.get(), errors.get()}));
        stages.push_back({&command, std::move(errors), std::move(process)});
        input = std::move(next);
    }
    return stages;
}

Error stage_error(const Stage& stage, int status)
{
    std::string said(65536, '\0');
    const ssize_t n = ::pread(stage.errors.get(), said.data(), said.size(), 0);
    said.resize(n > 0 ? static_cast<size_t>(n) : 0);
    const auto words = lines(trim(said));
    std::string detail = "status " + std::to_string(status);
    if (!words.empty()) detail += ", " + std::string(words.back());
    return error(quoted(*stage.command), "run", detail);
}

} // namespace

Result<void> run_pipeline(const std::vector<Argv>& commands, const std::function<bool()>& stop)
{
    auto stages = TRY(start_all(commands));
    // From the end: a reader that failed is the reason why its writer was cut off.
    std::optional<Error> failed;
    for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
        std::optional<int> status;
        while (!(status = stage->process.wait(Deadline::after(std::chrono::milliseconds(100)))))
            if (stop()) return Error{quoted(*stage->command), "run", EINTR, {}, {}};
        if (*status != 0 && (!failed || *status != broken_pipe))
            failed = stage_error(*stage, *status);
    }
    if (failed) return *failed;
    return {};
}

} // namespace gueway
