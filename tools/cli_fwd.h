// SPDX-License-Identifier: GPL-2.0-only
// A command line's parser by name, for headers: what includes <CLI/CLI.hpp> takes two seconds of
// compilation more, whatever it uses of it.
#pragma once

namespace CLI {
class App;
}
