// SPDX-License-Identifier: GPL-2.0-only
// One command line of ipvsadm 1.31 to a Command. The order of options does not matter, but that
// the verb comes first and -6 after -f.
#pragma once

#include "ipvsadm/command.h"
#include "ipvsadm/endpoint.h"

#include <expected>
#include <span>
#include <string_view>

namespace gueway::ipvsadm {

// `words` are the arguments without the program's name, one at least; they are not kept. The
// statuses of failures are ipvsadm's: 2, but 255 for an option that does not exist or lacks its
// argument. Only names of hosts and ports leave this process, to be looked up.
std::expected<Command, Failure> parse(std::span<const std::string_view> words);
// The same for line after line, without a copy. `command` is one fresh from its constructor,
// `service` the same for all lines.
std::expected<void, Failure> parse(std::span<const std::string_view> words, Command& command,
                                   RepeatedEndpoint& service);

// Whether what -a names, or an edit makes, is a server that ipvsadm takes: tunnel options with a
// tunnel that has them, mixed families in tunnels only. `named` are those that the line has.
std::expected<void, Failure> check_worker(const ipvs::ServiceKey& key,
                                          const ipvs::Destination& worker, Options named);

// Port 0 of persistent services only, one-packet scheduling not of TCP and SCTP.
std::expected<void, Failure> check_service(const ipvs::Service& service);

// Flags that are named after a scheduler `of` go with that one only.
std::expected<void, Failure> check_flags(const ipvs::Service& service, std::string_view of);

} // namespace gueway::ipvsadm
