// SPDX-License-Identifier: GPL-2.0-only
// The kernel's own description of its types and functions (BTF): which functions can be hooked by
// name, and what the values of its enums are called. Reading it takes most of a program's start, so
// it is read once.
#pragma once

#include "util/result.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct btf;

namespace gueway {

// Values of one or more enums by number; the names as the kernel's source has them.
using EnumNames = std::map<int64_t, std::string>;

// An Error with a remedy where the kernel has no BTF.
Result<void> check_btf();

class KernelTypes {
public:
    // Of /sys/kernel/btf/vmlinux; an Error with a remedy where the kernel has none.
    static Result<KernelTypes> load();
    // Any BTF, which it comes to own: for tests.
    explicit KernelTypes(btf* owned);

    // The id of a function of vmlinux.
    std::optional<uint32_t> function(const std::string& name) const;

    // The values of one enum. Empty when the kernel does not have it.
    EnumNames enum_values(const std::string& name) const;
    // The values of all enums whose name ends so, in vmlinux; the first to claim a number has it.
    EnumNames enums_ending(std::string_view ending) const;
    // The same for the loaded modules that have BTF. Those that cannot be read are left out.
    EnumNames module_enums_ending(std::string_view ending) const;

private:
    struct Deleter {
        void operator()(btf* owned) const;
    };
    std::unique_ptr<btf, Deleter> btf_;
    std::unordered_map<std::string_view, uint32_t> functions_; // the names are in btf_
};

} // namespace gueway
