// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/finding.h"

#include "trace/step_text.h"

#include <fmt/format.h>

namespace gueway {

Finding& Finding::drop(const Case& dropped)
{
    const auto& step = dropped.drop();
    const auto where = step.place.value_or(CodePlace{}).text();
    if (step.reason.empty()) {
        seen("dropped at " + where, step);
        return *this;
    }
    return seen(fmt::format("dropped at {}, reason {}", where, step.reason), step);
}

Finding& Finding::sysctl(State& state, const std::string& name)
{
    if (const auto value = state.sysctl(name)) seen(name + " = " + *value, "sysctl");
    return *this;
}

Finding& Finding::route(std::string text, const RouteReply& reply, bool decides)
{
    seen(std::move(text), "route");
    if (reply.ruled && decides)
        not_seen("whether a rule sent it another way (ip rule): the route was asked for by "
                 "destination alone");
    return *this;
}

std::string_view family_name(int family)
{
    return family == AF_INET6 ? "IPv6" : "IPv4";
}

std::string packet_text(const Step& step)
{
    auto inside = step.layers;
    inside.outer.reset();
    inside.carrier.reset();
    inside.tunnel = TunnelType::none;
    return inside.text();
}

} // namespace gueway
