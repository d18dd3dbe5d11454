// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/result.h"

namespace gueway::matrix {

std::string_view name(Outcome outcome)
{
    constexpr std::array<std::string_view, 4> names = {"passed", "known", "failed", "lost"};
    return names[static_cast<size_t>(outcome)];
}

} // namespace gueway::matrix
