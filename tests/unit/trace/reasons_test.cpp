// SPDX-License-Identifier: GPL-2.0-only
#include "trace/reasons.h"

#include <bpf/btf.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

void add_enum(btf* types, const char* name, const EnumNames& values)
{
    btf__add_enum(types, name, 4);
    for (const auto& [number, value] : values) btf__add_enum_value(types, value.c_str(), number);
}

DropReasons reasons(bool subsystems)
{
    auto* made = btf__new_empty();
    add_enum(made, "skb_drop_reason",
             {{0, "SKB_NOT_DROPPED_YET"}, {2, "SKB_DROP_REASON_NOT_SPECIFIED"}});
    if (subsystems) {
        add_enum(made, "skb_drop_reason_subsys",
                 {{0, "SKB_DROP_REASON_SUBSYS_CORE"}, {3, "SKB_DROP_REASON_SUBSYS_OPENVSWITCH"}});
        add_enum(made, "ovs_drop_reason", {{0x30001, "OVS_DROP_LAST_ACTION"}});
    }
    return DropReasons::from(KernelTypes(made));
}

TEST(DropReasons, AreWhatTheKernelCallsThem)
{
    EXPECT_EQ(reasons(false).text(2), "NOT_SPECIFIED");
    EXPECT_EQ(reasons(false).text(0), "SKB_NOT_DROPPED_YET");
    EXPECT_EQ(reasons(false).text(77), "reason 77");
}

TEST(DropReasons, OfSubsystemsSayWhose)
{
    EXPECT_EQ(reasons(true).text(0x30001), "OPENVSWITCH: OVS_DROP_LAST_ACTION");
    EXPECT_EQ(reasons(true).text(0x30009), "OPENVSWITCH: reason 9");
    EXPECT_EQ(reasons(true).text(0x90001), "subsystem 9: reason 1");
    EXPECT_EQ(reasons(false).text(0x30001), "subsystem 3: reason 1");
}

TEST(DropReasons, OlderKernelsGiveNone)
{
    const auto none = DropReasons::from(KernelTypes(btf__new_empty()));
    EXPECT_FALSE(none.given());
    EXPECT_EQ(none.text(0), "");
}

} // namespace
} // namespace gueway
