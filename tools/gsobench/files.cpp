// SPDX-License-Identifier: GPL-2.0-only
#include "files.h"

#include "commands.h"
#include "report/markdown.h"
#include "util/file.h"

#include <set>

namespace gueway {

namespace {

std::string place(const std::string& file)
{
    std::error_code ec; // what cannot be looked at is told by who opens it
    const auto found = fs::weakly_canonical(fs::absolute(file, ec), ec);
    return ec ? file : found.string();
}

} // namespace

Result<void> prepare_files(std::vector<std::string> files, const std::string& document,
                           const std::vector<std::string>& read)
{
    files.push_back(document);
    std::set<std::string> seen, kept;
    for (const auto& file : read)
        if (!file.empty()) kept.insert(place(file));
    for (const auto& file : files) {
        if (file.empty()) continue;
        if (file == "-")
            return error("-", "write", "the tables go to standard output", "name a file");
        if (kept.contains(place(file)))
            return error(file, "write", "it is read too, and would be gone", "name another");
        if (!seen.insert(place(file)).second)
            return error(file, "write", "two results cannot go to one file", "name another");
        TRY(prepare_file(file));
    }
    if (!document.empty()) TRY(document_with(document, ""));
    return {};
}

bool write_result(const std::string& file, const std::function<Result<void>()>& write)
{
    if (file.empty()) return true;
    const auto done = write();
    if (!done) complain(done.error());
    return done.has_value();
}

Result<void> write_tables(const std::string& document, const std::string& tables)
{
    return write_file(document, TRY(document_with(document, tables)));
}

} // namespace gueway
