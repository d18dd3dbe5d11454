// SPDX-License-Identifier: GPL-2.0-only
// Markup that the demos' pages are made of. Texts are escaped.
#pragma once

#include "report/chart.h"
#include "report/table.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway::page_parts {

// `name` is its class.
std::string paragraph(std::string_view text, std::string name = {});
std::string heading(std::string_view text);

// Charts side by side as far as there is room.
std::string panels(const std::vector<Chart>& charts);

// What lines of a kind mean, with a piece of one: for a <div class="key">.
std::string key_entry(Tone tone, bool dashed, std::string_view text);

// May scroll sideways.
std::string table(const Table& table);

// A name and its text for a <dl>, with this style; nothing when the text is empty.
std::string term(std::string_view name, std::string_view text);
inline constexpr std::string_view terms_style = R"css(
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.25rem; margin: 0.75rem 0;
  font-size: 0.9rem; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
)css";

} // namespace gueway::page_parts
