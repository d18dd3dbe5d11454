// SPDX-License-Identifier: GPL-2.0-only
// The exact benchmark's figures as tables and sentences for a document in Markdown.
#pragma once

#include "exact/figures.h"

namespace gueway::exact {

// `command` is what makes them again.
std::string markdown(const Figures& figures, const std::string& command);

} // namespace gueway::exact
