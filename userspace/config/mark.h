// SPDX-License-Identifier: GPL-2.0-only
#pragma once

namespace gueway {

// Where something stands in a file; both from 1.
struct Mark {
    int line = 0, column = 0;
};

} // namespace gueway
