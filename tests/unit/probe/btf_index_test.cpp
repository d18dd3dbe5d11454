// SPDX-License-Identifier: GPL-2.0-only
// The index of BTF against libbpf, which made it.
#include "probe/btf_index.h"

#include <memory>

#include <bpf/btf.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

struct BtfDeleter {
    void operator()(btf* owned) const { btf__free(owned); }
};
using Btf = std::unique_ptr<btf, BtfDeleter>;

// One of each kind that has something behind the common part, with functions between them.
Btf kernel()
{
    Btf made(btf__new_empty());
    auto* types = made.get();
    const int number = btf__add_int(types, "int", 4, BTF_INT_SIGNED);
    btf__add_array(types, number, number, 3);
    btf__add_struct(types, "sk_buff", 8);
    btf__add_field(types, "len", number, 0, 0);
    btf__add_field(types, "mark", number, 32, 0);
    btf__add_enum(types, "reason", 4);
    btf__add_enum_value(types, "ONE", 1);
    btf__add_enum64(types, "wide", 8, false);
    btf__add_enum64_value(types, "FAR", 1ULL << 40);
    const int proto = btf__add_func_proto(types, number);
    btf__add_func_param(types, "skb", number);
    btf__add_func(types, "ip_rcv", BTF_FUNC_GLOBAL, proto);
    btf__add_var(types, "variable", BTF_VAR_STATIC, number);
    btf__add_float(types, "double", 8);
    btf__add_decl_tag(types, "tag", 3, -1);
    const int pointer = btf__add_ptr(types, proto);
    btf__add_typedef(types, "btf_trace_kfree_skb", pointer);
    btf__add_func(types, "ip_output", BTF_FUNC_GLOBAL, proto);
    return made;
}

std::string_view raw(const Btf& made)
{
    uint32_t size = 0;
    const auto* data = static_cast<const char*>(btf__raw_data(made.get(), &size));
    return {data, size};
}

std::optional<uint32_t> by_libbpf(const Btf& types, const char* name, uint32_t kind)
{
    const int id = btf__find_by_name_kind(types.get(), name, kind);
    return id > 0 ? std::optional<uint32_t>(id) : std::nullopt;
}

TEST(BtfIndex, FindsWhatLibbpfFinds)
{
    const auto types = kernel();
    const auto index = BtfIndex::of(raw(types));
    ASSERT_TRUE(index);
    for (const char* name : {"ip_rcv", "ip_output"}) {
        ASSERT_TRUE(index->function(name)) << name;
        EXPECT_EQ(index->function(name), by_libbpf(types, name, BTF_KIND_FUNC));
    }
    EXPECT_EQ(index->tracepoint("kfree_skb"),
              by_libbpf(types, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF));
    EXPECT_FALSE(index->function("sk_buff"));
    EXPECT_FALSE(index->tracepoint("ip_rcv"));
}

TEST(BtfIndex, OfAModuleGoesOnCounting)
{
    const auto types = kernel();
    const auto index = BtfIndex::of(raw(types));
    ASSERT_TRUE(index);
    const Btf module(btf__new_empty_split(types.get()));
    btf__add_func(module.get(), "ip_vs_tunnel_xmit", BTF_FUNC_STATIC,
                  btf__add_func_proto(module.get(), 0));
    const auto of_module = BtfIndex::of(raw(module), &*index);
    ASSERT_TRUE(of_module);
    EXPECT_EQ(of_module->function("ip_vs_tunnel_xmit"),
              by_libbpf(module, "ip_vs_tunnel_xmit", BTF_KIND_FUNC));
    EXPECT_FALSE(of_module->function("ip_rcv"));
}

TEST(BtfIndex, IsNothingForWhatItDoesNotUnderstand)
{
    const auto types = kernel();
    std::string bytes(raw(types));
    EXPECT_FALSE(BtfIndex::of(""));
    EXPECT_FALSE(BtfIndex::of("not BTF, but long enough for its header"));
    const size_t kind_of_first = 24 + 4 + 3; // behind the header and the name's offset
    bytes[kind_of_first] = 0x1f;             // no such kind
    EXPECT_FALSE(BtfIndex::of(bytes));
}

} // namespace
} // namespace gueway
