// SPDX-License-Identifier: GPL-2.0-only
// What both of gwflow's subcommands need of a command line.
#pragma once

#include "flow/options.h"
#include "tools/cli_fwd.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gueway::flow {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

// Prints the error as one line of standard error; returns `status`.
int complain(const Error& error, int status);

// Options whose values have a form of their own: what does not parse ends the program as a usage
// error that quotes it.
void add_endpoint(CLI::App& app, const std::string& name, Endpoint& into, const std::string& help);
void add_endpoints(CLI::App& app, const std::string& name, std::vector<Endpoint>& into,
                   const std::string& help);
void add_bytes(CLI::App& app, const std::string& name, uint64_t& into, const std::string& help);
// Seconds, a fraction allowed, into ns.
void add_seconds(CLI::App& app, const std::string& name, std::optional<int64_t>& into,
                 const std::string& help);
void add_sending(CLI::App& app, Sending& into);

// As many descriptors as the hard limit allows: every connection takes one.
void raise_descriptor_limit();

} // namespace gueway::flow
