// SPDX-License-Identifier: GPL-2.0-only
// What is seen of cells where known bugs are, and nothing else is wrong.
#pragma once

#include "tests/unit/matrix/faultless.h"

#include <ostream>
#include <string>
#include <vector>

namespace gueway::matrix {

//   bugs    what the scene is of
//   faults  how many can be put into it, at least
struct Known {
    std::vector<std::string> bugs;
    Scene (*make)();
    unsigned faults;
};
void PrintTo(const Known& known, std::ostream* to); // for GoogleTest

std::vector<Known> known_scenes();

} // namespace gueway::matrix
