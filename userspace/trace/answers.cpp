// SPDX-License-Identifier: GPL-2.0-only
#include "trace/answers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::array<const char*, FOLLOW_RETURNING> functions = {
#define FOLLOW_NAME(function, ...) #function,
    FOLLOW_ALL_RETURNS(FOLLOW_NAME)
#undef FOLLOW_NAME
};

std::string answer_text(int answer)
{
    if (answer == 0) return "NULL";
    const char* name = ::strerrorname_np(-answer);
    return name ? fmt::format("-{}", name) : std::to_string(answer);
}

} // namespace

std::vector<Returned> decode_answers(const follow_event& event)
{
    std::vector<Returned> answers;
    const auto count = std::min<size_t>(event.failed, FOLLOW_FAILURES);
    for (const auto& [function, answer] : std::span(event.failures, count))
        answers.push_back({function < functions.size() ? functions.at(function) : "?", answer,
                           answer_text(answer)});
    return answers;
}

std::string text(const std::vector<Returned>& answers)
{
    std::string all, last;
    for (const auto& [function, value, answer] : answers) {
        if (last == answer)
            all += (all.find("and so did") == all.npos ? ", and so did " : ", ") + function;
        else
            all += fmt::format("{}{} returned {}", all.empty() ? "" : ", then ", function, answer);
        last = answer;
    }
    return all;
}

std::vector<StackFrame> decode_stack(const follow_event& event,
                                     const std::function<StackFrame(uint64_t)>& frame)
{
    const std::span all(event.stack);
    const auto end = std::ranges::find(all, 0U);
    // In front of the place of the drop are the free and the program itself.
    auto begin = std::find(all.begin(), end, event.location);
    if (begin == end) begin = all.begin();
    std::vector<StackFrame> stack;
    std::transform(begin, end, std::back_inserter(stack), frame);
    return stack;
}

} // namespace gueway
