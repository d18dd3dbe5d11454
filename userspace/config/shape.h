// SPDX-License-Identifier: GPL-2.0-only
// Holds a document to the table of keys, and reads values that have passed.
#pragma once

#include "config/document.h"
#include "config/keys.h"
#include "config/mistakes.h"
#include "util/address.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

// Unknown keys, missing ones, values that are not what the key takes, numbers out of range. The
// mistakes name the file, line, column and key ("pools.web.workers[2].weight").
void check_shape(const YamlNode& file, const std::string& source, Mistakes& mistakes);

// The values of one map that has passed check_shape(). A key that is not there reads as its
// fallback from the table, or as nothing.
class Values {
public:
    Values(const YamlNode& map, const Section& section) : map_(&map), section_(&section) {}

    const YamlNode* node(std::string_view key) const; // nullptr: not there
    Mark mark(std::string_view key) const;            // the value's, or the map's
    bool has(std::string_view key) const { return node(key) != nullptr; }

    std::string text(std::string_view key) const;
    bool truth(std::string_view key) const { return text(key) == "true"; }
    template <std::unsigned_integral T>
    T number(std::string_view key) const
    {
        return static_cast<T>(number(key));
    }
    // Which of the key's words it is.
    size_t choice(std::string_view key) const;
    std::vector<std::string> choices(std::string_view key) const;
    Address address(std::string_view key) const; // of a key that is there
    std::vector<Address> addresses(std::string_view key) const;
    std::vector<Prefix> prefixes(std::string_view key) const;

    // The maps inside; nothing when the key is not there.
    std::optional<Values> map(std::string_view key) const;
    std::vector<Values> maps(std::string_view key) const;

    const YamlNode& whole() const { return *map_; }

private:
    uint64_t number(std::string_view key) const;
    const YamlNode* map_;
    const Section* section_;
};

} // namespace gueway
