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
    Checker(const std::string& source, Mistakes& mistakes) : source_(source), mistakes_(mistakes) {}

    void map(const YamlNode& node, const Section& section, const std::string& path) const
    {
        std::vector<std::string_view> meant; // keys that are there but for their spelling
        for (const auto& entry : node.entries) {
            const Key* key = section.find(entry.key);
            if (key)
                value(entry.value, *key, path.empty() ? entry.key : path + "." + entry.key);
            else
                meant.push_back(unknown(entry, section, path));
        }
        for (const auto& key : section.keys)
            if (key.required && !has(node, key) &&
                std::ranges::find(meant, key.name) == meant.end())
                wrong_at(node.mark, path.empty() ? "file" : path,
                         fmt::format("{} is missing", key.name),
                         fmt::format("give {}: {}", key.name, key.example));
    }

    void wrong(const YamlNode& node, const Key& key, const std::string& path) const
    {
        std::string remedy;
        if (node.kind == YamlNode::Kind::scalar)
            if (const auto meant = closest(node.text, {key.words.begin(), key.words.end()});
                !meant.empty())
                remedy = fmt::format("did you mean {}?", meant);
        wrong_at(node.mark, path, fmt::format("{} is not {}", shown(node), expectation(key)),
                 std::move(remedy));
    }

private:
    void wrong_at(const Mark& mark, const std::string& what, std::string detail,
                  std::string remedy) const
    {
        mistakes_.add(error_at(source_, mark, what, std::move(detail), std::move(remedy)));
    }
    static bool has(const YamlNode& node, const Key& key)
    {
        return std::ranges::find(node.entries, key.name, &Entry::key) != node.entries.end();
    }

    // Returns the key that is meant, if one is.
    std::string_view unknown(const Entry& entry, const Section& section,
                             const std::string& path) const
    {
        std::vector<std::string_view> known;
        for (const auto& key : section.keys) known.push_back(key.name);
        const auto meant = closest(entry.key, known);
        wrong_at(entry.mark, path.empty() ? "file" : path,
                 fmt::format("unknown key {:?}", entry.key.substr(0, longest_name)),
                 meant.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                               : fmt::format("did you mean {}?", meant));
        return meant;
    }

    void value(const YamlNode& node, const Key& key, const std::string& path) const
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
            if (!suits(node, key)) wrong(node, key, path);
        }
    }

    // One of the maps in a value of that key.
    void map_of(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind == YamlNode::Kind::map) return map(node, *key.inside, path);
        wrong_at(node.mark, path, shown(node) + " is not a map",
                 (key.type == KeyType::maps ? "as in " : "as ") + std::string(key.example));
    }

    void named_maps(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::map) return wrong(node, key, path);
        for (const auto& entry : node.entries) {
            if (!is_word(entry.key))
                wrong_at(entry.mark, path,
                         fmt::format("{:?} is no name", entry.key.substr(0, longest_name)),
                         "a word without white space");
            else
                map_of(entry.value, key, path + "." + entry.key);
        }
    }

    void maps(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::list) return wrong(node, key, path);
        for (size_t i = 0; i < node.items.size(); ++i)
            map_of(node.items[i], key, fmt::format("{}[{}]", path, i + 1));
    }

    void list(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::list) return wrong(node, key, path);
        for (const auto& item : node.items)
            if (!suits(item, key)) wrong(item, key, path);
    }

    // What is settable, only the kernel knows.
    void settings(const YamlNode& node, const Key& key, const std::string& path) const
    {
        if (node.kind != YamlNode::Kind::map) return wrong(node, key, path);
        for (const auto& entry : node.entries) {
            constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
            if (entry.key.empty() || entry.key.find_first_not_of(letters) != entry.key.npos)
                wrong_at(entry.mark, path,
                         fmt::format("{:?} is no name below net.ipv4.vs", entry.key),
                         "as " + std::string(key.example));
            else if (entry.value.kind != YamlNode::Kind::scalar || entry.value.text.empty() ||
                     entry.value.text.find('\n') != std::string::npos)
                wrong_at(entry.value.mark, path + "." + entry.key,
                         shown(entry.value) + " is not one value",
                         "as " + std::string(key.example));
        }
    }

    const std::string& source_;
    Mistakes& mistakes_;
};

} // namespace

void check_shape(const YamlNode& file, const std::string& source, Mistakes& mistakes)
{
    if (file.kind == YamlNode::Kind::map)
        return Checker(source, mistakes).map(file, whole_file(), {});
    mistakes.add(error_at(source, {std::max(file.mark.line, 1), std::max(file.mark.column, 1)},
                          "file", shown(file) + " is not a map with pools and services"));
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
