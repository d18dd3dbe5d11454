// SPDX-License-Identifier: GPL-2.0-only
// What an edit makes of what is there: it keeps all that the command line does not name, where
// ipvsadm falls back to its defaults. Pure.
#pragma once

#include "ipvsadm/command.h"

#include <expected>
#include <vector>

namespace gueway::ipvsadm {

// A failure is of status 2: the line does not go with what is there.
std::expected<ipvs::Service, Failure> edited(const ipvs::Service& present, const Command& command);
std::expected<ipvs::Destination, Failure> edited(const ipvs::Destination& present,
                                                 const Command& command);

// The server that an -e means, or null. Without -g, -i or -m it is the one of the address and port
// as written, or else of the service's port, which ipvsadm would take.
const ipvs::Destination* find_worker(const std::vector<ipvs::Destination>& present,
                                     const Command& command);

} // namespace gueway::ipvsadm
