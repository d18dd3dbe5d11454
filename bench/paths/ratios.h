// SPDX-License-Identifier: GPL-2.0-only
// Wall time of each way against that of the FOU interface, for the smp lane: advisory, what another
// processor and its scheduling make of it. Ways alternate, so that what disturbs one round disturbs
// all of it. A span ends when all its packets are at the sink.
#pragma once

#include "util/json_fwd.h"
#include "util/result.h"

#include <span>
#include <string>

namespace gueway::bench {

// {"schema": exact/figures.h, "to": way, "rounds": N, "ratios": [{"name": "WAY/SIZE" or with
// "/offload" or "/software", "median", "least", "most"}]}: of the rounds' ratios, each of two spans
// of one round. Of `figures`, exact ones by name ("way/gre/64B/offload"); others are passed over.
// An Error when packets do not arrive, or more than are sent.
Result<Json> ratios_to_legacy(std::span<const std::string> figures);

} // namespace gueway::bench
