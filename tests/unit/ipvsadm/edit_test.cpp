// SPDX-License-Identifier: GPL-2.0-only
// Edits keep what they do not name.
#include "ipvsadm/edit.h"
#include "ipvsadm/grammar.h"
#include "ipvsadm/save.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::ipvsadm {
namespace {

Command parsed(std::string_view line)
{
    const auto words = gueway::words(line);
    auto command = parse(words);
    EXPECT_TRUE(command) << line << ": " << command.error().text;
    return command ? *command : Command();
}

// What -S prints of the worker (or the service) that `line` makes of the one that `add` made; or
// the words of the refusal.
std::string after(const std::string& add, const std::string& edit)
{
    const auto added = parsed(add), command = parsed(edit);
    ipvs::ServiceState state{added.service, {}};
    if (command.verb == Verb::edit_service) {
        const auto service = edited(added.service, command);
        if (!service) return service.error().text;
        state.service = *service;
    } else {
        const auto worker = edited(added.worker, command);
        if (!worker) return worker.error().text;
        state.destinations = {*worker};
    }
    const auto text = save({state});
    const auto at = command.verb == Verb::edit_service ? text.find(" -s") : text.find(" -r");
    return text.substr(at + 1, text.size() - at - 2);
}

TEST(Edit, OfAWorkerKeepsWhatItDoesNotName)
{
    const std::string add = "-a -t 10.0.0.1:80 -r 10.0.0.2 -i -w 7 -x 10 -y 5 ";
    const std::string gue = add + "--tun-type gue --tun-port 5555 --tun-remcsum";
    const std::string edit = "-e -t 10.0.0.1:80 -r 10.0.0.2 ";
    const std::string kept = " --tun-type gue --tun-port 5555 --tun-remcsum -x 10 -y 5";
    EXPECT_EQ(after(gue, edit + "-w 0"), "-r 10.0.0.2:80 -i -w 0" + kept);
    EXPECT_EQ(after(gue, edit + "-i -w 0"), "-r 10.0.0.2:80 -i -w 0" + kept);
    EXPECT_EQ(after(gue, edit + "--tun-port 1 --tun-csum"),
              "-r 10.0.0.2:80 -i -w 7 --tun-type gue --tun-port 1 --tun-csum -x 10 -y 5");
    EXPECT_EQ(after(gue, edit + "-x 0 -y 0 -g"), "-r 10.0.0.2:80 -g -w 7");
    // Another type has neither the port nor the checksum.
    EXPECT_EQ(after(gue, edit + "--tun-type gre"),
              "-r 10.0.0.2:80 -i -w 7 --tun-type gre --tun-nocsum -x 10 -y 5");
    EXPECT_EQ(after(gue, edit + "--tun-type ipip"),
              "-r 10.0.0.2:80 -i -w 7 --tun-type ipip -x 10 -y 5");
}

TEST(Edit, OfAWorkerIsJudgedByWhatItMakes)
{
    const std::string direct = "-a -t 10.0.0.1:80 -r 10.0.0.2 -g";
    const std::string edit = "-e -t 10.0.0.1:80 -r 10.0.0.2 ";
    EXPECT_NE(after(direct, edit + "--tun-type gue --tun-port 5").find("-i"), std::string::npos);
    EXPECT_NE(after(direct, edit + "-i --tun-type gue").find("port"), std::string::npos);
    EXPECT_NE(
        after("-a -t 10.0.0.1:80 -r [2001:db8::2] -i", "-e -t 10.0.0.1:80 -r [2001:db8::2] -g")
            .find("family"),
        std::string::npos);
}

TEST(Edit, OfAServiceKeepsWhatItDoesNotName)
{
    const std::string add = "-A -u 10.0.0.1:80 -s mh -b mh-port,flag-3 -p 60 -M 255.255.0.0 -o";
    const std::string edit = "-E -u 10.0.0.1:80 ";
    EXPECT_EQ(after(add, edit), "-s mh -p 60 -M 255.255.0.0 -o -b mh-port,flag-3");
    EXPECT_EQ(after(add, edit + "-p 5"), "-s mh -p 5 -M 255.255.0.0 -o -b mh-port,flag-3");
    EXPECT_EQ(after(add, edit + "-b mh-fallback"), "-s mh -p 60 -M 255.255.0.0 -o -b mh-fallback");
    EXPECT_EQ(after(add, edit + "-s wlc"), "-s wlc -p 60 -M 255.255.0.0 -o")
        << "the flags are another scheduler's";
}

TEST(Edit, OfAServiceCanEndWhatItKeeps)
{
    const std::string add = "-A -u 10.0.0.1:80 -s mh -b mh-port -p 60 --pe sip -o";
    EXPECT_EQ(after(add, "-E -u 10.0.0.1:80 -p 0 -b none --pe none --no-ops"), "-s mh");
}

TEST(Edit, OfAServiceIsJudgedByWhatItMakes)
{
    EXPECT_NE(after("-A -t 10.0.0.1:80 -s rr", "-E -t 10.0.0.1:80 -b mh-port").find("mh"),
              std::string::npos);
    EXPECT_NE(after("-A -t 10.0.0.1 -p", "-E -t 10.0.0.1 -p 0").find("port 0"), std::string::npos);
}

TEST(Edit, AServiceThatARestoreLeftIdleGetsAScheduler)
{
    auto idle = parsed("-A -t 10.0.0.1:80").service;
    idle.scheduler = ipvs::no_scheduler;
    EXPECT_EQ(edited(idle, parsed("-E -t 10.0.0.1:80"))->scheduler, "wlc");
}

TEST(Edit, FindsTheWorkerAtThePortThatIsMeant)
{
    using Ports = std::vector<uint16_t>;
    EXPECT_EQ(ports_meant(parsed("-e -t 10.0.0.1:80 -r 10.0.0.2:81 -w 1")), (Ports{81, 80}));
    EXPECT_EQ(ports_meant(parsed("-e -t 10.0.0.1:80 -r 10.0.0.2:81 -m")), (Ports{81}));
    EXPECT_EQ(ports_meant(parsed("-e -t 10.0.0.1:80 -r 10.0.0.2:81 -g")), (Ports{80}));
}

} // namespace
} // namespace gueway::ipvsadm
