// SPDX-License-Identifier: GPL-2.0-only
#include "lab/session.h"

#include "util/text.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace gueway {

namespace {

using Kind = protocol::Message::Kind;

// A path of the guest's, made safe to join to a directory of ours.
Result<fs::path> inside(const fs::path& directory, const std::string& relative)
{
    const auto path = fs::path(relative).lexically_normal();
    if (path.empty() || path.is_absolute() || *path.begin() == "..")
        return error("/out/" + relative, "receive file", "the path leads out of /out");
    return directory / path;
}

} // namespace

Session::Session(const RunSpec& spec, const RunListener& listener, RunReport& report,
                 std::vector<size_t> pending)
    : spec_(spec), listener_(listener), report_(report), pending_(std::move(pending)),
      deadline_(spec.shell ? Deadline::never() : Deadline::after(spec.timeout))
{}

Watcher Session::watcher()
{
    return {.message = [this](const protocol::Message& m) { return take(m); },
            .console =
                [this](std::string_view bytes) {
                    record_.console += bytes;
                    if (listener_.console) listener_.console(bytes);
                },
            .deadline = [this] { return deadline_; }};
}

CommandResult* Session::find(const std::string& id)
{
    for (const size_t index : pending_)
        if (report_.commands[index].command.id == id) return &report_.commands[index];
    return nullptr;
}

void Session::tell(const std::string& id, std::string_view state) const
{
    if (listener_.progress) listener_.progress(id, state);
}

Result<void> Session::take(const protocol::Message& m)
{
    auto* command = find(m.id);
    const bool of_command =
        m.kind == Kind::start || m.kind == Kind::output || m.kind == Kind::result;
    if (of_command && !command) return error("guest message", "find command", "unknown id " + m.id);
    switch (m.kind) {
    case Kind::hello:
        record_.release = m.release;
        tell("", "up");
        break;
    case Kind::start:
        running_ = static_cast<size_t>(command - report_.commands.data());
        begins_.emplace_back(record_.console.size(), *running_);
        if (!spec_.one_deadline && !spec_.shell) deadline_ = Deadline::after(spec_.timeout);
        tell(m.id, "start");
        break;
    case Kind::output:
        (m.stream == 1 ? command->output : command->errors) += m.data;
        if (spec_.output_is_life) deadline_ = Deadline::after(spec_.timeout);
        if (listener_.output) listener_.output(m.data, m.stream);
        break;
    case Kind::file:
        return take_file(m);
    case Kind::result:
        take_result(m);
        break;
    case Kind::end:
        record_.ended = true;
        break;
    }
    return {};
}

void Session::take_result(const protocol::Message& m)
{
    auto* command = find(m.id);
    command->status = m.status;
    command->why = m.why;
    command->lab = m.why == "missing" ? LabStatus::missing : LabStatus::ok;
    running_.reset();
    tell(m.id, m.status == 0 ? "done" : "failed");
}

Result<void> Session::take_file(const protocol::Message& m)
{
    if (!spec_.out) return {};
    const auto path = TRY(inside(*spec_.out, m.path));
    if (!file_) {
        TRY(make_directories(path.parent_path()));
        file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                           static_cast<mode_t>(m.mode)));
        if (!file_) return errno_error(path, "create");
    }
    TRY(write_all(file_.get(), m.data, path));
    if (!m.more) file_.reset();
    return {};
}

// No `end`: a splat or panic explains it first, then the time, else the lab failed.
LabStatus Session::status_of(const MachineEnd& end) const
{
    if (record_.verdict.kind == Verdict::Kind::splat) return LabStatus::splatted;
    if (end.why == MachineEnd::Why::timed_out) return LabStatus::timed_out;
    if (end.why != MachineEnd::Why::orderly) return LabStatus::failed;
    if (record_.verdict.kind == Verdict::Kind::unscannable) return LabStatus::failed;
    return record_.ended ? LabStatus::ok : LabStatus::failed;
}

// The command during which the splat's first line was printed; before any, the first.
void Session::blame_splat()
{
    if (record_.verdict.kind != Verdict::Kind::splat || begins_.empty()) return;
    const size_t at = record_.console.find(record_.verdict.line);
    size_t blamed = begins_.front().second;
    for (const auto& [offset, index] : begins_)
        if (offset <= at) blamed = index;
    report_.commands[blamed].lab = LabStatus::splatted;
}

std::vector<size_t> Session::settle(const MachineEnd& end)
{
    record_.end = end.why;
    record_.words = end.words;
    record_.verdict = judge_log(record_.console);
    const auto status = status_of(end);
    record_.lab = status;
    if (running_) {
        report_.commands[*running_].lab = status == LabStatus::ok ? LabStatus::failed : status;
        report_.commands[*running_].why = "lost";
    }
    blame_splat();
    std::vector<size_t> rest;
    for (const size_t index : pending_)
        if (report_.commands[index].why.empty()) rest.push_back(index);
    if (begins_.empty() || end.why == MachineEnd::Why::interrupted) {
        for (const size_t index : rest) {
            report_.commands[index].lab = status == LabStatus::ok ? LabStatus::failed : status;
            report_.commands[index].why = "lost";
        }
        rest.clear();
    }
    report_.guests.push_back(std::move(record_));
    return rest;
}

} // namespace gueway
