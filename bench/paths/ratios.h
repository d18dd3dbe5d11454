// SPDX-License-Identifier: GPL-2.0-only
// Wall time of each way against that of the FOU interface, for the smp lane: advisory, what another
// processor and its scheduling make of it. Ways alternate, so that what disturbs one round disturbs
// all of it.
#pragma once

#include "util/json_fwd.h"
#include "util/result.h"

namespace gueway::bench {

// {"schema": "gueway.ratios/1", "to": way, "rounds": N, "ratios": [{"name": "WAY/SIZE" or with
// "/offload" or "/software", "median", "least", "most"}]}: of the rounds' ratios, each of two spans
// of one round.
Result<Json> ratios_to_legacy();

} // namespace gueway::bench
