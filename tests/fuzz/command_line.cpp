// SPDX-License-Identifier: GPL-2.0-only
// A command line of ipvsadm's grammar: refused with a reason, or what it adds reads the same after
// it was saved as a command line.
#include "fuzz.h"
#include "ipvsadm/grammar.h"
#include "ipvsadm/save.h"
#include "util/text.h"

#include <netdb.h>

using namespace gueway;
using namespace gueway::ipvsadm;

// Names are not looked up here: a fuzzer must not talk to a name server.
extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**)
{
    return EAI_NONAME;
}
extern "C" servent* getservbyname(const char*, const char*)
{
    return nullptr;
}

namespace {

constexpr std::string_view blanks = " \t\n";

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> found;
    for (auto at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(blanks, at), text.size());
        found.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(blanks, end);
    }
    return found;
}

// The service, and below it the worker, as two lines.
void check_saved(const ipvs::Service& service, const std::vector<ipvs::Destination>& workers)
{
    const auto saved = save({{service, workers}});
    const auto found = lines(saved);
    must(found.size() == 1 + workers.size(), "one line for each object");
    const auto again = parse(words_of(found[0]));
    must(again && again->verb == Verb::add_service && again->service.same_settings(service),
         "a service reads as it was saved");
    if (workers.empty()) return;
    const auto worker = parse(words_of(found[1]));
    must(worker && worker->service.key == service.key && worker->worker.same_worker(workers[0]) &&
             worker->worker.same_settings(workers[0]),
         "a worker reads as it was saved");
}

void check(const Command& command)
{
    if (command.verb == Verb::add_service && check_service(command.service))
        check_saved(command.service, {});
    if (command.verb != Verb::add_server) return;
    if (!check_worker(command.service.key, command.worker, command.named)) return;
    // A service that may have any port: a persistent one.
    const ipvs::Service service{.key = command.service.key,
                                .scheduler = "rr",
                                .flags = ipvs::persistent,
                                .timeout = 300,
                                .netmask = ipvs::whole_netmask(command.service.key.family),
                                .persistence_engine = {}};
    check_saved(service, {command.worker});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto words = words_of(text_of(data, size));
    if (words.empty()) return 0;
    const auto command = parse(words);
    if (command)
        check(*command);
    else
        must(command.error().status != 0 && !command.error().text.empty(),
             "a refusal has a status and a reason");
    return 0;
}
