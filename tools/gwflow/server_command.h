// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "arguments.h"
#include "tools/cli_fwd.h"

namespace gueway::flow {

// `gwflow server`: the options go into `app`, which must outlive this, and so must this the parse.
class ServerCommand {
public:
    explicit ServerCommand(CLI::App& app);
    ServerCommand(const ServerCommand&) = delete;
    ServerCommand& operator=(const ServerCommand&) = delete;
    int run(); // the exit status

private:
    ServerOptions options_;
    bool tcp_ = false, udp_ = false;
    std::string ready_file_;
};

} // namespace gueway::flow
