// SPDX-License-Identifier: GPL-2.0-only
#include "probe/btf_index.h"

#include <cstring>

#include <linux/btf.h>

namespace gueway {

namespace {

// Of linux/btf.h of later kernels.
enum { kind_decl_tag = 17, kind_type_tag = 18, kind_enum64 = 19 };

// Bytes behind the common part of a type; nothing for an unknown kind.
std::optional<size_t> more(uint32_t info)
{
    const size_t members = BTF_INFO_VLEN(info);
    switch (BTF_INFO_KIND(info)) {
    case BTF_KIND_PTR:
    case BTF_KIND_FWD:
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_FUNC:
    case BTF_KIND_FLOAT:
    case kind_type_tag:
        return 0;
    case BTF_KIND_INT:
    case BTF_KIND_VAR:
    case kind_decl_tag:
        return 4;
    case BTF_KIND_ARRAY:
        return sizeof(btf_array);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
        return members * sizeof(btf_member);
    case BTF_KIND_ENUM:
        return members * sizeof(btf_enum);
    case BTF_KIND_FUNC_PROTO:
        return members * sizeof(btf_param);
    case BTF_KIND_DATASEC:
        return members * sizeof(btf_var_secinfo);
    case kind_enum64:
        return members * 3 * sizeof(uint32_t);
    default:
        return {};
    }
}

// FNV-1a.
uint32_t hash(std::string_view text)
{
    uint32_t sum = 2166136261U;
    for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
    return sum;
}

} // namespace

// Empty outside.
std::string_view BtfIndex::string(uint32_t offset) const
{
    const size_t begin = base_ ? base_->strings_.size() : 0;
    if (offset < begin) return base_->string(offset);
    if (offset - begin >= strings_.size()) return {};
    const auto rest = strings_.substr(offset - begin);
    return rest.substr(0, ::strnlen(rest.data(), rest.size()));
}

void BtfIndex::add(uint32_t id, uint32_t name_offset, unsigned kind)
{
    if (kind != BTF_KIND_FUNC && kind != BTF_KIND_TYPEDEF) return;
    const auto name = string(name_offset);
    if (kind == BTF_KIND_FUNC)
        functions_.push_back({hash(name), id, name_offset});
    else if (name.starts_with("btf_trace_"))
        typedefs_.push_back({hash(name), id, name_offset});
}

std::optional<BtfIndex> BtfIndex::of(std::string_view raw, const BtfIndex* base)
{
    btf_header header;
    if (raw.size() < sizeof header) return {};
    std::memcpy(&header, raw.data(), sizeof header);
    if (header.magic != BTF_MAGIC || header.hdr_len > raw.size()) return {};
    raw.remove_prefix(header.hdr_len);
    if (header.type_off > raw.size() || header.str_off > raw.size()) return {};
    BtfIndex index;
    index.base_ = base;
    index.end_ = base ? base->end_ : 1;
    index.strings_ = raw.substr(header.str_off, header.str_len);
    auto types = raw.substr(header.type_off, header.type_len);
    btf_type type;
    for (; types.size() >= sizeof type; ++index.end_) {
        std::memcpy(&type, types.data(), sizeof type);
        const auto behind = more(type.info);
        if (!behind || types.size() < sizeof type + *behind) return {};
        index.add(index.end_, type.name_off, BTF_INFO_KIND(type.info));
        types.remove_prefix(sizeof type + *behind);
    }
    return index;
}

std::optional<uint32_t> BtfIndex::find(const std::vector<Entry>& entries,
                                       std::string_view name) const
{
    const auto wanted = hash(name);
    for (const auto& entry : entries)
        if (entry.hash == wanted && string(entry.name) == name) return entry.id;
    return {};
}

std::optional<uint32_t> BtfIndex::tracepoint(std::string_view name) const
{
    return find(typedefs_, "btf_trace_" + std::string(name));
}

} // namespace gueway
