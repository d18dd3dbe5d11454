// SPDX-License-Identifier: GPL-2.0-only
// A cell of the demo from what gwflow measured (gueway.flow/1).
#pragma once

#include "demo/model.h"
#include "flow/report.h"

namespace gueway {

// Size, latencies, timeline and throughput of the requests or of the responses, as `direction`
// says; the drops and tx_dropped, which gwflow cannot see, are left for the caller to fill in.
// Requests that failed other than by their deadline make the cell a failure: it says the first.
DemoCell demo_cell(const flow::Report& report, DemoDirection direction);

} // namespace gueway
