// SPDX-License-Identifier: GPL-2.0-only
// What the hosts' kernels count of a cell's packet: a second reader, which also knows of what
// nobody else sees.
#pragma once

#include "matrix/delivery.h"
#include "matrix/look.h"
#include "matrix/observe.h"

#include <string>
#include <vector>

namespace gueway::matrix {

// Counters that do not say what they should.
std::vector<std::string> check_accounts(const Cell& cell, const Look& look, const Observation& seen,
                                        const Delivery& delivery);

// Those of interest, as text: "director: u1 tx_dropped +1".
std::vector<std::string> accounts(const Observation& seen);

} // namespace gueway::matrix
