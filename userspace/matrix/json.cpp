// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/json.h"

#include "matrix/axes.h"
#include "util/base64.h"
#include "util/json.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

// Raised while reading, and caught at the reader's border.
struct Mistyped {
    std::string detail;
};

template <class T>
T checked(Result<T> result)
{
    if (!result) throw Mistyped{result.error().text()};
    return *std::move(result);
}

uint64_t number(const Json& json)
{
    const auto value = integer<uint64_t>(json);
    if (!value) throw Mistyped{dump_json_line(json) + " is not a whole number in range"};
    return *value;
}

double seconds(const Json& json)
{
    if (!json.is_number()) throw Mistyped{dump_json_line(json) + " is not a number"};
    return json.get<double>();
}

template <class Read>
auto list(const Json& json, const Read& read)
{
    if (!json.is_array()) throw Mistyped{dump_json_line(json) + " is not an array"};
    std::vector<decltype(read(json))> found;
    for (const auto& entry : json) found.push_back(read(entry));
    return found;
}

std::vector<std::string> strings(const Json& json, const char* key)
{
    if (!json.contains(key)) return {};
    return list(json.at(key), [](const Json& entry) { return entry.get<std::string>(); });
}

Json packet_json(const Packet& packet, size_t most_bytes)
{
    Json json = {{"where", packet.where}, {"text", packet.text}};
    if (packet.bytes.empty()) return json;
    const auto* begin = reinterpret_cast<const char*>(packet.bytes.data());
    const auto size = std::min(packet.bytes.size(), most_bytes);
    json["bytes"] = to_base64({begin, size});
    for (const auto& [at, length] : packet.any)
        if (at + length <= size) json["any"].push_back({at, length});
    return json;
}

std::string octets(const Json& json)
{
    auto bytes = from_base64(json.get<std::string>());
    if (!bytes) throw Mistyped{"bytes of a packet are not base64"};
    return *std::move(bytes);
}

Stretch read_stretch(const Json& json)
{
    return {number(json.at(0)), number(json.at(1))};
}

Packet read_packet(const Json& json)
{
    Packet packet{json.at("where"), json.at("text"), {}};
    if (!json.contains("bytes")) return packet;
    const auto bytes = octets(json.at("bytes"));
    packet.bytes.assign(bytes.begin(), bytes.end());
    if (json.contains("any")) packet.any = list(json.at("any"), read_stretch);
    return packet;
}

std::vector<Packet> packets(const Json& json, const char* key)
{
    if (!json.contains(key)) return {};
    return list(json.at(key), read_packet);
}

struct Most {
    size_t packets = SIZE_MAX, bytes = SIZE_MAX;
};

void put_packets(Json& json, const char* key, const std::vector<Packet>& list, const Most& most)
{
    if (list.empty()) return;
    Json packets = Json::array();
    for (size_t i = 0; i < std::min(list.size(), most.packets); ++i)
        packets.push_back(packet_json(list[i], most.bytes));
    json[key] = std::move(packets);
}

// All but which cell it is.
void put_members(Json& json, const CellResult& result, const Most& most)
{
    json["outcome"] = name(result.outcome);
    if (!result.complaints.empty()) json["complaints"] = result.complaints;
    if (!result.bugs.empty()) json["bugs"] = result.bugs;
    put_packets(json, "expected", result.expected, most);
    put_packets(json, "seen", result.seen, most);
    if (!result.accounts.empty()) json["accounts"] = result.accounts;
}

Outcome read_outcome(const Json& json)
{
    const auto text = json.get<std::string>();
    for (const auto outcome : {Outcome::passed, Outcome::known, Outcome::failed, Outcome::lost})
        if (name(outcome) == text) return outcome;
    throw Mistyped{fmt::format("outcome \"{}\" is none of passed, known, failed, lost", text)};
}

CellResult read_members(const Json& json, const Cell& cell)
{
    return {.cell = cell,
            .outcome =
                json.contains("outcome") ? read_outcome(json.at("outcome")) : Outcome::passed,
            .complaints = strings(json, "complaints"),
            .bugs = strings(json, "bugs"),
            .expected = packets(json, "expected"),
            .seen = packets(json, "seen"),
            .accounts = strings(json, "accounts")};
}

Json death_json(const Death& death)
{
    Json json = {{"cell", name(death.cell)}, {"when", name(death.when)}, {"why", death.why}};
    if (!death.splats.empty()) json["splats"] = death.splats;
    return json;
}

Death read_death(const Json& json)
{
    Death death{.cell = checked(parse_cell(json.at("cell").get<std::string>())),
                .when = Death::When::during,
                .why = json.at("why"),
                .splats = strings(json, "splats")};
    const auto when = json.at("when").get<std::string>();
    if (when == name(Death::When::after))
        death.when = Death::When::after;
    else if (when != name(Death::When::during))
        throw Mistyped{fmt::format("when \"{}\" is neither during nor after", when)};
    return death;
}

