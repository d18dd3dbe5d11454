// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/result.h"

#include "matrix/axes.h"

#include <fmt/format.h>

namespace gueway::matrix {

std::string_view name(Outcome outcome)
{
    constexpr std::array<std::string_view, 4> names = {"passed", "known", "failed", "lost"};
    return names[static_cast<size_t>(outcome)];
}

void fail(CellResult& result, const std::vector<std::string>& complaints)
{
    result.outcome = Outcome::failed;
    result.complaints.insert(result.complaints.begin(), complaints.begin(), complaints.end());
}

std::string_view name(Death::When when)
{
    return when == Death::When::during ? "during" : "after";
}

std::string text(const Death& death)
{
    return fmt::format("{} {}: {}", name(death.when), name(death.cell), death.why);
}

} // namespace gueway::matrix
