// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/variants.h"

#include "matrix/known_bugs.h"

namespace gueway::matrix {

std::vector<Variant> variants(const Cell& cell)
{
    std::vector<Variant> all = {{{}, look(cell)}};
    for (const auto& bug : known_bugs()) {
        const auto before = all.size();
        for (size_t i = 0; i < before; ++i) {
            auto variant = all[i];
            if (!bug.change(cell, variant.look)) continue;
            variant.bugs.emplace_back(bug.id);
            all.push_back(std::move(variant));
        }
    }
    return all;
}

} // namespace gueway::matrix
