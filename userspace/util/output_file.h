// SPDX-License-Identifier: GPL-2.0-only
// A file that is written while a program runs, opened before there is anything to write: that it
// cannot be is known at once, and privileges are not needed later.
#pragma once

#include "util/fd.h"
#include "util/file.h"
#include "util/result.h"

#include <string>
#include <string_view>

namespace gueway {

// Move-only. What was not flushed is lost with it.
class OutputFile {
public:
    // Makes the file, or empties it; "-" is standard output. A file that another program writes in
    // this way is an Error.
    static Result<OutputFile> create(const std::string& path);

    // Collected, and written when much has come.
    Result<void> write(std::string_view bytes);
    Result<void> flush();
    const std::string& name() const { return name_; } // for errors

private:
    OutputFile(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}
    Fd fd_;
    std::string name_, waiting_;
};

} // namespace gueway
