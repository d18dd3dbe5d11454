// SPDX-License-Identifier: GPL-2.0-only
#include "probe/kernel_types.h"

#include "probe/libbpf_log.h"
#include "util/file.h"

#include <array>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr auto btf_directory = "/sys/kernel/btf";
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

KernelTypes::KernelTypes(btf* owned) : btf_(owned) {}

KernelTypes::KernelTypes(std::unique_ptr<const std::string> raw) : raw_(std::move(raw))
{
    if (auto index = BtfIndex::of(*raw_)) index_ = std::make_unique<BtfIndex>(std::move(*index));
}

btf* KernelTypes::parsed() const
{
    if (!btf_) btf_.reset(btf__new(raw_->data(), static_cast<uint32_t>(raw_->size())));
    return btf_.get();
}

Result<void> check_btf()
{
    if (::access(kernel_btf, R_OK) == 0) return {};
    return errno_error(
        kernel_btf, "read the kernel's types",
        "needs a kernel with CONFIG_DEBUG_INFO_BTF; droptrace without --follow takes --btf FILE");
}

Result<KernelTypes> KernelTypes::load()
{
    TRY(check_btf());
    KernelTypes types(std::make_unique<const std::string>(TRY(read_file(kernel_btf))));
    if (!types.index_ && !types.parsed())
        return errno_error(kernel_btf, "parse the kernel's types");
    return types;
}

Result<KernelTypes> KernelTypes::load(const std::string& file)
{
    constexpr size_t most = 1U << 30;
    TRY(read_file(file, most));
    const LibbpfLog silence;
    auto* read = btf__parse(file.c_str(), nullptr);
    if (!read)
        return error(file, "read the kernel's types", "it is no BTF", "as in /sys/kernel/btf");
    return KernelTypes(read);
}

std::optional<uint32_t> KernelTypes::find(const std::string& name, uint32_t kind) const
{
    return parsed() ? positive(btf__find_by_name_kind(parsed(), name.c_str(), kind)) : std::nullopt;
}

std::optional<uint32_t> KernelTypes::function(const std::string& name) const
{
    return index_ ? index_->function(name) : find(name, BTF_KIND_FUNC);
}

std::optional<uint32_t> KernelTypes::tracepoint(const std::string& name) const
{
    return index_ ? index_->tracepoint(name) : find("btf_trace_" + name, BTF_KIND_TYPEDEF);
}

const std::vector<KernelTypes::Module>& KernelTypes::modules() const
{
    if (modules_) return *modules_;
    modules_.emplace();
    std::error_code ignored;
    if (!index_) return *modules_;
    for (const auto& entry : fs::directory_iterator(btf_directory, ignored)) {
        if (entry.path() == kernel_btf) continue;
        auto read = read_file(entry.path());
        if (!read) continue;
        auto raw = std::make_unique<const std::string>(std::move(*read));
        if (auto index = BtfIndex::of(*raw, index_.get()))
            modules_->push_back({entry.path().filename(), std::move(raw), std::move(*index)});
    }
    return *modules_;
}

std::optional<KernelTypes::ModuleFunction>
KernelTypes::module_function(const std::string& name) const
{
    for (const auto& module : modules())
        if (const auto id = module.index.function(name)) return ModuleFunction{module.name, *id};
    return {};
}

Result<Fd> open_module_btf(const std::string& module)
{
    uint32_t id = 0;
    while (bpf_btf_get_next_id(id, &id) == 0) {
        Fd fd(bpf_btf_get_fd_by_id(id));
        std::array<char, 64> name{}; // MODULE_NAME_LEN is 56
        bpf_btf_info info{};
        info.name = reinterpret_cast<uintptr_t>(name.data());
        info.name_len = name.size();
        uint32_t size = sizeof info;
        if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0) continue;
        if (info.kernel_btf && module == name.data()) return fd;
    }
    return errno_error("BTF of module " + module, "find");
}

EnumNames KernelTypes::enum_values(const std::string& name) const
{
    EnumNames names;
    for (const uint32_t kind : {uint32_t(BTF_KIND_ENUM), uint32_t(BTF_KIND_ENUM64)})
        if (const auto id = find(name, kind))
            add_values(names, parsed(), btf__type_by_id(parsed(), *id));
    return names;
}

EnumNames KernelTypes::enums_ending(std::string_view ending) const
{
    EnumNames names;
    if (parsed()) add_enums_ending(names, parsed(), 1, ending);
    return names;
}

EnumNames KernelTypes::module_enums_ending(std::string_view ending) const
{
    EnumNames names;
    std::error_code ignored;
    if (!parsed()) return names;
    for (const auto& entry : fs::directory_iterator(btf_directory, ignored)) {
        if (entry.path().filename() == "vmlinux") continue;
        const Btf module(btf__load_module_btf(entry.path().filename().c_str(), parsed()));
        if (module) add_enums_ending(names, module.get(), btf__type_cnt(parsed()), ending);
    }
    return names;
}

} // namespace gueway
