// SPDX-License-Identifier: GPL-2.0-only
#include "commands.h"
#include "util/fd.h"

#include <cstdio>
#include <iostream>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace gueway {

Result<void> enter_netns(const std::string& name)
{
    const auto path = name.find('/') == std::string::npos ? "/run/netns/" + name : name;
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errno_error("network namespace " + name, "open " + path, "see ip netns list");
    if (::setns(fd.get(), CLONE_NEWNET) < 0)
        return errno_error("network namespace " + name, "enter", "needs root (CAP_SYS_ADMIN)");
    return {};
}

void complain(const std::string& line)
{
    std::fprintf(stderr, "directorctl: %s\n", line.c_str());
}

void complain(const Error& error)
{
    complain(error.text());
}

Result<bool> confirmed(const std::string& question)
{
    if (::isatty(STDIN_FILENO) == 0)
        return error("standard input", "ask", "it is no terminal", "--yes applies without asking");
    std::fprintf(stderr, "%s [y/N] ", question.c_str());
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

} // namespace gueway
