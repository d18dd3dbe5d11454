// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

namespace gueway::ipvsadm {

// The text of -h, made from the tables of options.h. `program` is what the reader typed.
std::string help_text(const std::string& program);

// The text of -v, one line.
std::string version_line();

} // namespace gueway::ipvsadm
