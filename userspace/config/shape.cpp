// SPDX-License-Identifier: GPL-2.0-only
#include "config/shape.h"

#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <net/if.h>

namespace gueway {

namespace {

constexpr size_t longest_name = 64;

bool is_word(std::string_view text)
{
    return !text.empty() && text.size() <= longest_name &&
           std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

// As dev_valid_name() of the kernel has it.
bool is_device(std::string_view text)
{
    return is_word(text) && text.size() < IFNAMSIZ && text != "." && text != ".." &&
           text.find_first_of("/:") == text.npos;
}

// Of one host: neither "any" (in IPv4 all of 0.0.0.0/8), nor a group, nor one of those that nobody
// has from 240.0.0.0 on; the kernel refuses all but the last for workers.
bool is_host(const Address& address)
{
    if (address == Address{address.family, {}}) return false;
    const uint8_t first = address.bytes[0];
    return address.family == AF_INET6 ? first != 0xff : first > 0 && first < 224;
}

bool is_address(std::string_view text)
{
    const auto address = parse_address(text);
    return address && is_host(*address);
}

bool is_netmask(std::string_view text)
{
    if (const auto length = parse_number<unsigned>(text)) return *length >= 1 && *length <= 128;
    const auto mask = parse_address(text);
    return mask && mask->family == AF_INET;
}

bool is_number(const YamlNode& node, const Key& key)
{
    const auto number = parse_number<uint64_t>(node.text);
    return !node.quoted && number && *number >= key.least && *number <= key.most;
}

bool is_choice(std::string_view text, const Key& key)
{
    return std::ranges::find(key.words, text) != key.words.end();
}

// One value of a key that takes a list of them, or just one.
bool suits(const YamlNode& node, const Key& key)
{
    if (node.kind != YamlNode::Kind::scalar) return false;
    switch (key.type) {
    case KeyType::word:
        return is_word(node.text);
    case KeyType::device:
        return is_device(node.text);
    case KeyType::number:
        return is_number(node, key);
    case KeyType::address:
    case KeyType::addresses:
        return is_address(node.text);
    case KeyType::prefixes:
        return parse_prefix(node.text).has_value();
    case KeyType::netmask:
        return is_netmask(node.text);
    case KeyType::choice:
    case KeyType::choices:
        return is_choice(node.text, key);
    case KeyType::truth:
        return !node.quoted && is_choice(node.text, key);
    default:
        return false;
    }
}

std::string shown(const YamlNode& node)
{
    constexpr size_t most = 40;
    switch (node.kind) {
    case YamlNode::Kind::null:
        return "nothing";
    case YamlNode::Kind::list:
        return "a list";
    case YamlNode::Kind::map:
        return "a map";
    case YamlNode::Kind::scalar:
        break;
    }
    return fmt::format("{:?}{}", node.text.substr(0, most), node.text.size() > most ? "..." : "");
}

class Checker {
public:
    explicit Checker(const std::string& source) : source_(source) {}

    Result<void> map(const YamlNode& node, const Section& section, const std::string& path) const
    {
        for (const auto& entry : node.entries) {
            const Key* key = section.find(entry.key);
            if (!key) return unknown(entry, section, path);
            TRY(value(entry.value, *key, path.empty() ? entry.key : path + "." + entry.key));
        }
        for (const auto& key : section.keys)
            if (key.required && !has(node, key))
                return error_at(source_, node.mark, path.empty() ? "file" : path,
                                fmt::format("{} is missing", key.name),
                                fmt::format("give {}: {}", key.name, key.example));
        return {};
    }

    Error wrong(const YamlNode& node, const Key& key, const std::string& path) const
    {
        std::string remedy;
        if (node.kind == YamlNode::Kind::scalar)
            if (const auto meant = closest(node.text, {key.words.begin(), key.words.end()});
                !meant.empty())
                remedy = fmt::format("did you mean {}?", meant);
        return error_at(source_, node.mark, path,
                        fmt::format("{} is not {}", shown(node), expectation(key)), remedy);
    }

private:
    static bool has(const YamlNode& node, const Key& key)
    {
        return std::ranges::find(node.entries, key.name, &Entry::key) != node.entries.end();
    }

    Error unknown(const Entry& entry, const Section& section, const std::string& path) const
    {
        std::vector<std::string_view> known;
        for (const auto& key : section.keys) known.push_back(key.name);
        const auto meant = closest(entry.key, known);
        return error_at(source_, entry.mark, path.empty() ? "file" : path,
                        fmt::format("unknown key {:?}", entry.key.substr(0, longest_name)),
                        meant.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                                      : fmt::format("did you mean {}?", meant));
    }

    Result<void> value(const YamlNode& node, const Key& key, const std::string& path) const
    {
        switch (key.type) {
        case KeyType::map:
            if (node.kind != YamlNode::Kind::map) return wrong(node, key, path);
            return map(node, *key.inside, path);
        case KeyType::named_maps:
            return named_maps(node, key, path);
        case KeyType::maps:
            return maps(node, key, path);
        case KeyType::settings:
            return settings(node, key, path);
        case KeyType::addresses:
        case KeyType::prefixes:
        case KeyType::choices:
            return list(node, key, path);
        default:
            if (!suits(node, key)) return wrong(node, key, path);
            return {};
        }
    }

    Result<void> named_maps(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::map) return wrong(node, key, path);
        for (const auto& entry : node.entries) {
            if (!is_word(entry.key))
                return error_at(source_, entry.mark, path,
                                fmt::format("{:?} is no name", entry.key.substr(0, longest_name)),
                                "a word without white space");
            const auto inside = path + "." + entry.key;
            if (entry.value.kind != YamlNode::Kind::map)
                return error_at(source_, entry.value.mark, inside,
                                shown(entry.value) + " is not a map",
                                "as " + std::string(key.example));
            TRY(map(entry.value, *key.inside, inside));
        }
        return {};
    }

    Result<void> maps(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::list) return wrong(node, key, path);
        for (size_t i = 0; i < node.items.size(); ++i) {
            const auto inside = fmt::format("{}[{}]", path, i + 1);
            if (node.items[i].kind != YamlNode::Kind::map)
                return error_at(source_, node.items[i].mark, inside,
                                shown(node.items[i]) + " is not a map",
                                "as in " + std::string(key.example));
            TRY(map(node.items[i], *key.inside, inside));
        }
        return {};
    }

