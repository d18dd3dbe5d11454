// SPDX-License-Identifier: GPL-2.0-only
// Bytes as text and back: RFC 4648 section 4, with padding, no line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gueway {

std::string to_base64(std::string_view bytes);
// Nothing when `text` is not exactly what to_base64 writes.
std::optional<std::string> from_base64(std::string_view text);

} // namespace gueway
