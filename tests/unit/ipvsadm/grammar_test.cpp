// SPDX-License-Identifier: GPL-2.0-only
// One line each way of writing and each way of being wrong; exit statuses are ipvsadm 1.31's.
#include "ipvsadm/grammar.h"
#include "ipvsadm/lines.h"
#include "ipvsadm/save.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::ipvsadm {
namespace {

struct Parsed {
    Command command;
    int status = 0;
    std::string text;
};

Parsed parsed(std::string_view line)
{
    std::vector<std::string_view> room;
    Parsed made;
    const auto done = parse(command_words(line, room), made.command);
    if (!done) made.status = done.error().status, made.text = done.error().text;
    return made;
}

TEST(Grammar, LongShortAndJoinedSpellingsAreOne)
{
    const auto expected = parsed("-a -t 198.51.100.1:80 -r 10.0.0.1:81 -i -w 5");
    ASSERT_EQ(expected.status, 0) << expected.text;
    for (const char* line :
         {"--add-server --tcp-service 198.51.100.1:80 --real-server 10.0.0.1:81 --ipip --weight 5",
          "--add-server --tcp-service=198.51.100.1:80 --real-server=10.0.0.1:81 --ipip --weight=5",
          "ipvsadm -at198.51.100.1:80 -r10.0.0.1:81 -iw5"}) {
        const auto other = parsed(line);
        ASSERT_EQ(other.status, 0) << line << ": " << other.text;
        EXPECT_EQ(other.command.verb, Verb::add_server);
        EXPECT_EQ(other.command.service.key, expected.command.service.key) << line;
        EXPECT_TRUE(other.command.worker.same_worker(expected.command.worker)) << line;
        EXPECT_TRUE(other.command.worker.same_settings(expected.command.worker)) << line;
    }
}

TEST(Grammar, TunnelsHaveTheirOptions)
{
    const auto gue = parsed("-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-type gue --tun-port 5501 "
                            "--tun-remcsum");
    ASSERT_EQ(gue.status, 0) << gue.text;
    EXPECT_EQ(gue.command.worker.encap, (Encap{EncapType::gue, 5501, EncapChecksum::remote}));
    EXPECT_EQ(gue.command.worker.port, 80);
    const auto six = parsed("-A -t [2001:db8::1] -p -s mh -b mh-port,mh-fallback");
    ASSERT_EQ(six.status, 0) << six.text;
    EXPECT_EQ(six.command.service.netmask, 128U);
    EXPECT_EQ(six.command.service.flags,
              ipvs::persistent | ipvs::scheduler_flag_1 | ipvs::scheduler_flag_2);
}

TEST(Grammar, MistakesHaveIpvsadmsStatus)
{
    const std::pair<const char*, int> rows[] = {
        {"-A", 2},                                                  // no service
        {"-A -t 198.51.100.1:80 -r 10.0.0.1", 2},                   // not of -A
        {"-A -t 198.51.100.1:99999", 2},                            // no port
        {"-A -t 198.51.100.1:80 -t 198.51.100.2:80", 2},            // twice
        {"-A -t 198.51.100.1:80 --nonsense", 255},                  // popt's own refusal
        {"-a -t 198.51.100.1:80 -r 10.0.0.1 -w", 255},              // no argument
        {"-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-type gue", 2}, // no port
        {"-a -t 198.51.100.1:80 -r 10.0.0.1 -w -1", 2},             // weight
        {"--set 1 2", 2},                                           // one missing
    };
    for (const auto& [line, status] : rows) {
        const auto wrong = parsed(line);
        EXPECT_EQ(wrong.status, status) << line << ": " << wrong.text;
        EXPECT_FALSE(wrong.text.empty()) << line;
    }
}

// What -S prints is read back as it was: nothing is lost on the way.
TEST(Save, ReadsBackAsItWas)
{
    for (const char* service :
         {"-A -t 198.51.100.1:80 -s mh -b mh-port", "-A -u [2001:db8::1]:53 -s sh -b flag-3 -p 60",
          "-A -f 7 -6 -s rr -p 300 -M 64", "-A -t 198.51.100.1:0 -s wlc -p 300 -M 255.255.0.0",
          "-A -u 198.51.100.1:5060 -s rr --pe sip -p 60 -o"}) {
        const auto first = parsed(service);
        ASSERT_EQ(first.status, 0) << service << ": " << first.text;
        const auto saved = save({{first.command.service, {}}});
        const auto again = parsed(lines(saved).front());
        ASSERT_EQ(again.status, 0) << saved << again.text;
        EXPECT_TRUE(again.command.service.same_settings(first.command.service)) << saved;
    }
}

TEST(Save, KeepsThresholdsOfWorkers)
{
    const auto worker = parsed("-a -t 198.51.100.1:80 -r 10.0.0.1 -m -w 7 -x 100 -y 50");
    ASSERT_EQ(worker.status, 0) << worker.text;
    const auto saved = save({{worker.command.service, {worker.command.worker}}});
    ASSERT_EQ(lines(saved).size(), 2U);
    const auto again = parsed(lines(saved)[1]);
    EXPECT_TRUE(again.command.worker.same_settings(worker.command.worker)) << saved;
}

} // namespace
} // namespace gueway::ipvsadm
