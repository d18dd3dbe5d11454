// SPDX-License-Identifier: GPL-2.0-only
// gueway.flow/1, both ways. What follows from other members (percentiles, throughput) is written
// for readers of the file, and not read back.
#include "flow/report.h"
#include "util/json.h"

#include <array>
#include <concepts>

namespace gueway::flow {

namespace {

template <class T>
Json or_null(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json options_json(const ClientOptions& options)
{
    return {{"protocol", name_of(options.protocol)},
            {"server", options.server.text()},
            {"bind", options.bind ? Json(options.bind->text()) : Json(nullptr)},
            {"request_bytes", options.request_size},
            {"response_bytes", options.response_size},
            {"datagram_bytes", options.datagram},
            {"gso", options.sending.gso_for(options.protocol)},
            {"mss", or_null(options.sending.mss)},
            {"connections", options.connections},
            {"requests", or_null(options.requests)},
            {"duration_ns", or_null(options.duration)},
            {"fresh", options.fresh},
            {"pause_ns", options.pause},
            {"deadline_ns", options.deadline},
            {"seed", options.seed}};
}

Json percentile_json(const Report& report, double q)
{
    const auto value = percentile(report, q);
    if (!value) return nullptr;
    return {{"ns", value->ns}, {"censored", value->censored}};
}

Json latency_json(const Report& report)
{
    return {{"p50", percentile_json(report, 0.5)},
            {"p99", percentile_json(report, 0.99)},
            {"max", percentile_json(report, 1)},
            {"censored_count", report.timed_out},
            {"censored_at_ns", report.options.deadline},
            {"ok_ns", report.latencies},
            {"ok_began_ns", report.begins}};
}

Json tcp_json(const TcpTotals& tcp)
{
    return {{"connections", tcp.connections},
            {"snd_mss", tcp.snd_mss},
            {"client_retransmits", tcp.client_retransmits},
            {"server_retransmits", tcp.server_retransmits},
            {"server_unknown_connections", tcp.server_unknown}};
}

Json udp_json(const UdpTotals& udp)
{
    return {{"unanswered_requests", udp.unanswered_requests},
            {"unanswered_datagrams", udp.unanswered_datagrams},
            {"sent_datagrams", udp.sent},
            {"received_datagrams", udp.received},
            {"missing_datagrams", udp.missing},
            {"late_datagrams", udp.late},
            {"receive_drops", udp.receive_drops}};
}

Json failures_json(const std::vector<Failure>& failures)
{
    Json list = Json::array();
    for (const auto& failure : failures)
        list.push_back(
            {{"kind", name_of(failure.kind)}, {"count", failure.count}, {"first", failure.first}});
    return list;
}

} // namespace

Json to_json(const Report& report)
{
    const bool tcp = report.options.protocol == Protocol::tcp;
    return {{"schema", report_schema},
            {"options", options_json(report.options)},
            {"requests",
             {{"attempted", report.attempted()},
              {"ok", report.ok},
              {"timed_out", report.timed_out},
              {"failed", report.failed}}},
            {"elapsed_ns", report.elapsed},
            {"latency", latency_json(report)},
            {"throughput",
             {{"request_bits_per_second", report.request_throughput()},
              {"response_bits_per_second", report.response_throughput()}}},
            {"timeline",
             {{"interval_ns", timeline_interval},
              {"request_bytes", report.request_timeline},
              {"response_bytes", report.response_timeline}}},
            {"tcp", tcp ? tcp_json(report.tcp) : Json(nullptr)},
            {"udp", tcp ? Json(nullptr) : udp_json(report.udp)},
            {"failures", failures_json(report.failures)}};
}

namespace {

// Reads members of one object; the first that is missing or of another type makes the Error.
class Members {
public:
    Members(const Json& json, std::string name) : json_(json), name_(std::move(name)) {}

    template <std::integral T>
        requires(!std::same_as<T, bool>)
    Result<void> read(const char* key, T& into) const
    {
        return convert(TRY(find(key)), key, into);
    }
    template <class T>
        requires(std::same_as<T, bool> || std::same_as<T, std::string>)
    Result<void> read(const char* key, T& into) const
    {
        const Json* value = TRY(find(key));
        if (std::same_as<T, bool> ? !value->is_boolean() : !value->is_string())
            return mistyped(key);
        into = value->get<T>();
        return {};
    }
    template <class T>
    Result<void> read(const char* key, std::optional<T>& into) const
    {
        if (TRY(find(key))->is_null()) return {};
        T value{};
        TRY(read(key, value));
        into = std::move(value);
        return {};
    }
    template <class T>
    Result<void> read(const char* key, std::vector<T>& into) const
    {
        const Json* list = TRY(find(key));
        if (!list->is_array()) return mistyped(key);
        for (const Json& item : *list) TRY(convert(&item, key, into.emplace_back()));
        return {};
    }

