// SPDX-License-Identifier: GPL-2.0-only
// -R: a stream of command lines, each as if it were given to ipvsadm, over one socket and in
// batches. Additive: nothing is removed that no line removes, and an addition of what is there
// already becomes an edit of it.
#pragma once

#include "ipvs/client.h"
#include "ipvsadm/command.h"

#include <functional>
#include <string>
#include <string_view>

namespace gueway::ipvsadm {

// Where a restore prints: listings that the lines ask for, and failures ("FILE:7: ...").
struct RestoreOutput {
    std::function<void(std::string_view)> out;
    std::function<void(const std::string&)> complain;
};

// Reads `fd` to its end; `name` is the file's in failures. Empty lines, comments ("#") and a
// leading "ipvsadm" count for nothing. Every line is tried, whatever became of those before it.
// Returns the exit status: 0 when all lines did what they say; else the status of the first that
// did not.
//
// Lines take effect in their order, at the latest when the input ends or pauses. A new service of a
// scheduler that counts all workers at each addition (mh) gets it when its workers are there.
int restore(ipvs::Client& client, int fd, const std::string& name, const RestoreOutput& output);

} // namespace gueway::ipvsadm
