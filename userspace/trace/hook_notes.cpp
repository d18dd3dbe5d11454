// SPDX-License-Identifier: GPL-2.0-only
#include "trace/hook_notes.h"

#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace gueway {

namespace {

// By the purposes of the table of hooks (follow_hooks()).
std::string_view cost(std::string_view purpose)
{
    if (purpose == "step") return "packets make no step there, and no rule is checked";
    if (purpose == "answer") return "what it returned is not known";
    if (purpose == "change") return "what packets become there is not followed";
    if (purpose == "chain") return "no chain of nftables is named";
    return "what happens there is not seen";
}

std::string cause(const Attachment& attachment)
{
    if (attachment.refused.empty()) return "nothing to try";
    const auto& why = attachment.refused.back().why;
    if (why.code == ESRCH || why.code == ENOENT) return "not in this kernel and its modules";
    std::string words = why.operation;
    if (why.code) words += std::string(": ") + ::strerrordesc_np(why.code);
    return why.detail.empty() ? words : words + ": " + why.detail;
}

std::string function(const Attachment& attachment)
{
    return attachment.refused.empty() ? "?" : attachment.refused.back().target.name;
}

} // namespace

std::string hooked_text(const std::vector<Attachment>& attachments)
{
    std::vector<std::pair<Backend, size_t>> counts; // in the order of their first
    size_t granted = 0;
    for (const auto& one : attachments) {
        if (!one.granted()) continue;
        ++granted;
        auto found =
            std::ranges::find(counts, one.target.backend, &std::pair<Backend, size_t>::first);
        if (found == counts.end()) found = counts.insert(found, {one.target.backend, 0});
        ++found->second;
    }
    std::vector<std::string> parts;
    parts.reserve(counts.size());
    for (const auto& [backend, count] : counts)
        parts.push_back(fmt::format("{} {}", count, name(backend)));
    return fmt::format("{} of {} hooks: {}", granted, attachments.size(), join(parts, ", "));
}

std::string count_or_unknown(std::optional<uint64_t> missed)
{
    return missed ? std::to_string(*missed) : "?, as kprobes do not count them,";
}

std::vector<std::string> refused_hooks(const std::vector<Attachment>& attachments)
{
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> refused;
    for (const auto& one : attachments)
        if (!one.granted()) refused[{one.purpose, cause(one)}].push_back(function(one));
    std::vector<std::string> lines;
    lines.reserve(refused.size());
    for (const auto& [why, functions] : refused)
        lines.push_back(fmt::format("Not hooked: {} ({}): {}", join(functions, ", "), why.second,
                                    cost(why.first)));
    return lines;
}

} // namespace gueway