    Result<Members> object(const char* key) const
    {
        const Json* value = TRY(find(key));
        if (!value->is_object()) return mistyped(key);
        return Members(*value, name_ + "." + key);
    }
    Result<const Json*> list(const char* key) const
    {
        const Json* value = TRY(find(key));
        if (!value->is_array()) return mistyped(key);
        return value;
    }
    Error mistyped(const std::string& key) const
    {
        return error(name_ + "." + key, "read JSON",
                     "not of the type that " + std::string(report_schema) + " says",
                     "see Documentation/gwflow.md");
    }

private:
    Result<const Json*> find(const char* key) const
    {
        const auto at = json_.is_object() ? json_.find(key) : json_.end();
        if (at != json_.end()) return &*at;
        return error(name_ + "." + key, "read JSON", "it is missing",
                     "is it " + std::string(report_schema) + "?");
    }
    template <std::integral T>
    Result<void> convert(const Json* value, const char* key, T& into) const
    {
        // All numbers here are counts and sizes: a sign or a fraction is a mistake.
        if (!value->is_number_integer() ||
            (!value->is_number_unsigned() && value->get<int64_t>() < 0))
            return mistyped(key);
        const auto number = value->get<uint64_t>();
        if (!std::in_range<T>(number)) return mistyped(key);
        into = static_cast<T>(number);
        return {};
    }

    const Json& json_;
    std::string name_;
};

template <class Enum, size_t N>
Result<Enum> named(const Members& members, const char* key, const std::array<Enum, N>& known)
{
    std::string name;
    TRY(members.read(key, name));
    for (const Enum value : known)
        if (name_of(value) == name) return value;
    return members.mistyped(key);
}

Result<ClientOptions> read_options(const Members& members)
{
    ClientOptions options;
    options.protocol = TRY(named(members, "protocol", std::array{Protocol::tcp, Protocol::udp}));
    std::string server;
    TRY(members.read("server", server));
    options.server = TRY(parse_endpoint(server));
    std::optional<std::string> bind;
    TRY(members.read("bind", bind));
    if (bind) options.bind = TRY(parse_address(*bind));
    TRY(members.read("request_bytes", options.request_size));
    TRY(members.read("response_bytes", options.response_size));
    TRY(members.read("datagram_bytes", options.datagram));
    TRY(members.read("gso", options.sending.gso));
    TRY(members.read("mss", options.sending.mss));
    TRY(members.read("connections", options.connections));
    TRY(members.read("requests", options.requests));
    TRY(members.read("duration_ns", options.duration));
    TRY(members.read("fresh", options.fresh));
    TRY(members.read("pause_ns", options.pause));
    TRY(members.read("deadline_ns", options.deadline));
    TRY(members.read("seed", options.seed));
    return options;
}

Result<TcpTotals> read_tcp(const Members& members)
{
    TcpTotals tcp;
    TRY(members.read("connections", tcp.connections));
    TRY(members.read("snd_mss", tcp.snd_mss));
    TRY(members.read("client_retransmits", tcp.client_retransmits));
    TRY(members.read("server_retransmits", tcp.server_retransmits));
    TRY(members.read("server_unknown_connections", tcp.server_unknown));
    return tcp;
}

Result<UdpTotals> read_udp(const Members& members)
{
    UdpTotals udp;
    TRY(members.read("unanswered_requests", udp.unanswered_requests));
    TRY(members.read("unanswered_datagrams", udp.unanswered_datagrams));
    TRY(members.read("sent_datagrams", udp.sent));
    TRY(members.read("received_datagrams", udp.received));
    TRY(members.read("missing_datagrams", udp.missing));
    TRY(members.read("late_datagrams", udp.late));
    TRY(members.read("receive_drops", udp.receive_drops));
    return udp;
}

Result<std::vector<Failure>> read_failures(const Members& members, const std::string& source)
{
    using enum FailureKind;
    constexpr std::array kinds = {
        connect, send, receive, closed, request_hash_mismatch, response_hash_mismatch, protocol};
    std::vector<Failure> failures;
    for (const Json& item : *TRY(members.list("failures"))) {
        const Members one(item, source + ": report.failures[]");
        Failure& failure = failures.emplace_back();
        failure.kind = TRY(named(one, "kind", kinds));
        TRY(one.read("count", failure.count));
        TRY(one.read("first", failure.first));
    }
    return failures;
}

} // namespace

Result<Report> from_json(const Json& json, const std::string& source)
{
    const Members top(json, source + ": report");
    std::string schema;
    TRY(top.read("schema", schema));
    if (schema != report_schema)
        return error(source, "read JSON", "its schema is \"" + schema + "\"",
                     "give a file of schema " + std::string(report_schema));
    Report report;
    report.options = TRY(read_options(TRY(top.object("options"))));
    const Members requests = TRY(top.object("requests"));
    TRY(requests.read("ok", report.ok));
    TRY(requests.read("timed_out", report.timed_out));
    TRY(requests.read("failed", report.failed));
    TRY(top.read("elapsed_ns", report.elapsed));
    const Members latency = TRY(top.object("latency"));
    TRY(latency.read("ok_ns", report.latencies));
    TRY(latency.read("ok_began_ns", report.begins));
    if (report.begins.size() != report.latencies.size()) return latency.mistyped("ok_began_ns");
    const Members timeline = TRY(top.object("timeline"));
    TRY(timeline.read("request_bytes", report.request_timeline));
    TRY(timeline.read("response_bytes", report.response_timeline));
    if (report.options.protocol == Protocol::tcp)
        report.tcp = TRY(read_tcp(TRY(top.object("tcp"))));
    else
        report.udp = TRY(read_udp(TRY(top.object("udp"))));
    report.failures = TRY(read_failures(top, source));
    return report;
}

} // namespace gueway::flow
