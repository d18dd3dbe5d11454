// SPDX-License-Identifier: GPL-2.0-only
// The name of JSON values, for headers that only pass them on: nlohmann's own header costs a second
// and a half in each file that includes it.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace gueway {

using Json = nlohmann::ordered_json;

} // namespace gueway
