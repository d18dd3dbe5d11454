// SPDX-License-Identifier: GPL-2.0-only
#include "lab/judge.h"

#include "klog/splats.h"
#include "util/text.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace gueway {

namespace {

// A report without an end-of-trace line (hung task, stall, KASAN) is cut here.
constexpr size_t longest_report = 120; // lines
constexpr int default_level = 7;       // CONFIG_CONSOLE_LOGLEVEL_DEFAULT
constexpr int quiet_level = 4;         // CONFIG_CONSOLE_LOGLEVEL_QUIET
constexpr int debug_level = 10;
// A message prints when its level is below the console's.
constexpr int needed_level = judge_marker_level + 1;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Length of a printk prefix at the start of `text`: "[   12.345678] ", with PRINTK_CALLER
// "[   12.345678][    T1] "; 0 when there is none.
size_t stamp_length(std::string_view text)
{
    if (!text.starts_with('[')) return 0;
    size_t at = std::min(text.find_first_not_of(' ', 1), text.size());
    const size_t seconds = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == seconds || at + 8 > text.size() || text[at] != '.' || text[at + 7] != ']') return 0;
    if (!std::all_of(text.begin() + at + 1, text.begin() + at + 7, is_digit)) return 0;
    at += 8;
    if (text.substr(at).starts_with('[')) {
        const auto end = text.find(']', at);
        const auto who = text.substr(at, end == text.npos ? 0 : end - at);
        if (who.size() > 1 && who.find_first_not_of(" TC0123456789", 1) == who.npos) at = end + 1;
    }
    return at < text.size() && text[at] == ' ' ? at + 1 : at;
}

struct Message {
    std::string_view raw;  // as on the console, stamp included
    std::string_view text; // without the stamp
    bool stamped = false;
};

// Where the next stamp begins at or after `from`: two processors can share a line of the console.
size_t next_stamp(std::string_view line, size_t from)
{
    for (size_t at = line.find('[', from); at != line.npos; at = line.find('[', at + 1))
        if (stamp_length(line.substr(at)) > 0) return at;
    return line.npos;
}

void take_line(std::string_view line, std::vector<Message>& messages)
{
    while (line.ends_with('\r')) line.remove_suffix(1);
    const size_t first = next_stamp(line, 0);
    if (first != 0 && !line.empty()) {
        const auto before = line.substr(0, first);
        messages.push_back({before, before, false});
    }
    for (size_t at = first; at != line.npos;) {
        const size_t next = next_stamp(line, at + 1);
        const auto raw = line.substr(at, next == line.npos ? next : next - at);
        messages.push_back({raw, raw.substr(stamp_length(raw)), true});
        at = next;
    }
}

std::vector<Message> messages_of(std::string_view log)
{
    std::vector<Message> messages;
    for (const auto line : lines(log)) take_line(line, messages);
    const bool timed =
        std::any_of(messages.begin(), messages.end(), [](const Message& m) { return m.stamped; });
    if (!timed) // CONFIG_PRINTK_TIME is off: every line may be the kernel's
        for (auto& m : messages) m.stamped = true;
    return messages;
}

bool is_allowed(std::string_view text, const std::vector<Allowed>& allowed)
{
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](const Allowed& a) { return text.starts_with(a.begins); });
}

const Splat* splat_in(const Message& message, const std::vector<Allowed>& allowed)
{
    const auto* splat = find_splat(message.text);
    if (!splat || (!message.stamped && !splat->sure)) return nullptr;
    return is_allowed(message.text, allowed) ? nullptr : splat;
}

// From `first` to the end of its trace.
std::vector<std::string> report_from(const std::vector<Message>& messages, size_t first)
{
    std::vector<std::string> report;
    for (size_t i = first; i < messages.size() && report.size() < longest_report; ++i) {
        report.emplace_back(messages[i].raw);
        if (is_end_of_trace(messages[i].text)) break;
    }
    return report;
}

// "cut here" says only that something follows; what it is stands in one of the next lines.
size_t naming_line(const std::vector<Message>& messages, size_t first,
                   const std::vector<Allowed>& allowed)
{
    constexpr size_t reach = 8;
    if (!is_cut_here(messages[first].text)) return first;
    for (size_t i = first + 1; i < std::min(first + reach, messages.size()); ++i)
        if (splat_in(messages[i], allowed)) return i;
    return first;
}

