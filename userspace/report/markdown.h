// SPDX-License-Identifier: GPL-2.0-only
// Tables within a document in Markdown, between two marks, so that no figure is typed.
#pragma once

#include "report/table.h"
#include "util/file.h"
#include "util/result.h"

#include <string>
#include <string_view>

namespace gueway {

inline constexpr std::string_view markdown_begin = "<!-- made by gsobench: begin -->",
                                  markdown_end = "<!-- made by gsobench: end -->";

// With an empty line behind it; empty for a table without rows.
std::string table_markdown(const Table& table);

// `document` with `tables`, which end in a newline, between its two marks, a line each, in place of
// what was there; of one without them an Error.
Result<std::string> between_marks(std::string_view document, std::string_view tables);
// The same of a file's text, which stays as it is; errors name the file.
Result<std::string> document_with(const fs::path& file, std::string_view tables);

} // namespace gueway
