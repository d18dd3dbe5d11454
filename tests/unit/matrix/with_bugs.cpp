// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/with_bugs.h"

#include "matrix/known_bugs.h"
#include "matrix/variants.h"

namespace gueway::matrix {

bool strikes(const char* id, const Cell& cell)
{
    return known_bug(id)->strikes(cell);
}

std::optional<Look> with(const Cell& cell, const Ids& ids)
{
    for (auto& variant : variants(cell))
        if (variant.bugs == ids) return variant.look;
    return std::nullopt;
}

} // namespace gueway::matrix
