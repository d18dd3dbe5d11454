// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "arguments.h"
#include "tools/cli_fwd.h"

namespace gueway::flow {

// `gwflow client`: the options go into `app`, which must outlive this, and so must this the parse.
class ClientCommand {
public:
    explicit ClientCommand(CLI::App& app);
    ClientCommand(const ClientCommand&) = delete;
    ClientCommand& operator=(const ClientCommand&) = delete;
    int run(); // the exit status

private:
    ClientOptions options_;
    bool tcp_ = false, udp_ = false;
    std::optional<std::string> bind_;
    std::optional<int64_t> deadline_;
    std::optional<int64_t> pause_;
    std::string json_;
    bool quiet_ = false;
};

} // namespace gueway::flow
