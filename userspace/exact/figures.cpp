// SPDX-License-Identifier: GPL-2.0-only
#include "exact/figures.h"

#include "util/json.h"
#include "util/text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

Error not_ours(const std::string& source, const std::string& what)
{
    return error(source, "read figures", what, "want what gsobench exact --json wrote");
}

Result<std::map<std::string, std::string>> texts(const Json& json, const std::string& source)
{
    std::map<std::string, std::string> all;
    if (!json.is_object()) return not_ours(source, "no object of texts");
    for (const auto& [name, value] : json.items()) {
        if (!value.is_string()) return not_ours(source, name + " is no text");
        all[name] = value.get<std::string>();
    }
    return all;
}

Result<Figure> parse_figure(const Json& json, const std::string& source)
{
    if (!json.is_object() || !json.contains("name") || !json["name"].is_string())
        return not_ours(source, "a benchmark without a name");
    Figure figure{.name = json["name"].get<std::string>()};
    if (json.contains("error") && json["error"].is_string()) {
        figure.error = json["error"].get<std::string>();
        return figure;
    }
    if (!json.contains("counters") || !json["counters"].is_object())
        return not_ours(source, figure.name + " has no counters");
    for (const auto& [name, value] : json["counters"].items()) {
        if (!value.is_number()) return not_ours(source, figure.name + ": no number: " + name);
        figure.values[name] = value.get<double>();
    }
    if (!figure.value("instructions"))
        return not_ours(source, figure.name + " has no instructions");
    return figure;
}

Result<Ratio> parse_ratio(const Json& json, const std::string& source)
{
    if (!json.is_object() || !json.contains("name") || !json["name"].is_string())
        return not_ours(source, "a ratio without a name");
    Ratio ratio{.name = json["name"].get<std::string>()};
    for (const auto& [name, place] :
         {std::pair{"median", &ratio.median}, {"least", &ratio.least}, {"most", &ratio.most}}) {
        if (!json.contains(name) || !json[name].is_number())
            return not_ours(source, ratio.name + " has no " + name);
        *place = json[name].get<double>();
    }
    return ratio;
}

Json to_json(const Ratios& ratios)
{
    Json all = Json::array();
    for (const auto& each : ratios.all)
        all.push_back({{"name", each.name},
                       {"median", each.median},
                       {"least", each.least},
                       {"most", each.most}});
    return {{"schema", ratios_schema},
            {"to", ratios.to},
            {"rounds", ratios.rounds},
            {"ratios", std::move(all)}};
}

} // namespace

std::optional<double> Figure::value(const std::string& wanted) const
{
    const auto found = values.find(wanted);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

const Figure* Figures::find(std::string_view name) const
{
    const auto found = std::ranges::find(all, name, &Figure::name);
    return found == all.end() ? nullptr : &*found;
}

Result<Figures> parse(const Json& json, const std::string& source)
{
    if (!json.is_object() || !json.contains("context") || !json.contains("benchmarks") ||
        !json["benchmarks"].is_array())
        return not_ours(source, "no context, or no benchmarks");
    if (json.value("schema", Json(schema)) != schema) return not_ours(source, "another schema");
    Figures figures{.context = TRY(texts(json["context"], source))};
    if (json.contains("artefacts")) figures.artefacts = TRY(texts(json["artefacts"], source));
    for (const auto& one : json["benchmarks"])
        figures.all.push_back(TRY(parse_figure(one, source)));
    if (json.contains("stopped") && json["stopped"].is_string())
        figures.stopped = json["stopped"].get<std::string>();
    if (json.contains("advisory_wall_time"))
        figures.wall_time = TRY(parse_ratios(json["advisory_wall_time"], source));
    return figures;
}

Json to_json(const Figures& figures)
{
    Json benchmarks = Json::array();
    for (const auto& figure : figures.all) {
        Json one = {{"name", figure.name}};
        if (figure.error.empty())
            one["counters"] = figure.values;
        else
            one["error"] = figure.error;
        benchmarks.push_back(std::move(one));
    }
    Json json = {{"schema", schema},
                 {"context", figures.context},
                 {"artefacts", figures.artefacts},
                 {"benchmarks", std::move(benchmarks)}};
    if (!figures.stopped.empty()) json["stopped"] = figures.stopped;
    if (figures.wall_time) json["advisory_wall_time"] = to_json(*figures.wall_time);
    return json;
}

Result<Ratios> parse_ratios(const Json& json, const std::string& source)
{
    if (!json.is_object() || json.value("schema", Json()) != ratios_schema ||
        !json.contains("ratios") || !json["ratios"].is_array())
        return not_ours(source, fmt::format("it is not {}", ratios_schema));
    Ratios ratios;
    if (json.contains("to") && json["to"].is_string()) ratios.to = json["to"].get<std::string>();
    if (json.contains("rounds") && json["rounds"].is_number_unsigned())
        ratios.rounds = json["rounds"].get<unsigned>();
    for (const auto& one : json["ratios"]) ratios.all.push_back(TRY(parse_ratio(one, source)));
    return ratios;
}

std::optional<WayName> way_name(std::string_view name)
{
    const auto parts = split(name, '/');
    if (parts.size() != 4 || parts[0] != "way") return {};
    return WayName{std::string(parts[1]), std::string(parts[2]), parts[3] == "software"};
}

std::optional<RepairedName> repaired_name(std::string_view name)
{
    const auto parts = split(name, '/');
    if (parts.size() != 5 || parts[0] != "repaired") return {};
    return RepairedName{std::string(parts[1]),
                        {std::string(parts[2]), std::string(parts[3]), parts[4] == "software"}};
}

} // namespace gueway::exact
