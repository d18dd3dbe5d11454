// SPDX-License-Identifier: GPL-2.0-only
// The client: sends requests as asked, verifies the answers, and reports.
#pragma once

#include "flow/options.h"
#include "flow/report.h"
#include "util/result.h"

namespace gueway::flow {

// Runs to the end; blocks its thread. Requests that fail or time out are part of the Report. An
// Error is a run that could not be made: options that validate() refuses, or a fault of this host.
// Once `stop` can be read (-1: there is none) no request begins, as at the end of the duration.
Result<Report> run_client(const ClientOptions& options, int stop = -1);

} // namespace gueway::flow
