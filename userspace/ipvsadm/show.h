// SPDX-License-Identifier: GPL-2.0-only
// Runs the commands that only read: -L in all its forms, and -S.
#pragma once

#include "ipvs/client.h"
#include "ipvsadm/command.h"

#include <expected>
#include <string>

namespace gueway::ipvsadm {

// What goes to standard output.
std::expected<std::string, Failure> show(ipvs::Client& client, const Command& command);

} // namespace gueway::ipvsadm
