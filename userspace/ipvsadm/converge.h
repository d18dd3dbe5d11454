// SPDX-License-Identifier: GPL-2.0-only
// `directorctl restore`: makes the table what a restore file describes, without an outage.
#pragma once

#include "ipvs/client.h"
#include "ipvs/difference.h"
#include "ipvsadm/wanted.h"

#include <string>
#include <vector>

namespace gueway::ipvsadm {

struct Converged {
    size_t changes = 0;                // messages that the kernel took
    std::vector<std::string> failures; // one line each; with any, nothing was removed
};

// Changes only what differs: adds first, then edits, and removes only when all that went well.
// Timeouts and daemons that the file does not name stay. An Error when the table cannot be read or
// the socket fails.
Result<Converged> converge(ipvs::Client& client, const Wanted& wanted);

} // namespace gueway::ipvsadm
