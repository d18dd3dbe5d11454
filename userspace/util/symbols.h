// SPDX-License-Identifier: GPL-2.0-only
// Addresses in the kernel's code by name, as /proc/kallsyms has them.
#pragma once

#include "util/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// A place in the kernel's code.
struct CodePlace {
    uint64_t address = 0;
    std::string function; // empty when no symbol covers the address
    uint64_t offset = 0;  // from the start of the function
    std::string module;   // empty in the kernel itself

    // "validate_xmit_skb+0x2b4", "ip_vs_out_hook+0x31 [ip_vs]", "0xffffffff81000000"
    std::string text() const;
    bool operator==(const CodePlace&) const = default;
};

class Symbols {
public:
    // Needs CAP_SYSLOG, without which the kernel shows zeros for addresses: an Error that says so.
    static Result<Symbols> load();
    // From the open file, which shows what whoever opened it may see. It is read from its
    // beginning.
    static Result<Symbols> load(int kallsyms);
    // The part without the kernel, for tests: the file's text.
    static Result<Symbols> parse(std::string text);

    // Where several symbols share an address, the first, as the kernel does (kallsyms_lookup).
    CodePlace find(uint64_t address) const;
    size_t size() const { return symbols_.size(); }

private:
    struct Symbol {
        uint64_t address;
        std::string_view name, module; // in text_
    };
    std::string text_;
    std::vector<Symbol> symbols_; // by address
};

} // namespace gueway
