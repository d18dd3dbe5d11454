// SPDX-License-Identifier: GPL-2.0-only
// Runs the commands that change the table, one at a time.
#pragma once

#include "ipvs/client.h"
#include "ipvsadm/command.h"

#include <expected>

namespace gueway::ipvsadm {

// Any verb but list, save, restore, help and version.
std::expected<void, Failure> perform(ipvs::Client& client, const Command& command);

// The kernel's answer to what a command asked for, with what to do about it: status 255.
Failure refused(const Command& command, int code, const std::string& words = {});

// Of a socket that failed, or a kernel without IPVS.
Failure failed(const Error& error);

// What the edit makes of the service as it is now; without it ESRCH, as the kernel says.
std::expected<ipvs::Service, Failure> read_edited_service(ipvs::Client& client,
                                                          const Command& command);
// There is no such server: ENOENT, or ESRCH when there is no such service.
Failure missing_worker(ipvs::Client& client, const Command& command);

// Appends the one message of an addition or a removal.
void put(ipvs::Changes& changes, const Command& command);

} // namespace gueway::ipvsadm