Json kernel_json(const KernelResult& kernel)
{
    Json cells = Json::array();
    for (const auto& result : kernel.cells) {
        Json cell = {{"cell", name(result.cell)}};
        put_members(cell, result, {});
        cells.push_back(std::move(cell));
    }
    Json excluded = Json::object();
    for (const auto& [rule, count] : kernel.excluded) excluded[rule] = count;
    Json deaths = Json::array();
    for (const auto& death : kernel.deaths) deaths.push_back(death_json(death));
    Json json = {{"kernel", kernel.kernel},     {"ip_vs", kernel.ip_vs},
                 {"release", kernel.release},   {"version", kernel.version},
                 {"seconds", kernel.seconds},   {"excluded", std::move(excluded)},
                 {"deaths", std::move(deaths)}, {"cells", std::move(cells)}};
    if (!kernel.gsobench.empty()) json["gsobench"] = kernel.gsobench;
    if (!kernel.boot.empty()) json["boot"] = kernel.boot;
    if (!kernel.stopped.empty()) json["stopped"] = kernel.stopped;
    if (kernel.earlier) json["earlier"] = kernel.earlier;
    return json;
}

KernelResult read_kernel(const Json& json)
{
    KernelResult kernel{.kernel = json.at("kernel"),
                        .ip_vs = json.at("ip_vs"),
                        .release = json.at("release"),
                        .version = json.at("version"),
                        .seconds = seconds(json.at("seconds"))};
    for (const auto& [rule, count] : json.at("excluded").items())
        kernel.excluded[rule] = number(count);
    if (json.contains("gsobench")) kernel.gsobench = json.at("gsobench");
    kernel.boot = strings(json, "boot");
    if (json.contains("deaths")) kernel.deaths = list(json.at("deaths"), read_death);
    if (json.contains("stopped")) kernel.stopped = json.at("stopped");
    if (json.contains("earlier")) kernel.earlier = number(json.at("earlier"));
    kernel.cells = list(json.at("cells"), [](const Json& cell) {
        return read_members(cell, checked(parse_cell(cell.at("cell").get<std::string>())));
    });
    return kernel;
}

// What is wrong in it is an Error that names `source`.
template <class Read>
auto guarded(const std::string& source, const Read& read) -> Result<decltype(read())>
{
    const auto refuse = [&](const std::string& detail) {
        return error(source, fmt::format("read as {}", matrix_schema), detail,
                     "compare it with Documentation/gsobench.md");
    };
    try {
        return read();
    } catch (const Mistyped& e) {
        return refuse(e.detail);
    } catch (const Json::exception& e) {
        return refuse(e.what());
    }
}

MatrixResult read_matrix(const Json& json)
{
    if (json.at("schema") != matrix_schema)
        throw Mistyped{fmt::format("schema {} is another", dump_json_line(json.at("schema")))};
    MatrixResult result{.seed = number(json.at("seed")), .selection = json.at("selection")};
    result.kernels = list(json.at("kernels"), read_kernel);
    return result;
}

GuestLine read_line(const Json& json, std::span<const Cell> selection)
{
    GuestLine line;
    if (json.contains("release")) {
        line.release = json.at("release");
        line.version = json.at("version");
    } else if (json.contains("seconds")) {
        line.seconds = seconds(json.at("seconds"));
    } else if (json.contains("boot")) {
        line.boot = json.at("boot");
    } else if (json.contains("death")) {
        line.death = read_death(json.at("death"));
    } else {
        line.index = number(json.at("i"));
        if (*line.index >= selection.size())
            throw Mistyped{fmt::format("cell {} of {}", *line.index, selection.size())};
        line.result = read_members(json, selection[*line.index]);
        if (json.contains("captured")) line.captured = octets(json.at("captured"));
    }
    return line;
}

} // namespace

Json to_json(const MatrixResult& result)
{
    Json kernels = Json::array();
    for (const auto& kernel : result.kernels) kernels.push_back(kernel_json(kernel));
    return {{"schema", matrix_schema},
            {"seed", result.seed},
            {"selection", result.selection},
            {"kernels", std::move(kernels)}};
}

Result<MatrixResult> matrix_from_json(const Json& json, const std::string& source)
{
    return guarded(source, [&] { return read_matrix(json); });
}

std::string to_line(size_t index, const CellResult& result, std::string_view captured)
{
    Json json = {{"i", index}};
    if (!captured.empty()) json["captured"] = to_base64(captured);
    if (result.outcome != Outcome::passed)
        put_members(json, result, {packets_in_line, bytes_in_line});
    return dump_json_line(json);
}

std::string kernel_line(const std::string& release, const std::string& version)
{
    return dump_json_line({{"release", release}, {"version", version}});
}

std::string seconds_line(double seconds)
{
    return dump_json_line({{"seconds", seconds}});
}

std::string death_line(const Death& death)
{
    return dump_json_line({{"death", death_json(death)}});
}

std::string boot_line(const std::string& splat)
{
    return dump_json_line({{"boot", splat}});
}

Result<GuestLine> parse_line(std::string_view line, std::span<const Cell> selection)
{
    const std::string source = "a line of the guest";
    const auto json = TRY(parse_json(line, source));
    return guarded(source, [&] { return read_line(json, selection); });
}

} // namespace gueway::matrix
