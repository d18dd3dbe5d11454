// SPDX-License-Identifier: GPL-2.0-only
#include "trace/json_parts.h"
#include "trace/verdict.h"

namespace gueway {

Json to_json(const Verdict& verdict)
{
    const auto evidence = [](const Evidence& one) {
        return Json{{"text", one.text}, {"source", one.source}};
    };
    return {{"name", text_or_null(verdict.name)}, {"sentence", text_or_null(verdict.sentence)},
            {"certain", verdict.certain},         {"evidence", list(verdict.evidence, evidence)},
            {"not_seen", verdict.missing},        {"remedy", verdict.remedy}};
}

} // namespace gueway
