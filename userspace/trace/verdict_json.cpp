// SPDX-License-Identifier: GPL-2.0-only
#include "trace/verdict.h"
#include "util/json.h"

namespace gueway {

Json to_json(const Verdict& verdict)
{
    auto evidence = Json::array();
    for (const auto& one : verdict.evidence)
        evidence.push_back({{"text", one.text}, {"source", one.source}});
    return {{"name", verdict.found() ? Json(verdict.name) : Json(nullptr)},
            {"sentence", verdict.sentence},
            {"certain", verdict.certain},
            {"evidence", std::move(evidence)},
            {"not_seen", verdict.missing},
            {"remedy", verdict.remedy}};
}

} // namespace gueway
