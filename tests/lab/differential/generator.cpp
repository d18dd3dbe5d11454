// SPDX-License-Identifier: GPL-2.0-only
#include "generator.h"

#include "util/text.h"

#include <fmt/format.h>

namespace gueway {

namespace {

void append(Argv& words, std::initializer_list<std::string> more)
{
    words.insert(words.end(), more);
}

} // namespace

// Few enough that lines meet each other's objects.
Generator::Service Generator::service(size_t number)
{
    const size_t port = 80 + number / 6;
    const auto v4 = fmt::format("198.51.100.{}:{}", 1 + number / 6, port);
    const auto v6 = fmt::format("[2001:db8::{}]:{}", 1 + number / 6, port);
    switch (number % 6) {
    case 0:
        return {{"-t", v4}};
    case 1:
        return {{"-u", v4}, false, true};
    case 2:
        return {{"--tcp-service", v6}, true};
    case 3:
        return {{"--sctp-service", v4}};
    case 4:
        return {{"-f", std::to_string(1 + number)}, false, true, true};
    default:
        return {{"-f", std::to_string(1 + number), "-6"}, true, true, true};
    }
}

Generator::Service Generator::service()
{
    return service(pick(18));
}

std::string Generator::scheduler_flags(const std::string& scheduler, bool always)
{
    if (!always && perhaps(60)) return {};
    if (scheduler == "mh") return one_of<std::string>({"mh-port", "mh-fallback", "flag-1,mh-port"});
    if (scheduler == "sh") return one_of<std::string>({"sh-port", "sh-port,sh-fallback"});
    return one_of<std::string>({"flag-1", "flag-2,flag-3", "flag-3"});
}

void Generator::add_service_settings(Argv& words, const Service& service, bool all)
{
    const auto scheduler = one_of<std::string>(
        {"rr", "wrr", "lc", "wlc", "mh", "sh", "dh", "sed", "nq", "fo", "ovf", "lblc", "lblcr"});
    if (all || perhaps(80)) append(words, {perhaps(50) ? "-s" : "--scheduler", scheduler});
    const bool named = words[words.size() - 1] == scheduler;
    if (all || perhaps(30)) append(words, {"-p", std::to_string(1 + pick(1000))});
    const bool group = all || perhaps(20);
    if (group && service.ipv6) append(words, {"-M", std::to_string(1 + pick(128))});
    if (group && !service.ipv6)
        append(words, {"--netmask", one_of<std::string>({"255.255.255.0", "255.255.0.0",
                                                         "255.255.255.255", "0.0.0.0"})});
    if (service.udp && (all || perhaps(30))) append(words, {"-o"});
    if (const auto flags = scheduler_flags(named ? scheduler : "wlc", all); !flags.empty())
        append(words, {"-b", flags});
}

bool Generator::worker_is_ipv6(const Service& service, size_t number) const
{
    return service.ipv6 == (number % 4 != 0); // a quarter is of the other family
}

void Generator::add_worker(Argv& words, const Service& service, size_t number)
{
    const auto address = worker_is_ipv6(service, number)
                             ? fmt::format("[2001:db8:1::{:x}]", number + 1)
                             : fmt::format("10.0.{}.{}", number / 200, number % 200 + 1);
    const bool bare = address[0] == '[';
    append(words, {"-r", bare || number % 3 ? address + ":8080" : address});
}

void Generator::add_worker_settings(Argv& words, const Service& service, bool worker_is_ipv6,
                                    bool all)
{
    const bool mixed = worker_is_ipv6 != service.ipv6;
    const std::string forward = mixed ? "-i" : one_of<std::string>({"-g", "-i", "-i", "-m"});
    if (all || mixed || perhaps(85)) append(words, {forward});
    const bool tunnel = words.back() == "-i";
    const size_t type = pick(3);
    if (tunnel && type == 0 && (all || perhaps(30))) append(words, {"--tun-type", "ipip"});
    if (tunnel && type == 1)
        append(words, {"--tun-type", "gue", "--tun-port", std::to_string(1 + pick(65535)),
                       one_of<std::string>({"--tun-nocsum", "--tun-csum", "--tun-remcsum"})});
    if (tunnel && type == 2)
        append(words, {"--tun-type", "gre", one_of<std::string>({"--tun-nocsum", "--tun-csum"})});
    if (all || perhaps(70)) append(words, {"-w", std::to_string(pick(5) * pick(100))});
    if (all || perhaps(20))
        append(words, {"-x", std::to_string(100 + pick(100)), "-y", std::to_string(pick(100))});
}

Argv Generator::worker_line(const char* verb, bool settings, bool all)
{
    const auto service = this->service();
    const size_t number = pick(12);
    Argv words = {verb};
    words.insert(words.end(), service.words.begin(), service.words.end());
    add_worker(words, service, number);
    if (settings) add_worker_settings(words, service, worker_is_ipv6(service, number), all);
    return words;
}

// Lines that both refuse, by themselves or by the kernel.
Argv Generator::broken()
{
    static const std::vector<std::string> lines = {
        "-A",
        "-a -t 198.51.100.1:80",
        "-A -t 198.51.100.1",
        "-A -t 198.51.100.1:99999",
        "-A -t nowhere.invalid:80",
        "-A -t 198.51.100.1:80 -s nosuch",
        "-A -t 198.51.100.9:80 -o",
        "-A -t 198.51.100.1:80 -w 1",
        "-A -t 198.51.100.1:80 -s rr -s rr",
        "-A -f 0",
        "-A -6 -f 3",
        "-A -t 198.51.100.1:80 -p 0",
        "-A -t 198.51.100.1:80 -b bogus",
        "-A -t 198.51.100.1:80 -s rr -b mh-port",
        "-A -t [2001:db8::1]:80 -M 129",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-type gue",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-port 5",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-type gre --tun-remcsum",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -g --tun-type gue",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-type l2tp",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -g -m",
        "-a -t 198.51.100.1:80 -r [2001:db8::1]:80",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -w -1",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -w 2147483648",
        "-a -t 198.51.100.1:80 -r 224.0.0.1",
        "-a -t 198.51.100.1:80 -r 10.0.0.1 -x 5 -y 6",
        "-d -t 198.51.100.77:80 -r 10.0.0.1",
        "-D -t 198.51.100.77:80",
        "-Z -t 198.51.100.77:80",
        "-E -t 198.51.100.77:80 -s rr",
        "-e -t 198.51.100.77:80 -r 10.0.0.1 -g -w 1",
        "-L -t 198.51.100.77:80",
        "-L -c --stats",
        "-L --timeout --daemon",
        "-L -n -n",
        "-L foo",
        "--set 1 2",
        "--set 1 2 x",
        "--set 1 2 3 4",
        "-n",
        "-Q",
        "-L --nosuch",
        "-A -E -t 1.2.3.4:5",
        "--start-daemon nobody",
        "--stop-daemon master",
        "-C -n",
        "-R -n",
        "-L -",
        "-L --numeric=1",
        "-A -t",
        "-- -L",
        "--start-daemon master --mcast-interface nosuch",
        "-A -t 80",
        "--start-daemon master --syncid 256",
        "--start-daemon master --mcast-group 10.0.0.1",
    };
    Argv words;
    const auto line = one_of(lines);
    for (const auto word : gueway::words(line)) words.emplace_back(word);
    return words;
}

Argv Generator::line()
{
    const size_t kind = pick(100);
    if (kind < 40) return worker_line("-a", true, false);
    if (kind < 50) return worker_line("-e", true, true);
    if (kind < 58) return worker_line("-d", false, false);
    if (kind < 68) return broken();
    if (kind < 70)
        return {"--set", std::to_string(pick(1000)), std::to_string(pick(1000)),
                std::to_string(pick(1000))};
    const auto service = this->service();
    const char* const verb = kind < 88 ? "-A" : kind < 94 ? "-E" : kind < 97 ? "-D" : "-Z";
    Argv words = {verb};
    words.insert(words.end(), service.words.begin(), service.words.end());
    if (kind < 94) add_service_settings(words, service, kind >= 88);
    return words;
}

std::string Generator::file(size_t services, size_t workers)
{
    std::string text = "\n";
    const auto add = [&](const Argv& words) {
        text += perhaps(10) ? "ipvsadm " : perhaps(10) ? "  " : "";
        for (const auto& word : words) text += word + (perhaps(5) ? "\t" : " ");
        text += '\n';
    };
    for (size_t i = 0; i < services; ++i) {
        const auto service = this->service(i);
        Argv words = {"-A"};
        words.insert(words.end(), service.words.begin(), service.words.end());
        add_service_settings(words, service, false);
        add(words);
        for (size_t number = 0; number < workers; ++number) {
            Argv line = {"-a"};
            line.insert(line.end(), service.words.begin(), service.words.end());
            add_worker(line, service, number);
            add_worker_settings(line, service, worker_is_ipv6(service, number), false);
            add(line);
        }
    }
    return text;
}

} // namespace gueway
