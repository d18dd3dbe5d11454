// SPDX-License-Identifier: GPL-2.0-only
// Command lines of ipvsadm by chance: good ones, bad ones, and restore files. The same seed makes
// the same lines. They stay off the deliberate differences (ipvsadm/differences.h): edits name all
// there is to name, -t comes before -r, addresses are less than 2^31 apart.
#pragma once

#include "util/process.h"

#include <random>
#include <string>
#include <vector>

namespace gueway {

class Generator {
public:
    explicit Generator(uint32_t seed) : random_(seed) {}

    // One command line without the program's name.
    Argv line();
    // A restore file for an empty table: additions only, each thing once.
    std::string file(size_t services, size_t workers);

private:
    struct Service {
        Argv words; // "-t 198.51.100.1:80"
        bool ipv6 = false, udp = false, mark = false;
    };
    size_t pick(size_t below) { return random_() % below; }
    bool perhaps(size_t percent) { return pick(100) < percent; }
    template <class T>
    T one_of(const std::vector<T>& from)
    {
        return from[pick(from.size())];
    }
    Service service();
    Service service(size_t number);
    std::string scheduler_flags(const std::string& scheduler, bool always);
    void add_service_settings(Argv& words, const Service& service, bool all);
    void add_worker(Argv& words, const Service& service, size_t number);
    void add_worker_settings(Argv& words, const Service& service, bool worker_is_ipv6, bool all);
    bool worker_is_ipv6(const Service& service, size_t number) const;
    Argv worker_line(const char* verb, bool settings, bool all);
    Argv broken();

    std::mt19937 random_;
};

} // namespace gueway
