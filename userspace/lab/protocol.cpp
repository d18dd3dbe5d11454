// SPDX-License-Identifier: GPL-2.0-only
#include "lab/protocol.h"

#include "util/base64.h"
#include "util/json.h"

#include <array>
#include <limits>
#include <utility>

namespace gueway::protocol {

namespace {

using Kind = Message::Kind;

constexpr std::array<std::pair<Kind, const char*>, 6> names = {{{Kind::hello, "hello"},
                                                                {Kind::start, "start"},
                                                                {Kind::output, "output"},
                                                                {Kind::file, "file"},
                                                                {Kind::result, "result"},
                                                                {Kind::end, "end"}}};

const char* name_of(Kind kind)
{
    return names.at(static_cast<size_t>(kind)).second;
}

std::optional<Kind> kind_of(std::string_view name)
{
    for (const auto& [kind, text] : names)
        if (name == text) return kind;
    return {};
}

// The value at `key`, or `fallback` when it is missing; a wrong type throws and is caught once.
template <class T>
T get(const Json& object, const char* key, T fallback)
{
    return object.value(key, std::move(fallback));
}

// The number at `key`, or `fallback` when it is missing; an Error when it is not in least..most.
Result<int> number(const Json& object, const std::string& key, int fallback, int least, int most)
{
    const auto at = object.find(key);
    if (at == object.end()) return fallback;
    const auto value = integer<int>(*at);
    if (!value || *value < least || *value > most)
        return error("guest message", "read " + key,
                     "not a number from " + std::to_string(least) + " to " + std::to_string(most));
    return *value;
}

Result<Message> from_object(const Json& object)
{
    constexpr int all = std::numeric_limits<int>::max();
    if (const int theirs = TRY(number(object, "v", 0, 0, all)); theirs != version)
        return error("guest message", "read version",
                     "the guest speaks " + std::to_string(theirs) + ", we speak " +
                         std::to_string(version),
                     "rebuild: make programs");
    const auto type = get<std::string>(object, "type", "");
    const auto kind = kind_of(type);
    if (!kind) return error("guest message", "read type", "unknown: \"" + type + "\"");
    auto data = from_base64(get<std::string>(object, "data", ""));
    if (!data) return error("guest message", "decode data", "not base64");
    return Message{.kind = *kind,
                   .id = get<std::string>(object, "id", ""),
                   .release = get<std::string>(object, "release", ""),
                   .path = get<std::string>(object, "path", ""),
                   .data = std::move(*data),
                   .why = get<std::string>(object, "why", ""),
                   .stream = TRY(number(object, "stream", 1, 1, 2)),
                   .mode = TRY(number(object, "mode", 0644, 0, 0777)),
                   .more = get(object, "more", false),
                   .status = TRY(number(object, "status", 0, 0, 255))};
}

} // namespace

std::string to_line(const Message& m)
{
    Json object = {{"v", version}, {"type", name_of(m.kind)}};
    switch (m.kind) {
    case Kind::hello:
        object["release"] = m.release;
        break;
    case Kind::start:
        object["id"] = m.id;
        break;
    case Kind::output:
        object.update({{"id", m.id}, {"stream", m.stream}, {"data", to_base64(m.data)}});
        break;
    case Kind::file:
        object.update(
            {{"path", m.path}, {"mode", m.mode}, {"data", to_base64(m.data)}, {"more", m.more}});
        break;
    case Kind::result:
        object.update({{"id", m.id}, {"status", m.status}, {"why", m.why}});
        break;
    case Kind::end:
        object["status"] = m.status;
        break;
    }
    return dump_json_line(object) + "\n";
}

Result<Message> parse_line(std::string_view line)
{
    const auto object = TRY(parse_json(line, "guest message"));
    try {
        return from_object(object);
    } catch (const Json::exception& e) {
        return error("guest message", "read fields", e.what());
    }
}

Json to_json(const Plan& plan)
{
    Json commands = Json::array();
    for (const auto& command : plan.commands)
        commands.push_back({{"id", command.id}, {"argv", command.argv}});
    return {{"schema", plan_schema},
            {"modules", plan.modules},
            {"commands", std::move(commands)},
            {"shell", plan.shell}};
}

Result<Plan> parse_plan(std::string_view text, const std::string& source)
{
    const auto object = TRY(parse_json(text, source));
    try {
        if (const auto schema = object.value("schema", std::string()); schema != plan_schema)
            return error(source, "read schema", "\"" + schema + "\"",
                         std::string("expected ") + plan_schema);
        Plan plan;
        plan.modules = object.value("modules", plan.modules);
        plan.shell = object.value("shell", false);
        for (const auto& command : object.at("commands"))
            plan.commands.push_back({command.at("id"), command.at("argv")});
        for (const auto& command : plan.commands)
            if (command.argv.empty()) return error(source, "read command " + command.id, "no argv");
        return plan;
    } catch (const Json::exception& e) {
        return error(source, "read plan", e.what());
    }
}

} // namespace gueway::protocol
