// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/alike.h"

#include "util/text.h"

#include <algorithm>

namespace gueway::matrix {

std::string kind(std::string_view complaint)
{
    constexpr std::string_view digits = "0123456789", of_numbers = "0123456789abcdefx";
    std::string text;
    while (!complaint.empty()) {
        const auto words = complaint.substr(0, complaint.find_first_of(digits));
        text += words;
        complaint.remove_prefix(words.size());
        complaint.remove_prefix(
            std::min(complaint.find_first_not_of(of_numbers), complaint.size()));
    }
    return text;
}

std::set<std::string> kinds(const CellResult& result)
{
    std::set<std::string> found;
    for (const auto& complaint : result.complaints) found.insert(kind(complaint));
    return found;
}

std::string words(const CellResult& result)
{
    auto text = std::string(name(result.outcome));
    if (!result.bugs.empty()) text += " " + join(result.bugs, ",");
    return text;
}

bool alike(const CellResult& one, const CellResult& other)
{
    return words(one) == words(other) &&
           (other.outcome != Outcome::failed || kinds(one) == kinds(other));
}

} // namespace gueway::matrix
