// SPDX-License-Identifier: GPL-2.0-only
// A program under test, killed at a chosen moment of its talk with the kernel: before or after one
// of its netlink sends, or with a send cut short after so many messages. Done from outside by
// ptrace(2), so that the program needs no hook for it. x86-64.
#pragma once

#include "util/process.h"
#include "util/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

// Sends are sendto(2) and sendmsg(2) of the program's first thread, numbered from 0.
struct Cut {
    enum class Moment { before, within, after };
    size_t send = 0;
    Moment moment = Moment::before;
    size_t messages = 0; // `within`: so many of the send's messages reach the kernel
};

// What a send asked of the kernel, as its bytes say.
//   changes  some message may change something: of rtnetlink any but those that get, of generic
//            netlink any but dumps and questions to the controller, of others any
//   apart    between the send before and this one, the program wrote to a file (a sysctl) or
//            started another program (modprobe)
struct Sent {
    size_t messages = 0;
    bool changes = false;
    bool apart = false;
};

struct CutOutcome {
    std::optional<int> status; // as a shell has it; nothing: it was killed as the cut says
    std::vector<Sent> sends;   // that were begun, in order
};

// What happens to each send while the program waits before it.
//   meanwhile  what another program might do at that moment
//   edit       sees the bytes; those of sendto(2) it may change, to play another kernel
struct Beside {
    std::function<void()> meanwhile;
    std::function<void(std::vector<uint8_t>&)> edit;
};

// Runs to the end, or to the cut. Output goes where ours goes.
Result<CutOutcome> run_cut(const Argv& argv, const std::optional<Cut>& cut = {},
                           const Beside& beside = {});

// Every cut of a run with these sends that may leave a state of its own: after each send that
// changes something, and within it after each of its messages but the last; before the first send,
// and before each with something else in front. Other sends only read: to the kernel, a program
// that is killed anywhere among those was killed at the last cut above.
std::vector<Cut> every_cut(const std::vector<Sent>& sends);

std::string text(const Cut& cut);

} // namespace gueway
