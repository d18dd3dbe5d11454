// SPDX-License-Identifier: GPL-2.0-only
// What the guest and netlab say to each other: included by both sides, written once.
//
// Host to guest: one plan, a JSON file in the initramfs. There is no other channel, so that a guest
// of the exact lane depends on nothing but its inputs.
//
// Guest to host: ttyS1, one JSON object a line, each with "v": the version below.
//     hello   release                 the guest's init runs; uname -r
//     start   id                      a command begins
//     output  id stream data          bytes of its standard output (1) or error (2), base64
//     file    path mode data more     bytes of a file under /out, base64; more: not the last piece
//     result  id status why           how it ended; why: exit | signal | missing
//     end     status                  all are done; the first status that was not 0, or 0
// ttyS0 is the kernel's log and belongs to the judge; ttyS2 is the interactive shell.
#pragma once

#include "util/file.h"
#include "util/json_fwd.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::protocol {

constexpr int version = 1;
constexpr const char* plan_schema = "gueway.plan/1";
constexpr const char* plan_path = "/plan.json";
constexpr const char* out_directory = "/out";
constexpr const char* messages_tty = "/dev/ttyS1";
constexpr const char* shell_tty = "/dev/ttyS2";

// isa-debug-exit: a byte v written to this port ends QEMU with status v*2+1. It proves an orderly
// end and nothing more: v*2+1 cannot carry every exit status.
constexpr unsigned exit_port = 0xf4;
constexpr unsigned char exit_value = 42;

// Status of a command that could not be started, as a shell has it.
constexpr int status_missing = 127;

struct Command {
    std::string id; // unique in its plan
    std::vector<std::string> argv;
};

struct Plan {
    std::vector<std::string> modules; // guest paths, in load order
    std::vector<Command> commands;
    bool shell = false; // an interactive shell on ttyS2 after the commands
};

Json to_json(const Plan& plan);
// `source` names the text in errors.
Result<Plan> parse_plan(std::string_view text, const std::string& source);

struct Message {
    enum class Kind { hello, start, output, file, result, end };
    Kind kind = Kind::hello;
    std::string id;      // start, output, result
    std::string release; // hello
    std::string path;    // file: relative to /out
    std::string data;    // output, file: raw bytes
    std::string why;     // result
    int stream = 1;      // output: 1 or 2
    int mode = 0644;     // file: permission bits, at most 0777
    bool more = false;   // file
    int status = 0;      // result, end: 0 to 255, as a shell has it
};

// One line with its newline; any bytes in `data` survive.
std::string to_line(const Message& message);
// An unknown version or kind is an Error: the two sides do not match. So is a field out of its
// range: what a guest says must not become, say, a set-user-ID file of the host's.
Result<Message> parse_line(std::string_view line);

} // namespace gueway::protocol
