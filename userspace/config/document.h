// SPDX-License-Identifier: GPL-2.0-only
// One YAML document as a tree in which everything knows its line and column. Only what a
// configuration needs: no anchors, aliases or tags, no second document, no key twice.
#pragma once

#include "config/mark.h"
#include "util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway {

struct Entry;

struct YamlNode {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    Mark mark;
    std::string text;            // of a scalar
    bool quoted = false;         // a scalar in quotes: never a number
    std::vector<YamlNode> items; // of a list
    std::vector<Entry> entries;  // of a map, in the file's order
};

struct Entry {
    std::string key;
    Mark mark;
    YamlNode value;
};

constexpr size_t largest_file = 4U << 20; // bytes
constexpr size_t deepest_nesting = 16;

// An Error whose object is "FILE:LINE:COLUMN: what".
Error error_at(const std::string& source, const Mark& mark, const std::string& what,
               std::string detail, std::string remedy = {});

// The size is checked before anything is parsed, the depth while parsing. An empty document is a
// YamlNode of kind null.
Result<YamlNode> read_document(std::string_view text, const std::string& source);

} // namespace gueway
