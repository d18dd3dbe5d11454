// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/wanted.h"

#include "ipvsadm/grammar.h"
#include "ipvsadm/options.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::ipvsadm {

void WantedReader::complain(size_t line, const std::string& text)
{
    complaints_.push_back(fmt::format("{}:{}: {}", name_, line, text));
}

void WantedReader::line(const Line& line)
{
    if (line.too_long)
        return complain(line.number, fmt::format("a line of more than {} bytes", longest_line));
    const auto words = command_words(line.text, words_);
    if (words.empty()) return;
    Command command;
    if (const auto parsed = parse(words, command, service_); !parsed)
        return complain(line.number, parsed.error().text);
    take(line.number, std::move(command));
}

void WantedReader::take(size_t line, Command&& command)
{
    switch (command.verb) {
    case Verb::add_service:
        return add_service(line, command);
    case Verb::add_server:
        return add_worker(line, command);
    case Verb::set_timeouts:
        wanted_.timeouts = command.timeouts;
        return;
    case Verb::start_daemon:
        wanted_.daemons.push_back(std::move(command.daemon));
        return;
    case Verb::clear:
        cleared_ = true;
        if (wanted_.services.empty()) return;
        [[fallthrough]];
    default:
        return complain(line, fmt::format("--{} does not describe a state: -A, -a, --set and "
                                          "--start-daemon do, and -R runs the others",
                                          name(command.verb)));
    }
}

void WantedReader::finish()
{
    if (wanted_.services.empty() && !cleared_ && complaints_.empty())
        complaints_.push_back(name_ + ": no services: a file of -C alone removes them all");
}

void WantedReader::add_service(size_t line, const Command& command)
{
    const auto& service = command.service;
    const auto [at, added] = services_.emplace(service.key, wanted_.services.size());
    if (!added) return complain(line, fmt::format("service {}: twice", service.key.text()));
    wanted_.services.push_back({service, {}});
}

void WantedReader::add_worker(size_t line, const Command& command)
{
    const auto& key = command.service.key;
    const auto& worker = command.worker;
    const auto service = services_.find(key);
    if (service == services_.end())
        return complain(line, fmt::format("service {}: no -A line before this", key.text()));
    if (!workers_.insert({service->second, {worker.address.bytes, worker.port}}).second)
        return complain(line,
                        fmt::format("service {}: server {}: twice", key.text(), worker.text()));
    wanted_.services[service->second].destinations.push_back(worker);
}

Wanted WantedReader::take()
{
    // The kernel puts each new worker at the head of its list.
    for (auto& state : wanted_.services) std::ranges::reverse(state.destinations);
    return std::move(wanted_);
}

} // namespace gueway::ipvsadm
