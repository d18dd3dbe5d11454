// SPDX-License-Identifier: GPL-2.0-only
// BTF made by libbpf, in the place of a kernel's.
#include "probe/kernel_types.h"

#include <bpf/btf.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

KernelTypes types()
{
    auto* made = btf__new_empty();
    btf__add_enum(made, "skb_drop_reason", 4);
    btf__add_enum_value(made, "SKB_DROP_REASON_NO_SOCKET", 3);
    btf__add_enum_value(made, "SKB_DROP_REASON_SUBSYS_MASK", 0xffff0000);
    btf__add_enum(made, "ovs_drop_reason", 4);
    btf__add_enum_value(made, "OVS_DROP_LAST_ACTION", 0x30001);
    btf__add_enum64(made, "wide", 8, false);
    btf__add_enum64_value(made, "FAR", 1ULL << 40);
    const int proto = btf__add_func_proto(made, 0);
    btf__add_func(made, "validate_xmit_skb", BTF_FUNC_STATIC, proto);
    return KernelTypes(made);
}

TEST(KernelTypes, HasTheValuesOfAnEnum)
{
    const auto names = types().enum_values("skb_drop_reason");
    EXPECT_EQ(names, (EnumNames{{3, "SKB_DROP_REASON_NO_SOCKET"},
                                {0xffff0000, "SKB_DROP_REASON_SUBSYS_MASK"}}));
    EXPECT_EQ(types().enum_values("wide"), (EnumNames{{1LL << 40, "FAR"}}));
    EXPECT_TRUE(types().enum_values("no_such_enum").empty());
}

TEST(KernelTypes, FindsEnumsByTheEndOfTheirNames)
{
    const auto names = types().enums_ending("_drop_reason");
    EXPECT_EQ(names.size(), 3U);
    EXPECT_EQ(names.at(0x30001), "OVS_DROP_LAST_ACTION");
}

TEST(KernelTypes, FindsFunctions)
{
    EXPECT_TRUE(types().function("validate_xmit_skb"));
    EXPECT_FALSE(types().function("skb_drop_reason")); // an enum
    EXPECT_FALSE(types().function("no_such_function"));
}

} // namespace
} // namespace gueway
