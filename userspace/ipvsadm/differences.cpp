// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/differences.h"

namespace gueway::ipvsadm {

namespace {

constexpr Deviation table[] = {
    {"an edit of a server keeps what it does not name",
     {"-e -w 0 turns a tunnel into direct routing", 0, "-r 10.0.0.1:80 -g -w 0"},
     {"the tunnel stays", 0, "-r 10.0.0.1:80 -i -w 0 --tun-type gue --tun-port 5555 --tun-nocsum"},
     "-A -t 198.51.100.1:80 -s rr\n"
     "-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-type gue --tun-port 5555\n"
     "-e -t 198.51.100.1:80 -r 10.0.0.1 -w 0"},
    {"an edit of a service keeps what it does not name",
     {"-E ends persistence and flags, and makes the scheduler wlc", 0, "-s wlc -p 60\n"},
     {"they stay", 0, "-s mh -p 60 -b mh-port\n"},
     "-A -t 198.51.100.1:80 -s mh -b mh-port -p 30\n"
     "-E -t 198.51.100.1:80 -p 60",
     {}},
    {"-E can end what it keeps: -p 0, -b none, --pe none, --no-ops",
     {"-p 0 is an error", 2, "-s wlc -p 30\n"},
     {"the service is no longer persistent", 0, "-s wlc\n"},
     "-A -t 198.51.100.1:80 -p 30\n"
     "-E -t 198.51.100.1:80 -p 0"},
    {"an IPv6 address in brackets needs no port",
     {"it does", 2, {}},
     {"the port is 0, as for IPv4", 0, "-A -t [2001:db8::1]:0"},
     "-A -t [2001:db8::1] -p"},
    {"the order of options",
     {"-r before -t does not see the service's port", 0, "-r 10.0.0.1:0 -m"},
     {"only -6 has to come after -f", 0, "-r 10.0.0.1:80 -m"},
     "-A -t 198.51.100.1:80 -s rr\n"
     "-a -r 10.0.0.1 -t 198.51.100.1:80 -m"},
    {"-R: what is there already",
     {"an addition of it fails, the status does not say so", 0, "-A -t 198.51.100.1:80 -s wlc\n"},
     {"an addition of it is an edit", 0, "-A -t 198.51.100.1:80 -s rr\n"},
     "-A -t 198.51.100.1:80\n"
     "-R",
     "-A -t 198.51.100.1:80 -s rr\n"
     "-A -t 198.51.100.2:80\n"},
    {"-R: the exit status",
     {"the last line's", 0, {}},
     {"that of the first line that failed, which is told as FILE:LINE", 255, {}},
     "-R",
     "-a -t 198.51.100.1:80 -r 10.0.0.1\n"
     "-A -t 198.51.100.2:80\n"},
    {"-R: a line that is none",
     {"ends the restore", 2, {}},
     {"is told, and the rest is done", 2, "-A -t 198.51.100.2:80"},
     "-R",
     "-A -t 198.51.100.1:80 -w 5\n"
     "-A -t 198.51.100.2:80\n"},
    {"-R: comments",
     {"a line with # ends the restore", 255, {}},
     {"a line that begins with # is a comment", 0, "-A -t 198.51.100.1:80"},
     "-R",
     "# the web\n"
     "-A -t 198.51.100.1:80\n"},
    {"-S has thresholds",
     {"it drops them", 0, "-r 10.0.0.1:80 -g -w 1\n"},
     {"they end the line", 0, "-r 10.0.0.1:80 -g -w 1 -x 10 -y 5\n"},
     "-A -t 198.51.100.1:80\n"
     "-a -t 198.51.100.1:80 -r 10.0.0.1 -x 10 -y 5\n"
     "-S -n"},
    {"-S has timeouts that are not the kernel's own",
     {"it drops them", 0, {}},
     {"a line --set", 0, "--set 901 121 301\n"},
     "--set 901 121 301\n"
     "-S -n"},
    {"-S has sync daemons",
     {"it drops them", 0, {}},
     {"a line --start-daemon each", 0, "--start-daemon master --mcast-interface d0 --syncid 7"},
     "--start-daemon master --mcast-interface d0 --syncid 7\n"
     "-S -n"},
    {"-S has the flags that a scheduler has no name for",
     {"flag-3 of sh and mh becomes a -b without argument, which -R refuses", 0, "-s mh -b \n"},
     {"by their general names", 0, "-s mh -b flag-3\n"},
     "-A -t 198.51.100.1:80 -s mh -b flag-3\n"
     "-S -n"},
    {"-S is numeric",
     {"without -n it asks the DNS for names", 0, "-A -t localhost:80"},
     {"what is saved does not depend on the DNS", 0, "-A -t 127.0.0.1:80"},
     "-A -t 127.0.0.1:80\n"
     "-S"},
    {"-S --nosort",
     {"an error", 2, {}},
     {"the kernel's order, which -R makes again: mh's table depends on it", 0,
      "-r 10.0.0.2:80 -g -w 1\n-a -t 198.51.100.1:80 -r 10.0.0.1:80"},
     "-A -t 198.51.100.1:80\n"
     "-a -t 198.51.100.1:80 -r 10.0.0.2\n"
     "-a -t 198.51.100.1:80 -r 10.0.0.1\n"
     "-S --nosort"},
    {"listings are sorted by address",
     {"differences of more than 2^31 are taken for negative", 0,
      "198.51.100.1:80 wlc\nTCP  10.0.0.1:80"},
     {"as unsigned numbers", 0, "10.0.0.1:80 wlc\nTCP  198.51.100.1:80"},
     "-A -t 198.51.100.1:80\n"
     "-A -t 10.0.0.1:80\n"
     "-L -n"},
    {"firewall marks above 2^31",
     {"are shown as negative, which -R does not read", 0, "FWM  -1 wlc"},
     {"are shown as they are", 0, "FWM  4294967295 wlc"},
     "-A -f 4294967295\n"
     "-L -n"},
    {"counters of servers",
     {"are read with 32 bits, and start again at 4 GiB", 0, {}},
     {"are read with 64 bits", 0, {}},
     {}},
    {"-h and -v",
     {"its own text", 0, "ipvsadm v1.31 2019"},
     {"our own text", 0, "directorctl with the command lines of ipvsadm"},
     "-v"},
};

} // namespace

std::span<const Deviation> deviations()
{
    return table;
}

} // namespace gueway::ipvsadm
