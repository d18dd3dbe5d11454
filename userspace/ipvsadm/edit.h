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

// The ports at which the server that an -e means may be, the likelier first. Without -g, -i or -m
// it is the one as written, or else the service's, which ipvsadm would take.
std::vector<uint16_t> ports_meant(const Command& command);

} // namespace gueway::ipvsadm
