// SPDX-License-Identifier: GPL-2.0-only
// The exact benchmark's figures as a page: bars by stage, growth, tables, conditions.
#pragma once

#include "exact/figures.h"

namespace gueway::exact {

// `command` is what reproduces it.
std::string page(const Figures& figures, const std::string& command);

} // namespace gueway::exact
