// SPDX-License-Identifier: GPL-2.0-only
// Figures that are made up.
#pragma once

#include "exact/figures.h"

namespace gueway::exact {

inline Figure way(const std::string& name, double ipvs, double tunnel, double device,
                  double segments = 1)
{
    return {"way/" + name,
            {{"sender", 900},
             {"receive", 100},
             {"ipvs", ipvs},
             {"output", 10},
             {"tunnel", tunnel},
             {"device", device},
             {"segments", segments},
             {"instructions", 110 + ipvs + tunnel + device}},
            {}};
}

inline Figures example()
{
    Figures figures{.context = {{"kernel", "6.1.0-56"}}, .artefacts = {{"kernel", "ab"}}};
    figures.all = {way("fou-interface/64B/offload", 100, 400, 30),
                   way("fou-interface/64B/software", 100, 400, 30),
                   way("fou-interface/64KiB/offload", 100, 450, 40),
                   way("fou-interface/64KiB/software", 100, 450, 4000, 45),
                   way("gue-csum/64B/offload", 250, 0, 30),
                   way("gue-csum/64B/software", 250, 0, 30),
                   way("gue-csum/64KiB/offload", 250, 0, 40),
                   way("gue-csum/64KiB/software", 250, 0, 5000, 45),
                   {"hotfix/64B", {{"instructions", 29}}, {}},
                   {"connections/1000", {{"instructions", 4610}}, {}},
                   {"workers/mh/4000", {{"instructions", 4600}, {"first", 1200}}, {}},
                   {"workers/mh/9", {}, "no module"}};
    return figures;
}

} // namespace gueway::exact
