// SPDX-License-Identifier: GPL-2.0-only
// What a person reads about hooks: reasons out of verifier logs, and what became of each candidate.
#include "probe/hook.h"
#include "probe/libbpf_log.h"

#include <cerrno>

#include <bpf/libbpf.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(VerifierReason, IsTheLastLineThatIsNoStatistic)
{
    EXPECT_EQ(verifier_reason("func 'f' arg0 type PTR is not a struct\n"
                              "invalid bpf_context access off=0 size=8\n"
                              "processed 2 insns (limit 1000000) max_states_per_insn 0\n"),
              "invalid bpf_context access off=0 size=8");
    EXPECT_EQ(verifier_reason("The address of function f cannot be found\n"
                              "verification time 12 usec\nstack depth 0\n\n"),
              "The address of function f cannot be found");
}

TEST(VerifierReason, IsEmptyWithoutAReason)
{
    EXPECT_EQ(verifier_reason(""), "");
    EXPECT_EQ(verifier_reason("\nprocessed 7 insns (limit 1000000)\n"), "");
}

TEST(Attachment, TellsTheTargetAndWhatWasRefused)
{
    Attachment got{"receive", {Backend::tp_btf, "netif_receive_skb"}, {}};
    EXPECT_EQ(got.text(), "receive: tp_btf netif_receive_skb");
    const Target function{Backend::fentry, "f"};
    got.refused.push_back({function, {function.text(), "load", ENOENT, "no address", {}}});
    EXPECT_EQ(got.text(),
              "receive: tp_btf netif_receive_skb (fentry f: load: no address (ENOENT))");
}

TEST(LibbpfLog, KeepsWarningsWhileItLives)
{
    const LibbpfLog log;
    EXPECT_EQ(bpf_object__open_file("/nonexistent/gueway.bpf.o", nullptr), nullptr);
    EXPECT_NE(log.text().find("gueway.bpf.o"), std::string::npos) << log.text();
}

} // namespace
} // namespace gueway
