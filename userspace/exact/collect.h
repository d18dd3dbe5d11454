// SPDX-License-Identifier: GPL-2.0-only
// The exact benchmark's figures, put together from guests.
#pragma once

#include "exact/figures.h"
#include "exact/plan.h"

#include <functional>

namespace gueway::exact {

// What one guest's plan wants, measured.
using MeasureGuest = std::function<Result<Figures>(const GuestPlan&)>;

// One guest after the other. The first that fails ends it: figures that others have given before
// are not lost, and `stopped` says why there are no more. An Error when there are none. Equal names
// have equal texts in the context and artefacts of all, or it has failed.
Result<Figures> collect(const std::vector<GuestPlan>& plans, const MeasureGuest& measure);

} // namespace gueway::exact
