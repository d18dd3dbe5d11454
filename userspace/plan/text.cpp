// SPDX-License-Identifier: GPL-2.0-only
#include "util/text.h"

#include "plan/plan.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::plan {

namespace {

constexpr char signs[] = {'+', '~', '-'}; // as Operation counts

std::string difference_text(const Difference& difference, Operation operation)
{
    const auto& [attribute, from, to] = difference;
    if (operation == Operation::change)
        return fmt::format("{} {} -> {}", attribute, from.empty() ? "(none)" : from,
                           to.empty() ? "(none)" : to);
    return fmt::format("{} {}", attribute, operation == Operation::add ? to : from);
}

std::string step_text(const Step& step)
{
    std::vector<std::string> parts;
    parts.reserve(step.differences.size());
    for (const auto& each : step.differences)
        parts.push_back(difference_text(each, step.operation));
    return fmt::format("  {} {}{}{}\n", signs[static_cast<size_t>(step.operation)], step.object,
                       parts.empty() ? "" : ": ", join(parts, ", "));
}

std::vector<std::string> sections(const Plan& plan)
{
    std::vector<std::string> names;
    const auto meet = [&](const std::string& name) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    };
    for (const auto& step : plan.steps) meet(step.section);
    for (const auto& note : plan.notes) meet(note.section);
    return names;
}

std::string sum(const Plan& plan)
{
    if (plan.empty()) return "nothing to do\n";
    const auto count = [&](Operation operation) {
        return std::ranges::count(plan.steps, operation, &Step::operation);
    };
    return fmt::format("{} to add, {} to change, {} to remove\n", count(Operation::add),
                       count(Operation::change), count(Operation::remove));
}

} // namespace

std::string_view name(Operation operation)
{
    constexpr std::string_view names[] = {"add", "change", "remove"};
    return names[static_cast<size_t>(operation)];
}

bool removes_more(const Plan& now, const Plan& approved)
{
    return std::ranges::any_of(now.steps, [&](const Step& step) {
        return step.operation == Operation::remove &&
               std::ranges::none_of(approved.steps, [&](const Step& other) {
                   return other.operation == Operation::remove && other.section == step.section &&
                          other.object == step.object;
               });
    });
}

std::string text(const Plan& plan)
{
    std::string out;
    for (const auto& section : sections(plan)) {
        if (!section.empty()) out += section + "\n";
        for (const auto& step : plan.steps)
            if (step.section == section) out += step_text(step);
        for (const auto& note : plan.notes)
            if (note.section == section) out += "  ! " + note.text + "\n";
    }
    return out + sum(plan);
}

} // namespace gueway::plan