    Result<void> list(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::list) return wrong(node, key, path);
        for (const auto& item : node.items)
            if (!suits(item, key)) return wrong(item, key, path);
        return {};
    }

    // What is settable, only the kernel knows.
    Result<void> settings(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::map) return wrong(node, key, path);
        for (const auto& entry : node.entries) {
            constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
            if (entry.key.empty() || entry.key.find_first_not_of(letters) != entry.key.npos)
                return error_at(source_, entry.mark, path,
                                fmt::format("{:?} is no name below net.ipv4.vs", entry.key),
                                "as " + std::string(key.example));
            if (entry.value.kind != YamlNode::Kind::scalar || entry.value.text.empty() ||
                entry.value.text.find('\n') != std::string::npos)
                return error_at(source_, entry.value.mark, path + "." + entry.key,
                                shown(entry.value) + " is not one value",
                                "as " + std::string(key.example));
        }
        return {};
    }

    const std::string& source_;
};

} // namespace

Result<void> check_shape(const YamlNode& file, const std::string& source)
{
    if (file.kind != YamlNode::Kind::map)
        return error_at(source, {std::max(file.mark.line, 1), std::max(file.mark.column, 1)},
                        "file", shown(file) + " is not a map with pools and services");
    return Checker(source).map(file, whole_file(), {});
}

const YamlNode* Values::node(std::string_view key) const
{
    const auto found = std::ranges::find(map_->entries, key, &Entry::key);
    return found == map_->entries.end() ? nullptr : &found->value;
}

Mark Values::mark(std::string_view key) const
{
    const YamlNode* found = node(key);
    return found ? found->mark : map_->mark;
}

std::string Values::text(std::string_view key) const
{
    const YamlNode* found = node(key);
    return found ? found->text : std::string(section_->find(key)->fallback);
}

uint64_t Values::number(std::string_view key) const
{
    return parse_number<uint64_t>(text(key)).value_or(0);
}

size_t Values::choice(std::string_view key) const
{
    const auto words = section_->find(key)->words;
    return static_cast<size_t>(std::ranges::find(words, text(key)) - words.begin());
}

namespace {

// What passed the check parses.
template <class T, class F>
std::vector<T> each_item(const YamlNode* list, F&& parse)
{
    std::vector<T> made;
    if (!list) return made;
    for (const auto& item : list->items) made.push_back(parse(item.text));
    return made;
}

} // namespace

std::vector<std::string> Values::choices(std::string_view key) const
{
    return each_item<std::string>(node(key), [](const std::string& text) { return text; });
}

Address Values::address(std::string_view key) const
{
    return parse_address(text(key)).value();
}

std::vector<Address> Values::addresses(std::string_view key) const
{
    return each_item<Address>(node(key),
                              [](const auto& text) { return parse_address(text).value(); });
}

std::vector<Prefix> Values::prefixes(std::string_view key) const
{
    return each_item<Prefix>(node(key),
                             [](const auto& text) { return parse_prefix(text).value(); });
}

std::optional<Values> Values::map(std::string_view key) const
{
    const YamlNode* found = node(key);
    if (!found) return {};
    return Values(*found, *section_->find(key)->inside);
}

std::vector<Values> Values::maps(std::string_view key) const
{
    std::vector<Values> made;
    const YamlNode* found = node(key);
    if (!found) return made;
    for (const auto& item : found->items) made.emplace_back(item, *section_->find(key)->inside);
    return made;
}

} // namespace gueway
