// SPDX-License-Identifier: GPL-2.0-only
#include "lab/packages.h"

#include "util/text.h"

#include <algorithm>
#include <cctype>

namespace gueway {

namespace {

bool is_digit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_sha256(std::string_view text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// "Size: 123" -> "123" when `line` is that field.
std::optional<std::string_view> field(std::string_view line, std::string_view name)
{
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':')
        return {};
    return trim(line.substr(name.size() + 1));
}

std::optional<Package> parse_stanza(std::string_view stanza, const std::string& suite)
{
    Package p{.suite = suite};
    std::optional<uint64_t> size;
    for (const auto line : lines(stanza)) {
        if (const auto value = field(line, "Package"))
            p.package = *value;
        else if (const auto value = field(line, "Version"))
            p.version = *value;
        else if (const auto value = field(line, "SHA256"))
            p.sha256 = *value;
        else if (const auto value = field(line, "Size"))
            size = parse_number<uint64_t>(*value);
    }
    if (p.package.empty() || p.version.empty() || !is_sha256(p.sha256) || !size) return {};
    p.size = *size;
    return p;
}

// A name before the rest of the stanza is looked at: an index holds tens of thousands.
std::string_view name_of(std::string_view stanza)
{
    constexpr std::string_view key = "Package: ";
    const auto at = stanza.starts_with(key) ? 0 : stanza.find("\nPackage: ");
    if (at == stanza.npos) return {};
    const auto begin = stanza.find(key, at) + key.size();
    return trim(stanza.substr(begin, stanza.find('\n', begin) - begin));
}

// deb-version(7): letters before all other characters, "~" before everything, even the end.
int weight(std::string_view text, size_t at)
{
    if (at >= text.size() || is_digit(text[at])) return 0;
    if (text[at] == '~') return -1;
    const auto c = static_cast<unsigned char>(text[at]);
    return std::isalpha(c) ? c : c + 256;
}

std::string_view take_number(std::string_view text, size_t& at)
{
    while (at < text.size() && text[at] == '0') ++at;
    const size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(begin, at - begin);
}

// Non-digits, digits, non-digits and so on, each compared in its own way.
std::strong_ordering compare_part(std::string_view a, std::string_view b)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.size() || j < b.size()) {
        while ((i < a.size() && !is_digit(a[i])) || (j < b.size() && !is_digit(b[j]))) {
            const int left = weight(a, i);
            const int right = weight(b, j);
            if (left != right) return left <=> right;
            ++i;
            ++j;
        }
        const auto left = take_number(a, i);
        const auto right = take_number(b, j);
        if (left.size() != right.size()) return left.size() <=> right.size();
        if (const int order = left.compare(right); order != 0) return order <=> 0;
    }
    return std::strong_ordering::equal;
}

struct Version {
    std::string_view epoch = "0";
    std::string_view upstream;
    std::string_view revision = "0";
};

Version parse_version(std::string_view text)
{
    Version v;
    if (const auto colon = text.find(':'); colon != text.npos) {
        v.epoch = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    const auto dash = text.rfind('-');
    v.upstream = text.substr(0, dash);
    if (dash != text.npos) v.revision = text.substr(dash + 1);
    return v;
}

} // namespace

std::vector<Package> parse_packages(std::string_view index, const std::string& suite,
                                    const std::function<bool(std::string_view name)>& wanted)
{
    std::vector<Package> found;
    while (!index.empty()) {
        const auto end = index.find("\n\n");
        const auto stanza = index.substr(0, end);
        if (const auto name = name_of(stanza); !name.empty() && wanted(name))
            if (auto package = parse_stanza(stanza, suite); package && package->package == name)
                found.push_back(std::move(*package));
        if (end == index.npos) break;
        index.remove_prefix(end + 1);
        index.remove_prefix(std::min(index.find_first_not_of('\n'), index.size()));
    }
    return found;
}

std::strong_ordering compare_versions(std::string_view a, std::string_view b)
{
    const auto left = parse_version(a);
    const auto right = parse_version(b);
    if (const auto order = compare_part(left.epoch, right.epoch); order != 0) return order;
    if (const auto order = compare_part(left.upstream, right.upstream); order != 0) return order;
    return compare_part(left.revision, right.revision);
}

} // namespace gueway
