// SPDX-License-Identifier: GPL-2.0-only
// New connections for which IPVS has no worker.
#include "play.h"

namespace gueway {
namespace {

HostCommand schedule(const std::string& how)
{
    return {"director", "directorctl -E -t 198.51.100.150:8000 -s " + how};
}

HostCommand weight(const std::string& worker, const std::string& value)
{
    return {"director", "directorctl -e -t 198.51.100.150:8000 -r " + worker +
                            ":8000 -i --tun-type gue --tun-port 5501 --tun-nocsum -w " + value};
}

const std::string w1 = "172.70.64.149", w2 = "172.70.72.206";
const std::vector<HostCommand> as_before = {weight(w1, "1"), weight(w2, "1"), schedule("rr")};
// Enough for mh to choose each worker for some.
const std::string many = "--requests 16";

const Scenario rows[] = {
    {.name = "MhWithoutFallback",
     .about = "mh may not go on from a drained worker",
     .cause = {schedule("mh -b mh-port"), weight(w1, "0")},
     .undo = as_before,
     .traffic = request(many),
     .verdict = "mh-without-fallback"},
    {.name = "MhWithFallback",
     .about = "mh may go on",
     .cause = {schedule("mh -b mh-port,mh-fallback"), weight(w1, "0")},
     .undo = as_before,
     .traffic = answered_request(many),
     .status = 0},
    {.name = "NoWorker",
     .about = "mh may go on, but all workers are drained",
     .cause = {schedule("mh -b mh-port,mh-fallback"), weight(w1, "0"), weight(w2, "0")},
     .undo = as_before,
     .traffic = request(),
     .verdict = "no-worker"},
    {.name = "OneWorkerLeft",
     .about = "rr passes by the drained worker",
     .cause = {weight(w1, "0")},
     .undo = as_before,
     .traffic = answered_request(many),
     .status = 0},
};
TEST(Verdict, Ipvs)
{
    play_all(rows);
}

} // namespace
} // namespace gueway
