// SPDX-License-Identifier: GPL-2.0-only
#include "util/process.h"

#include "util/file.h"
#include "util/text.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace gueway {

namespace {

int shell_status(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

struct Pipe {
    Fd read, write;
};

Result<Pipe> make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "create");
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

// In the child, between fork and exec: async-signal-safe calls only. Never returns.
[[noreturn]] void become(char* const* argv, const Process::Streams& streams, int report)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL); // run() ignores it; what is ignored stays so across exec
    const int input = streams.input >= 0 ? streams.input : ::open("/dev/null", O_RDONLY);
    ::dup2(input, 0);
    if (streams.output >= 0) ::dup2(streams.output, 1);
    if (streams.errors >= 0) ::dup2(streams.errors, 2);
    ::execvp(argv[0], argv);
    const int code = errno;
    [[maybe_unused]] const ssize_t sent = ::write(report, &code, sizeof code);
    ::_exit(127);
}

} // namespace

Result<Process> Process::start(const Argv& argv, const Streams& streams)
{
    std::vector<char*> words;
    for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    auto report = TRY(make_pipe());
    const pid_t pid = ::fork();
    if (pid < 0) return errno_error(argv[0], "fork");
    if (pid == 0) become(words.data(), streams, report.write.get());
    Process child(pid);
    report.write.reset();
    int code = 0;
    if (::read(report.read.get(), &code, sizeof code) != sizeof code) return child;
    return Error{argv[0], "run", code, {}, code == ENOENT ? "install it, or check PATH" : ""};
}

Process& Process::operator=(Process&& other) noexcept
{
    std::swap(pid_, other.pid_);
    return *this;
}

Process::~Process()
{
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void Process::signal(int number) const
{
    if (pid_ > 0) ::kill(pid_, number);
}

std::optional<int> Process::wait(const Deadline& deadline)
{
    if (pid_ <= 0) return {}; // told already; -1 would be any child's
    auto pause = std::chrono::milliseconds(1);
    for (;;) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            return shell_status(status);
        }
        if (deadline.passed()) return {};
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(20));
    }
}

namespace {

// Moves bytes between the child's streams and ours until all are closed or time is up.
class Pump {
public:
    Pump(Fd in, std::string_view pending, Fd out, Fd err)
        : in_(std::move(in)), pending_(pending), out_(std::move(out)), err_(std::move(err))
    {}

    Result<void> run(const Deadline& deadline, Outcome& outcome, const std::string& program)
    {
        while (out_ || err_) {
            if (pending_.empty()) in_.reset();
            std::array<pollfd, 3> set = {
                {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {in_.get(), POLLOUT, 0}}};
            const int ready = ::poll(set.data(), set.size(), deadline.poll_timeout());
            if (ready < 0 && errno != EINTR) return errno_error(program, "poll");
            if (ready == 0) return Error{program, "wait for its end", ETIMEDOUT, {}, {}};
            if (ready < 0) continue;
            if (set[0].revents) take(out_, outcome.output);
            if (set[1].revents) take(err_, outcome.errors);
            if (set[2].revents) give();
        }
        return {};
    }

private:
    static void take(Fd& from, std::string& into)
    {
        char block[65536];
        const ssize_t n = ::read(from.get(), block, sizeof block);
        if (n > 0)
            into.append(block, static_cast<size_t>(n));
        else if (n == 0 || errno != EINTR)
            from.reset();
    }
    void give()
    {
        const ssize_t n =
            ::write(in_.get(), pending_.data(), std::min<size_t>(pending_.size(), 4096));
        if (n > 0)
            pending_.remove_prefix(static_cast<size_t>(n));
        else if (n < 0 && errno != EINTR)
            pending_ = {};
    }

    Fd in_;
    std::string_view pending_;
    Fd out_, err_;
};

} // namespace

Result<Outcome> run(const Argv& argv, const RunOptions& options)
{
    static const bool quiet_pipes = ::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
    (void)quiet_pipes;
    auto in = TRY(make_pipe());
    auto out = TRY(make_pipe());
    auto err = TRY(make_pipe());
    auto child = TRY(Process::start(argv, {in.read.get(), out.write.get(), err.write.get()}));
    in.read.reset();
    out.write.reset();
    err.write.reset();
    const Deadline deadline = options.deadline.value_or(Deadline::never());
    Outcome outcome;
    Pump pump(std::move(in.write), options.input, std::move(out.read), std::move(err.read));
    TRY(pump.run(deadline, outcome, argv[0]));
    const auto status = child.wait(deadline);
    if (!status) return Error{argv[0], "wait for its end", ETIMEDOUT, {}, {}};
    outcome.status = *status;
    return outcome;
}

Result<std::string> run_ok(const Argv& argv, const std::string& remedy)
{
    auto outcome = TRY(run(argv));
    if (outcome.status == 0) return std::move(outcome.output);
    const auto said = lines(trim(outcome.errors));
    std::string detail = "status " + std::to_string(outcome.status);
    if (!said.empty()) detail += ", " + std::string(said.back());
    return error(quoted(argv), "run", detail, remedy);
}

} // namespace gueway
