// SPDX-License-Identifier: GPL-2.0-only
// Command lines, good and bad. That the bad ones have ipvsadm's exit status is the differential
// test's to show.
#include "ipvsadm/differences.h"
#include "ipvsadm/grammar.h"
#include "ipvsadm/help.h"
#include "ipvsadm/options.h"
#include "util/text.h"

#include <algorithm>
#include <ostream>

#include <gtest/gtest.h>

namespace gueway::ipvsadm {
namespace {

using ipvs::Forward;

Command parsed(std::string_view line)
{
    const auto words = gueway::words(line);
    auto command = parse(words);
    EXPECT_TRUE(command) << line << ": " << command.error().text;
    return command ? *command : Command();
}

TEST(Grammar, ServiceWithAllItsSettings)
{
    const auto command = parsed("-A -u 198.51.100.1:53 -s sh -p 60 -M 255.255.255.0 --pe sip -o "
                                "-b sh-port,flag-3");
    EXPECT_EQ(command.verb, Verb::add_service);
    const auto& service = command.service;
    EXPECT_EQ(service.key.text(), "udp 198.51.100.1:53");
    EXPECT_EQ(service.scheduler, "sh");
    EXPECT_EQ(service.timeout, 60U);
    EXPECT_EQ(service.netmask, 0xffffff00U);
    EXPECT_EQ(service.persistence_engine, "sip");
    EXPECT_EQ(service.flags, ipvs::persistent | ipvs::one_packet | ipvs::scheduler_flag_2 |
                                 ipvs::scheduler_flag_3);
}

TEST(Grammar, ServiceKeys)
{
    const std::pair<const char*, const char*> rows[] = {
        {"-A -t 198.51.100.1:80", "tcp 198.51.100.1:80"},
        {"-A -t198.51.100.1:80", "tcp 198.51.100.1:80"},
        {"-A --tcp-service=[2001:db8::1]:80", "tcp [2001:db8::1]:80"},
        {"-A -t [2001:db8::1] -p", "tcp [2001:db8::1]:0"},
        {"-A -t 2001:db8::1 -p", "tcp [2001:db8::1]:0"},
        {"-A -t 10.1:80", "tcp 10.0.0.1:80"},
        {"-A -t 0x0a000001:80", "tcp 10.0.0.1:80"},
        {"-A -t 10.0.0.1:+80", "tcp 10.0.0.1:80"},
        {"-A --sctp-service 10.0.0.1:80", "sctp 10.0.0.1:80"},
        {"-A -f 4294967295", "fwmark 4294967295"},
        {"-A -f 7 -6", "fwmark 7 IPv6"},
    };
    for (const auto& [line, key] : rows) EXPECT_EQ(parsed(line).service.key.text(), key) << line;
}

TEST(Grammar, WorkersTakeTheServicesPortWhereverItIsNamed)
{
    const std::pair<const char*, const char*> rows[] = {
        {"-a -t 10.0.0.1:80 -r 10.0.0.2", "10.0.0.2:80"},
        {"-a -r 10.0.0.2 -t 10.0.0.1:80 -m", "10.0.0.2:80"},
        {"-a -t 10.0.0.1:80 -r 10.0.0.2:81 -m", "10.0.0.2:81"},
        {"-a -t 10.0.0.1:80 -r 10.0.0.2:81 -g", "10.0.0.2:80"}, // packets are forwarded as they are
        {"-a -t 10.0.0.1:80 -r [2001:db8::2]:81 -i", "[2001:db8::2]:80"},
        {"-a -f 1 -r 10.0.0.2:81", "10.0.0.2:81"},
        {"-a -f 1 -r 10.0.0.2", "10.0.0.2:0"},
        {"-d -t 10.0.0.1:80 -r 10.0.0.2:81", "10.0.0.2:81"},
        {"-e -t 10.0.0.1:80 -r 10.0.0.2:81 -w 1", "10.0.0.2:81"}, // it may be one behind NAT
    };
    for (const auto& [line, worker] : rows) EXPECT_EQ(parsed(line).worker.text(), worker) << line;
}

TEST(Grammar, Tunnels)
{
    const std::pair<const char*, Encap> rows[] = {
        {"-i", {EncapType::ipip, 0, EncapChecksum::none}},
        {"-i --tun-type gue --tun-port 5555", {EncapType::gue, 5555, EncapChecksum::none}},
        {"-i --tun-csum --tun-type gue --tun-port 5555",
         {EncapType::gue, 5555, EncapChecksum::full}},
        {"-i --tun-type gue --tun-port 1 --tun-remcsum",
         {EncapType::gue, 1, EncapChecksum::remote}},
        {"-i --tun-type gre --tun-nocsum", {EncapType::gre, 0, EncapChecksum::none}},
        {"-i --tun-type gre --tun-csum", {EncapType::gre, 0, EncapChecksum::full}},
    };
    for (const auto& [options, encap] : rows) {
        const auto worker = parsed(std::string("-a -t 10.0.0.1:80 -r 10.0.0.2 ") + options).worker;
        EXPECT_EQ(worker.forward, Forward::tunnel) << options;
        EXPECT_EQ(worker.encap, encap) << options;
    }
}

TEST(Grammar, WhatIsLeft)
{
    EXPECT_EQ(parsed("--set 1 2 3").timeouts.udp, 3U);
    const auto daemon =
        parsed("--start-daemon backup --mcast-interface d0 --syncid 3 --sync-maxlen "
               "1000 --mcast-group ff02::5 --mcast-port 9000 --mcast-ttl 3")
            .daemon;
    EXPECT_EQ(daemon.role, ipvs::DaemonRole::backup);
    EXPECT_EQ(daemon.group.text(), "ff02::5");
    EXPECT_EQ(daemon.ttl, 3);
    EXPECT_EQ(parsed("--start-daemon master").daemon.interface, "eth0");
    EXPECT_TRUE(parsed("-Lnc").has(Option::connection));
    EXPECT_TRUE(parsed("-ln --sort --sort").has(Option::numeric));
    EXPECT_EQ(parsed("-Z").verb, Verb::zero);
    EXPECT_EQ(parsed("-A -t 10.0.0.1:80 -p").service.timeout, 360U);
    EXPECT_EQ(parsed("-A -t 10.0.0.1:80 -p -s rr").service.scheduler, "rr");
    EXPECT_EQ(parsed("-A -t 10.0.0.1:80 -p30").service.timeout, 30U);
    EXPECT_EQ(parsed("-a -t 10.0.0.1:80 -r 10.0.0.2 -w=7").worker.weight, 7U);
}

struct Bad {
    const char* line;
    int status;
    const char* says;
};

void PrintTo(const Bad& bad, std::ostream* out)
{
    *out << bad.line;
}

class GrammarRefuses : public testing::TestWithParam<Bad> {};

TEST_P(GrammarRefuses, AndSaysWhy)
{
    const auto& [line, status, says] = GetParam();
    const auto words = gueway::words(line);
    const auto command = parse(words);
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().status, status);
    EXPECT_NE(command.error().text.find(says), std::string::npos) << command.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, GrammarRefuses,
    testing::Values(Bad{"-n -L", 255, "first option"}, Bad{"foo", 255, "first option"},
                    Bad{"-L --nosuch", 255, "--nosuch"}, Bad{"-A -t", 255, "needs an argument"},
                    Bad{"-L --numeric=1", 255, "takes no argument"},
                    Bad{"--start-daemon", 255, "master or backup"}, Bad{"--start-daemon x", 2, "x"},
                    Bad{"-A", 2, "service-address"}, Bad{"-A -E", 2, "second command"},
                    Bad{"-L foo", 2, "foo"}, Bad{"-L -n -n", 2, "twice"},
                    Bad{"-C -n", 2, "numeric"}, Bad{"-L -c --timeout", 2, "one listing"},
                    Bad{"-L -c --stats", 2, "columns"}, Bad{"--set 1 2", 2, "three"},
                    Bad{"--set 1 2 x", 2, "x"}, Bad{"-A -t 10.0.0.1", 2, "port 0"},
                    Bad{"-A -t 10.0.0.1:99999", 2, "host[:port]"},
                    Bad{"-A -t 80", 2, "host[:port]"}, Bad{"-A -t [2001:db8::1", 2, "host[:port]"},
                    Bad{"-A -t 10.0.0.1:80 -o", 2, "UDP"}, Bad{"-A -6 -f 1", 2, "-6"},
                    Bad{"-A -f 0", 2, "mark"}, Bad{"-A -t 10.0.0.1:80 -p 0", 2, "timeout"},
                    Bad{"-A -t [2001:db8::1]:80 -M 129", 2, "netmask"},
                    Bad{"-A -t 10.0.0.1:80 -b mh-port", 2, "mh"},
                    Bad{"-A -t 10.0.0.1:80 -b bogus", 2, "bogus"},
                    Bad{"-A -t 10.0.0.1:80 -s a-name-without-an-end", 2, "characters"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -w -1", 2, "weight"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -w 2147483648", 2, "weight"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -g -i", 2, "twice"},
                    Bad{"-a -t 10.0.0.1:80 -r [2001:db8::2]:80", 2, "tunnel"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 --tun-csum", 2, "tunnel"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gue", 2, "port"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-port 5", 2, "port"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-nocsum", 2, "checksum"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-remcsum", 2, "GUE"},
                    Bad{"-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type l2tp", 2, "l2tp"}));

TEST(Options, EverySpellingIsFoundAndHelped)
{
    const auto help = help_text("ipvsadm");
    for (const auto& row : option_spellings()) {
        EXPECT_EQ(find_option(row.name), &row);
        EXPECT_TRUE(!row.letter || find_option(row.letter) == &row) << row.letter;
        EXPECT_NE(help.find("--" + std::string(row.name)), std::string::npos) << row.name;
    }
    for (const auto& row : verb_spellings())
        EXPECT_NE(help.find("--" + std::string(row.name)), std::string::npos) << row.name;
    EXPECT_EQ(find_option("nosuch"), nullptr);
    EXPECT_EQ(find_option(""), nullptr);
    EXPECT_EQ(find_option('\xff'), nullptr);
}

TEST(Deviations, AllButTheCountersCanBeShown)
{
    EXPECT_EQ(
        std::ranges::count_if(deviations(), [](const auto& row) { return row.commands.empty(); }),
        1);
}

} // namespace
} // namespace gueway::ipvsadm
