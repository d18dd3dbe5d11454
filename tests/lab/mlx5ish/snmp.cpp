// SPDX-License-Identifier: GPL-2.0-only
#include "snmp.h"

#include "util/text.h"

namespace gueway {

uint64_t snmp_count(const std::string& snmp, std::string_view family, std::string_view name)
{
    const auto all = lines(snmp);
    for (size_t i = 0; i + 1 < all.size(); ++i) {
        const auto names = words(all[i]), values = words(all[i + 1]);
        if (names.empty() || names[0] != family || names.size() != values.size()) continue;
        for (size_t column = 1; column < names.size(); ++column)
            if (names[column] == name) return parse_number<uint64_t>(values[column]).value_or(0);
    }
    return 0;
}

} // namespace gueway