// "cut here" belongs to the complaint after it, and is allowed when that is.
bool is_allowed_cut(const std::vector<Message>& messages, size_t at,
                    const std::vector<Allowed>& allowed)
{
    return is_cut_here(messages[at].text) && at + 1 < messages.size() &&
           is_allowed(messages[at + 1].text, allowed);
}

std::optional<Verdict> find_splats(const std::vector<Message>& messages,
                                   const std::vector<Allowed>& allowed)
{
    std::optional<size_t> first;
    int count = 0;
    for (size_t i = 0; i < messages.size(); ++i) {
        if (!splat_in(messages[i], allowed) || is_allowed_cut(messages, i, allowed)) continue;
        if (!first) first = i;
        if (!is_cut_here(messages[i].text)) ++count;
    }
    if (!first) return {};
    const size_t named = naming_line(messages, *first, allowed);
    Verdict verdict{.kind = Verdict::Kind::splat};
    verdict.what = splat_in(messages[named], allowed)->what;
    verdict.line = messages[named].raw;
    verdict.report = report_from(messages, *first);
    verdict.splats = std::max(count, 1);
    verdict.panicked = std::any_of(messages.begin(), messages.end(),
                                   [](const Message& m) { return is_panic(m.text); });
    return verdict;
}

// The console's level after the command line; the later of two words wins, as in the kernel.
int console_level(std::string_view command_line)
{
    constexpr std::string_view loglevel = "loglevel=";
    int level = default_level;
    for (const auto word : words(command_line)) {
        if (word == "ignore_loglevel") return debug_level;
        if (word == "quiet")
            level = quiet_level;
        else if (word == "debug")
            level = debug_level;
        else if (word.starts_with(loglevel))
            level = parse_number<int>(word.substr(loglevel.size())).value_or(level);
    }
    return level;
}

std::string_view command_line_of(const std::vector<Message>& messages)
{
    for (const auto prefix : {"Kernel command line: ", "Command line: "})
        for (const auto& m : messages)
            if (m.stamped && m.text.starts_with(prefix))
                return m.text.substr(std::string_view(prefix).size());
    return {};
}

// Why the absence of splats in this log proves nothing; empty when it does prove something.
std::string doubt(const std::vector<Message>& messages)
{
    const auto seen = [&](std::string_view begins) {
        return std::any_of(messages.begin(), messages.end(), [&](const Message& m) {
            return m.stamped && m.text.starts_with(begins);
        });
    };
    if (seen(judge_marker)) return {};
    if (!seen("Linux version "))
        return "the log shows neither the kernel's banner nor the marker of the guest's init";
    const int level = console_level(command_line_of(messages));
    if (level >= needed_level) return {};
    return fmt::format("the console's log level is {} (quiet or loglevel= on the command line): "
                       "warnings need {}",
                       level, needed_level);
}

Verdict unscannable(std::string why)
{
    return {.kind = Verdict::Kind::unscannable, .why = std::move(why)};
}

} // namespace

std::string_view to_string(Verdict::Kind kind)
{
    switch (kind) {
    case Verdict::Kind::clean:
        return "clean";
    case Verdict::Kind::splat:
        return "splat";
    case Verdict::Kind::unscannable:
        break;
    }
    return "unscannable";
}

const std::vector<Allowed>& default_allowed()
{
    static const std::vector<Allowed> none;
    return none;
}

Verdict judge_log(std::string_view console_log, const std::vector<Allowed>& allowed)
{
    if (trim(console_log).empty()) return unscannable("the log is empty");
    const auto messages = messages_of(console_log);
    if (auto verdict = find_splats(messages, allowed)) return std::move(*verdict);
    if (auto why = doubt(messages); !why.empty()) return unscannable(std::move(why));
    return {.kind = Verdict::Kind::clean};
}

Verdict judge_file(const fs::path& path)
{
    const auto log = read_file(path);
    return log ? judge_log(*log) : unscannable(log.error().text());
}

} // namespace gueway
