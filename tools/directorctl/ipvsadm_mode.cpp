// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm_mode.h"

#include "ipvsadm/grammar.h"
#include "ipvsadm/help.h"
#include "ipvsadm/perform.h"
#include "ipvsadm/restore.h"
#include "ipvsadm/show.h"
#include "util/file.h"

#include <cstdio>
#include <cstring>

#include <unistd.h>

namespace gueway {

namespace {

using namespace ipvsadm;

// Under whatever name this runs, the line is ipvsadm's.
int complain_as(const char* program, const Failure& failure)
{
    const char* const slash = std::strrchr(program, '/');
    std::fprintf(stderr, "%s: %s\n", slash ? slash + 1 : program, failure.text.c_str());
    return failure.status;
}

int print(std::string_view text)
{
    return write_all(STDOUT_FILENO, text, "standard output") ? status_done : status_refused;
}

int restore_input(ipvs::Client& client, const char* program)
{
    const RestoreOutput output{
        .out = [](std::string_view text) { print(text); },
        .complain = [&](const std::string& line) { complain_as(program, {0, line}); },
    };
    return restore(client, STDIN_FILENO, "standard input", output);
}

int run_command(ipvs::Client& client, const Command& command, const char* program)
{
    if (command.verb == Verb::restore) return restore_input(client, program);
    if (command.verb == Verb::list || command.verb == Verb::save) {
        const auto text = show(client, command);
        return text ? print(*text) : complain_as(program, text.error());
    }
    const auto done = perform(client, command);
    return done ? status_done : complain_as(program, done.error());
}

} // namespace

int run_ipvsadm(int argc, char** argv)
{
    const char* const program = argv[0];
    Command command; // ipvsadm without arguments lists
    if (argc > 1) {
        const std::vector<std::string_view> words(argv + 1, argv + argc);
        auto parsed = parse(words);
        if (!parsed) return complain_as(program, parsed.error());
        command = std::move(*parsed);
    }
    if (command.verb == Verb::help) return print(help_text(program));
    if (command.verb == Verb::version) return print(version_line());
    auto client = ipvs::Client::open();
    if (!client) return complain_as(program, {status_usage, client.error().text()});
    return run_command(*client, command, program);
}

} // namespace gueway
