// SPDX-License-Identifier: GPL-2.0-only
// What the client should be told, as bytes.
#pragma once

#include "encap/oracle.h"
#include "matrix/look.h"
#include "matrix/observe.h"
#include "matrix/result.h"
#include "packet/octets.h"

#include <vector>

namespace gueway::matrix {

// Of an answer that came, from its IP header on, or of none: what it should be if it says `what`.
// What may be any of it is as it came.
Packet expected_answer(const Cell& cell, const Frame& sent, const IcmpAnswer& what, Bytes came);
// The same that passes on what a router has said, of whose quote it can quote no more than is
// there.
Packet expected_passed_on(const Cell& cell, const Frame& sent, const IcmpAnswer& what, Bytes came);

// Of the look: none or one, and in front of it what a router's answer may have been passed on as,
// if it was. The director tells its own socket nothing that could be captured: then there are no
// bytes.
std::vector<Packet> expected_answers(const Cell& cell, const Look& look, const Observation& seen);

} // namespace gueway::matrix
