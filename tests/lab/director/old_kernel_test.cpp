// SPDX-License-Identifier: GPL-2.0-only
// A kernel before 5.2 takes a tunnel's attributes for unknown ones and makes IPIP of it without a
// word. Played by giving the attributes numbers that no kernel knows, on their way into it.
#include "cut.h"
#include "fixture.h"

#include <algorithm>
#include <cstring>

#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

namespace gueway {
namespace {

class OldKernel : public DirectorTest {
protected:
    static constexpr uint16_t unknown_attribute = 99;

    // Attributes at [at, end) of a message.
    static void forget_tunnel(std::vector<uint8_t>& bytes, size_t at, size_t end, bool worker)
    {
        while (at + sizeof(nlattr) <= end) {
            nlattr head;
            std::memcpy(&head, bytes.data() + at, sizeof head);
            if (head.nla_len < sizeof head) return;
            const int type = head.nla_type & NLA_TYPE_MASK;
            if (!worker && type == IPVS_CMD_ATTR_DEST)
                forget_tunnel(bytes, at + sizeof head, at + head.nla_len, true);
            if (worker && type >= IPVS_DEST_ATTR_TUN_TYPE && type <= IPVS_DEST_ATTR_TUN_FLAGS)
                std::memcpy(bytes.data() + at + offsetof(nlattr, nla_type), &unknown_attribute,
                            sizeof unknown_attribute);
            at += NLA_ALIGN(head.nla_len);
        }
    }

    static void forget_tunnels(std::vector<uint8_t>& bytes)
    {
        for (size_t at = 0; at + NLMSG_HDRLEN + GENL_HDRLEN <= bytes.size();) {
            nlmsghdr head;
            std::memcpy(&head, bytes.data() + at, sizeof head);
            const auto command = bytes[at + NLMSG_HDRLEN];
            if (head.nlmsg_type > NLMSG_MIN_TYPE && head.nlmsg_type != GENL_ID_CTRL &&
                (command == IPVS_CMD_NEW_DEST || command == IPVS_CMD_SET_DEST))
                forget_tunnel(bytes, at + NLMSG_HDRLEN + GENL_HDRLEN, at + head.nlmsg_len, false);
            at += NLMSG_ALIGN(std::max<size_t>(head.nlmsg_len, sizeof head));
        }
    }
};

TEST_F(OldKernel, WhatItDidNotTakeIsNamedAndTakenBack)
{
    const std::string direct = "pools:\n  p: {forward: direct, workers: [{name: w1, address: "
                               "10.0.0.1}]}\n";
    const std::string gue = "pools:\n  p: {encap: {type: gue, port: 5501}, workers: [{name: w1, "
                            "address: 10.0.0.1}, {name: w2, address: 10.0.0.2}]}\n";
    const std::string service =
        "services:\n  - {vip: 192.0.2.1, port: 80, scheduler: rr, pool: p}\n";
    apply(direct + service);
    // Which apply sets up and gives a VIP; the other VIP is somebody else's, a moment earlier.
    const std::string vips = "director: {vip_device: vips}\n";
    const std::string other = "  - {vip: 192.0.2.2, port: 80, scheduler: rr, pool: p}\n";
    ok({"ip", "link", "add", "vips", "type", "dummy"});
    const auto before = everything();
    const auto forget = [&](std::vector<uint8_t>& bytes) {
        forget_tunnels(bytes);
        nlmsghdr head{};
        std::memcpy(&head, bytes.data(), std::min(sizeof head, bytes.size()));
        if (head.nlmsg_type == RTM_NEWADDR)
            std::ignore = run({"ip", "address", "add", "192.0.2.2/32", "dev", "vips"});
    };
    const auto errors = file("no errors yet");
    const auto outcome = where().in([&] {
        return run_cut(
            {"sh", "-c",
             "exec directorctl apply --yes " + file(vips + gue + service + other) + " 2>" + errors},
            {}, {.meanwhile = {}, .edit = forget});
    });
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 1);
    const auto said = read_file(errors).value_or("");
    EXPECT_NE(said.find("worker w1 (10.0.0.1:80), forward ipip where gue:5501 is wanted"),
              std::string::npos)
        << said;
    EXPECT_NE(said.find("all changes were taken back"), std::string::npos) << said;
    ok({"ip", "address", "delete", "192.0.2.2/32", "dev", "vips"}); // still there
    EXPECT_EQ(everything(), before);
}

} // namespace
} // namespace gueway
