// SPDX-License-Identifier: GPL-2.0-only
// The files that a subcommand's results go to.
#pragma once

#include "util/result.h"

#include <functional>
#include <string>
#include <vector>

namespace gueway {

// That all can be written is found out before there is anything to write: makes the directories
// that they are to be in, and looks for the marks of `document`, which is one of them. Empty names
// are those that were not asked for. "-" is no file: tables go to standard output. No two may be
// one file, by whatever path; nor one of `read`, which is to be there afterwards.
Result<void> prepare_files(std::vector<std::string> files, const std::string& document,
                           const std::vector<std::string>& read = {});

// Whether `file` is as it was asked for: `write` has written it, or its name is empty. An Error is
// told on standard error, so that it keeps no other file from being written.
bool write_result(const std::string& file, const std::function<Result<void>()>& write);

// Puts tables between the marks of a document.
Result<void> write_tables(const std::string& document, const std::string& tables);

} // namespace gueway
