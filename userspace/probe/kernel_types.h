// SPDX-License-Identifier: GPL-2.0-only
// The kernel's own description of its types and functions (BTF): which functions can be hooked by
// name, and what the values of its enums are called. It is read once, and parsed by libbpf only for
// enums: parsing takes a good part of a program's start.
#pragma once

#include "probe/btf_index.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct btf;

namespace gueway {

// Values of one or more enums by number; the names as the kernel's source has them.
using EnumNames = std::map<int64_t, std::string>;

// An Error with a remedy where the kernel has no BTF.
Result<void> check_btf();

// The BTF of a loaded module, as the kernel wants it named where a program is loaded.
Result<Fd> open_module_btf(const std::string& module);

class KernelTypes {
public:
    // Of /sys/kernel/btf/vmlinux; an Error with a remedy where the kernel has none.
    static Result<KernelTypes> load();
    // Of a file: raw, or an ELF section .BTF.
    static Result<KernelTypes> load(const std::string& file);
    // Any BTF, which it comes to own: for tests.
    explicit KernelTypes(btf* owned);

    // The ids of a function of vmlinux, and of a tracepoint's type.
    std::optional<uint32_t> function(const std::string& name) const;
    std::optional<uint32_t> tracepoint(const std::string& name) const;

    // A function of a loaded module that has BTF.
    struct ModuleFunction {
        std::string module;
        uint32_t id;
    };
    std::optional<ModuleFunction> module_function(const std::string& name) const;

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
    using Btf = std::unique_ptr<btf, Deleter>;
    explicit KernelTypes(std::unique_ptr<const std::string> raw);
    btf* parsed() const; // nullptr when libbpf cannot
    std::optional<uint32_t> find(const std::string& name, uint32_t kind) const;

    struct Module {
        std::string name;
        std::unique_ptr<const std::string> raw;
        BtfIndex index;
    };
    const std::vector<Module>& modules() const;

    std::unique_ptr<const std::string> raw_; // stays where it is, as does its index
    std::unique_ptr<const BtfIndex> index_;  // nothing for BTF that only libbpf understands
    // When they are first needed.
    mutable Btf btf_;
    mutable std::optional<std::vector<Module>> modules_;
};

} // namespace gueway
