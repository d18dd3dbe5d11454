// SPDX-License-Identifier: GPL-2.0-only
// From the kernel back to a file.
#pragma once

#include "config/config.h"
#include "director/state.h"
#include "util/result.h"

#include <string>

namespace gueway {

// YAML that plans as empty against this state: services, their workers in pools that services with
// equal workers share, FOU interfaces and the device below them where it counts. Sysctls, VIP
// device and MTU are not in it, since nobody can tell which of them were meant. An Error names what
// the file cannot say: a service whose workers are reached in different ways.
Result<std::string> saved_yaml(const State& state);

} // namespace gueway
