// SPDX-License-Identifier: GPL-2.0-only
#include "guest.h"

#include "klog/splats.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace gueway {

namespace {

// Bytes in, whole lines out.
class Lines {
public:
    template <class Take>
    void add(std::string_view bytes, const Take& take)
    {
        pending_ += bytes;
        size_t begin = 0;
        for (size_t end; (end = pending_.find('\n', begin)) != pending_.npos; begin = end + 1)
            take(std::string_view(pending_).substr(begin, end - begin));
        pending_.erase(0, begin);
    }

private:
    std::string pending_;
};

// "[   12.345678] " in front of a kernel line is the time.
std::string_view without_time(std::string_view line)
{
    const auto end = line.find("] ");
    return line.starts_with('[') && end != line.npos ? line.substr(end + 2) : line;
}

class Child {
public:
    Child(int to, bool verbose) : to_(to), verbose_(verbose) {}

    void run(const RunSpec& spec)
    {
        RunListener listener;
        listener.output = [this](std::string_view bytes, int stream) {
            const auto kind = stream == 1 ? GuestSays::Kind::line : GuestSays::Kind::errors;
            output_.at(stream == 1 ? 0 : 1).add(bytes, [&](std::string_view line) {
                say(kind, line);
            });
        };
        listener.console = [this](std::string_view bytes) { look_at(bytes); };
        const auto report = run_in_lab(spec, listener);
        if (report) tell_status(*report);
        say(GuestSays::Kind::end, report ? why(*report) : report.error().text());
    }

private:
    void say(GuestSays::Kind kind, std::string_view text) const
    {
        std::string line(1, static_cast<char>(kind));
        line += text;
        std::ranges::replace(line, '\n', ' ');
        line += '\n';
        (void)write_all(to_, line, "gsobench").has_value(); // else nobody listens any more
    }

    void look_at(std::string_view bytes)
    {
        if (verbose_) fmt::print(stderr, "{}", bytes);
        console_.add(bytes, [this](std::string_view line) {
            const auto message = without_time(trim(line));
            if (find_splat(message) && !is_cut_here(message)) say(GuestSays::Kind::splat, message);
        });
    }

    // How the guest ended. What its kernel complained of is told as it comes, of each cell: that a
    // guest warned an hour ago is not why it ended.
    static std::string why(const RunReport& report)
    {
        const auto& guest = report.guests.back();
        const auto& command = report.commands.front();
        const auto status = report.lab_status();
        if (status == LabStatus::missing) return report.explanation();
        if (guest.ended && command.why == "signal")
            return fmt::format("its gsobench ended by a signal (status {})", command.status);
        if (guest.ended) return status == LabStatus::splatted ? "" : report.explanation();
        switch (guest.end) {
        case MachineEnd::Why::timed_out:
            return fmt::format("it said nothing for {} s", report.spec.timeout.count() / 1000);
        case MachineEnd::Why::interrupted:
            return "interrupted";
        case MachineEnd::Why::failed:
            return guest.words;
        case MachineEnd::Why::orderly:
            break;
        }
        return fmt::format("it ended without saying so {}", trim(guest.words));
    }

    // A signal is how a kernel ends what it cannot go on with: that is no status of its own.
    void tell_status(const RunReport& report) const
    {
        const auto& command = report.commands.front();
        if (command.why == "exit" && command.status != 0)
            say(GuestSays::Kind::failed, fmt::format("status {}", command.status));
    }

    int to_;
    bool verbose_;
    std::array<Lines, 2> output_;
    Lines console_;
};

} // namespace

Result<Guest> Guest::start(const RunSpec& spec, bool verbose)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "create");
    Fd from(ends[0]), to(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return errno_error("guest", "fork");
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() == parent) Child(to.get(), verbose).run(spec);
        std::fflush(nullptr);
        ::_exit(0); // nothing of our parent's is ours to clean up
    }
    return Guest(pid, std::move(from));
}

Guest& Guest::operator=(Guest&& other) noexcept
{
    std::swap(pid_, other.pid_);
    std::swap(from_, other.from_);
    std::swap(pending_, other.pending_);
    return *this;
}

Guest::~Guest()
{
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

bool Guest::take(std::vector<GuestSays>& said)
{
    std::string block(65536, '\0');
    const ssize_t n = ::read(from_.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) return true;
    if (n <= 0) return false;
    pending_.append(block, 0, static_cast<size_t>(n));
    size_t begin = 0;
    for (size_t end; (end = pending_.find('\n', begin)) != pending_.npos; begin = end + 1) {
        if (end == begin) continue;
        said.push_back({static_cast<GuestSays::Kind>(pending_[begin]),
                        pending_.substr(begin + 1, end - begin - 1)});
    }
    pending_.erase(0, begin);
    return true;
}

} // namespace gueway
