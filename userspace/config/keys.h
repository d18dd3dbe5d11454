// SPDX-License-Identifier: GPL-2.0-only
// Every key of the file, in one table: the parser, its messages, and the man page are made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

struct Section;

// What a key's value is.
//   map         the keys of `inside`
//   named_maps  a map from names of the user's to such maps
//   maps        a list of such maps
//   name        a word without white space
//   address     of one host, IPv4 or IPv6; addresses, prefixes: a list
//   netmask     a prefix length, or an IPv4 mask
//   choice      one of `words`; choices: a list of them
//   settings    a map from names to one value each
enum class KeyType : uint8_t {
    map,
    named_maps,
    maps,
    word,
    device,
    number,
    address,
    addresses,
    prefixes,
    netmask,
    choice,
    choices,
    settings,
    truth
};

//   fallback     what the key is when it is not there, as it would be written; empty: nothing
//   least, most  of a number
struct Key {
    std::string_view name;
    KeyType type = KeyType::word;
    bool required = false;
    std::string_view fallback;
    std::string_view help; // one line
    std::string_view example;
    std::span<const std::string_view> words;
    uint64_t least = 0, most = 0;
    const Section* inside = nullptr;
};

struct Section {
    std::string_view path; // "pools.NAME.workers[]"
    std::span<const Key> keys;

    const Key* find(std::string_view name) const; // nullptr: there is none
};

// The top of the file.
const Section& whole_file();

// All sections from the top, each before those inside it.
std::vector<const Section*> sections();

// "a number from 1 to 65535", "one of tcp, udp, sctp".
std::string expectation(const Key& key);

} // namespace gueway
