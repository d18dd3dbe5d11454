// SPDX-License-Identifier: GPL-2.0-only
#include "trace/verdict.h"

#include <fmt/format.h>

namespace gueway {

std::string text(const Verdict& verdict)
{
    auto text = verdict.found()
                    ? fmt::format("verdict   {}{}: {}\n", verdict.certain ? "" : "probably ",
                                  verdict.name, verdict.sentence)
                    : fmt::format("no verdict: {}\n", verdict.sentence);
    for (const auto& one : verdict.evidence)
        text += fmt::format("seen      {} [{}]\n", one.text, one.source);
    for (const auto& one : verdict.missing) text += fmt::format("not seen  {}\n", one);
    for (const auto& one : verdict.remedy) text += fmt::format("remedy    {}\n", one);
    return text;
}

} // namespace gueway
