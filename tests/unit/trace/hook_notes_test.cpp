// SPDX-License-Identifier: GPL-2.0-only
#include "trace/hook_notes.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace gueway {
namespace {

Refusal refusal(Backend backend, const char* name, int code, const char* detail = "")
{
    return {{backend, name}, {name, "attach", code, detail, {}}};
}

const std::vector<Attachment> some = {
    {"drop", {Backend::tp_btf, "kfree_skb"}, {}},
    {"step", {Backend::kprobe, "ip_rcv"}, {refusal(Backend::fentry, "ip_rcv", ESRCH)}},
    {"step", {}, {refusal(Backend::fentry, "a", ESRCH), refusal(Backend::kprobe, "a", ENOENT)}},
    {"step", {}, {refusal(Backend::fentry, "b", ESRCH), refusal(Backend::kprobe, "b", ENOENT)}},
    {"answer", {}, {refusal(Backend::fexit, "c", EINVAL, "the verifier's words")}}};

TEST(HookNotes, SayHowManyGotWhat)
{
    EXPECT_EQ(hooked_text(some), "2 of 5 hooks: 1 tp_btf, 1 kprobe");
}

TEST(HookNotes, SayWhatIsNotSeenWithoutThem)
{
    EXPECT_EQ(refused_hooks(some),
              (std::vector<std::string>{
                  "Not hooked: c (attach: Invalid argument: the verifier's words): what it "
                  "returned is not known",
                  "Not hooked: a, b (not in this kernel and its modules): packets make no step "
                  "there, and no rule is checked"}));
}

TEST(HookNotes, ACountThatTheKernelDoesNotKeepIsNotZero)
{
    EXPECT_EQ(count_or_unknown(0), "0");
    EXPECT_NE(count_or_unknown({}).find('?'), std::string::npos);
}

} // namespace
} // namespace gueway
