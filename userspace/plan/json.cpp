// SPDX-License-Identifier: GPL-2.0-only
#include "util/json.h"

#include "plan/plan.h"

namespace gueway::plan {

namespace {

Json text_or_null(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json step_json(const Step& step)
{
    Json differences = Json::array();
    for (const auto& [attribute, from, to] : step.differences)
        differences.push_back(
            {{"attribute", attribute}, {"from", text_or_null(from)}, {"to", text_or_null(to)}});
    return {{"operation", name(step.operation)},
            {"section", step.section},
            {"object", step.object},
            {"differences", std::move(differences)}};
}

} // namespace

Json json(const Plan& plan)
{
    Json steps = Json::array(), notes = Json::array();
    for (const auto& step : plan.steps) steps.push_back(step_json(step));
    for (const auto& [section, text] : plan.notes)
        notes.push_back({{"section", section}, {"text", text}});
    return {{"schema", schema},
            {"place", plan.place},
            {"steps", std::move(steps)},
            {"notes", std::move(notes)}};
}

} // namespace gueway::plan
