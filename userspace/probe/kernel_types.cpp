// SPDX-License-Identifier: GPL-2.0-only
#include "probe/kernel_types.h"

#include "util/file.h"

#include <bpf/btf.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr auto kernel_btf = "/sys/kernel/btf/vmlinux";

// Adds the values of enum `type`; those that have a name keep it.
void add_values(EnumNames& names, const btf* types, const btf_type* type)
{
    const auto put = [&](int64_t number, uint32_t name) {
        names.emplace(number, btf__name_by_offset(types, name));
    };
    if (btf_is_enum64(type)) {
        const auto* value = btf_enum64(type);
        for (int i = 0; i < btf_vlen(type); ++i)
            put(static_cast<int64_t>(btf_enum64_value(value + i)), value[i].name_off);
        return;
    }
    const auto* value = btf_enum(type);
    // A value with the highest bit is positive where the enum is unsigned (btf.rst: kind_flag).
    for (int i = 0; i < btf_vlen(type); ++i)
        put(btf_kflag(type) ? value[i].val : static_cast<uint32_t>(value[i].val),
            value[i].name_off);
}

// From type `first` on: the BTF of a module begins where that of vmlinux ends.
void add_enums_ending(EnumNames& names, const btf* types, uint32_t first, std::string_view ending)
{
    for (uint32_t id = first; id < btf__type_cnt(types); ++id) {
        const auto* type = btf__type_by_id(types, id);
        if (!btf_is_any_enum(type)) continue;
        const char* name = btf__name_by_offset(types, type->name_off);
        if (name && std::string_view(name).ends_with(ending)) add_values(names, types, type);
    }
}

std::optional<uint32_t> positive(int id)
{
    return id > 0 ? std::optional(static_cast<uint32_t>(id)) : std::nullopt;
}

} // namespace

void KernelTypes::Deleter::operator()(btf* owned) const
{
    btf__free(owned);
}

// libbpf's own search goes through all types, each time.
KernelTypes::KernelTypes(btf* owned) : btf_(owned)
{
    for (uint32_t id = 1; id < btf__type_cnt(owned); ++id) {
        const auto* type = btf__type_by_id(owned, id);
        if (btf_is_func(type)) functions_.emplace(btf__name_by_offset(owned, type->name_off), id);
    }
}

Result<void> check_btf()
{
    if (::access(kernel_btf, R_OK) == 0) return {};
    return errno_error(kernel_btf, "read the kernel's types",
                       "BPF programs here need a kernel with CONFIG_DEBUG_INFO_BTF");
}

Result<KernelTypes> KernelTypes::load()
{
    TRY(check_btf());
    auto* loaded = btf__load_vmlinux_btf();
    if (!loaded) return errno_error(kernel_btf, "parse the kernel's types");
    return KernelTypes(loaded);
}

std::optional<uint32_t> KernelTypes::function(const std::string& name) const
{
    const auto found = functions_.find(name);
    return found == functions_.end() ? std::nullopt : std::optional(found->second);
}

EnumNames KernelTypes::enum_values(const std::string& name) const
{
    EnumNames names;
    for (const unsigned kind : {unsigned(BTF_KIND_ENUM), unsigned(BTF_KIND_ENUM64)})
        if (const auto id = positive(btf__find_by_name_kind(btf_.get(), name.c_str(), kind)))
            add_values(names, btf_.get(), btf__type_by_id(btf_.get(), *id));
    return names;
}

EnumNames KernelTypes::enums_ending(std::string_view ending) const
{
    EnumNames names;
    add_enums_ending(names, btf_.get(), 1, ending);
    return names;
}

EnumNames KernelTypes::module_enums_ending(std::string_view ending) const
{
    EnumNames names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/sys/kernel/btf", ignored)) {
        if (entry.path().filename() == "vmlinux") continue;
        const std::unique_ptr<btf, Deleter> module(
            btf__load_module_btf(entry.path().filename().c_str(), btf_.get()));
        if (module) add_enums_ending(names, module.get(), btf__type_cnt(btf_.get()), ending);
    }
    return names;
}

} // namespace gueway
