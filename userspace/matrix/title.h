// SPDX-License-Identifier: GPL-2.0-only
// What a kernel is called in a line or a table.
#pragma once

#include "matrix/result.h"

#include <cstddef>
#include <string>

namespace gueway::matrix {

// "6.1 stock"; of a path its last part, or the label.
std::string title(const KernelResult& kernel);
// Of a kernel, as it was asked for: "6.1", of a path its last `parts`, without modules behind it.
std::string short_name(const std::string& kernel, size_t parts = 1);
// Gives paths that end alike as much of them as it takes to tell them apart.
void set_labels(MatrixResult& result);

} // namespace gueway::matrix
