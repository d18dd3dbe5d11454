// SPDX-License-Identifier: GPL-2.0-only
// Putting a verdict together.
#pragma once

#include "trace/verdict.h"
#include "verdict/case.h"

#include <string>
#include <utility>

namespace gueway {

class Finding {
public:
    Finding(std::string_view name, std::string sentence)
    {
        verdict_.name = name;
        verdict_.sentence = std::move(sentence);
    }

    Finding& seen(std::string text, std::string source)
    {
        verdict_.evidence.push_back({std::move(text), std::move(source)});
        return *this;
    }
    Finding& seen(std::string text, const Step& step)
    {
        return seen(std::move(text), source(step));
    }
    // Makes the verdict a probable one.
    Finding& not_seen(std::string text)
    {
        verdict_.certain = false;
        verdict_.missing.push_back(std::move(text));
        return *this;
    }
    Finding& remedy(std::string text)
    {
        verdict_.remedy.push_back(std::move(text));
        return *this;
    }
    // The drop's place and reason.
    Finding& drop(const Case& dropped);
    Finding& sysctl(State& state, const std::string& name);
    // What the lookup by destination found. Where the verdict rests on it, rules that look at more
    // make that a probable one.
    Finding& route(std::string text, const RouteReply& reply, bool decides);

    Verdict take() { return std::move(verdict_); }

private:
    Verdict verdict_;
};

// "IPv4", "IPv6".
std::string_view family_name(int family);

// What the packet was: "192.0.2.2:39488 > 198.51.100.150:8000 TCP", by its innermost header.
std::string packet_text(const Step& step);

} // namespace gueway
