// SPDX-License-Identifier: GPL-2.0-only
#include "second_decoder.h"

#include "matrix/axes.h"
#include "matrix/capture_file.h"
#include "matrix/places.h"
#include "packet/reassemble.h"
#include "said.h"
#include "tshark.h"
#include "util/text.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <net/ethernet.h>

namespace gueway {

namespace {

using Octets = std::vector<uint8_t>;

// tshark's numbers are hexadecimal or decimal, addresses neither.
std::string value(const std::string& text)
{
    const char* const digits = text.c_str();
    char* end = nullptr;
    const auto number = std::strtoull(digits, &end, text.starts_with("0x") ? 16 : 10);
    if (end == digits || *end) return text;
    return std::to_string(number);
}

std::vector<std::string> columns()
{
    auto all = said_fields();
    for (const char* of : {"ip", "tcp", "udp", "gre", "sctp", "icmp", "icmpv6"})
        all.push_back(std::string(of) + ".checksum.status");
    for (const char* of : {"tcp", "udp"}) all.push_back(std::string(of) + ".checksum_calculated");
    return all;
}

// A frame with its cell, and its packet as we read it.
struct Known {
    matrix::Cell cell;
    SaidNotes notes;
    Octets packet;
    TunnelReading reading;         // of fragments, that of the whole, if this was the last of them
    Octets whole;                  // what it was read from; empty: a fragment before the last
    std::optional<IpReading> part; // outer fragment
    bool tunnelled = false, is_ip = true;
    // Of GUE's header, of what was not cut: what tshark's packets are picked by. -1: it is none.
    int gue_words() const { return reading.gue && !part ? reading.gue->words : -1; }
};

// Fragments as they come, until they are all there.
class Parts {
public:
    // Nothing: more must come.
    std::optional<Octets> add(const IpReading& ip, std::span<const uint8_t> packet)
    {
        const Key key = {ip.source.text(), ip.destination.text(), ip.id, ip.protocol};
        auto& parts = parts_[key];
        if (ip.offset == 0) parts.clear();
        parts.emplace_back(packet.begin(), packet.end());
        if (ip.more) return std::nullopt;
        const std::vector<std::span<const uint8_t>> views(parts.begin(), parts.end());
        auto whole = reassemble(views).packet;
        parts_.erase(key);
        if (whole.empty()) return std::nullopt;
        return whole;
    }

private:
    using Key = std::tuple<std::string, std::string, uint32_t, uint8_t>;
    std::map<Key, std::vector<Octets>> parts_;
};

class Opinion {
public:
    Opinion(const fs::path& file, Tshark tshark) : file_(file), tshark_(std::move(tshark)) {}

    Result<SecondOpinion> make(const fs::path& ours)
    {
        for (const auto& frame : TRY(frames_of(ours))) known_.push_back(TRY(know(frame)));
        const auto rows = TRY(tshark_.read(file_, columns()));
        if (rows.size() != known_.size())
            return error(file_.string(), "read",
                         fmt::format("we find {} frames, tshark {}", known_.size(), rows.size()));
        for (size_t i = 0; i < rows.size(); ++i) whole_frame(i, rows[i]);
        const auto directory = TRY(TempDir::make("cut"));
        for (const auto outer : {matrix::Family::v4, matrix::Family::v6})
            for (const unsigned words : {0U, 2U}) TRY(inside_gue(outer, words, directory.path()));
        TRY(check_all_cut());
        return std::move(made_);
    }

private:
    Result<Known> know(const FileFrame& frame);
    void whole_frame(size_t place, const TsharkRow& row);
    Result<void> inside_gue(matrix::Family outer, unsigned words, const fs::path& directory);
    Result<void> check_all_cut() const;
    void say_inside(Said& said, const Known& known);
    void say_quoted(Said& said, const Known& known);
    void compare(size_t place, const Said& said, const TsharkRow& row, bool quoted);
    void compare_sums(size_t place, const std::string& of, const std::vector<SaidSum>& sums,
                      const TsharkRow& row, bool quoted);
    void differ(size_t place, const std::string& what);

    fs::path file_;
    Tshark tshark_;
    std::vector<Known> known_;
    Parts outer_parts_, inner_parts_;
    std::set<size_t> cut_;
    SecondOpinion made_;
};

const std::vector<std::string>* find(const TsharkRow& row, const std::string& field)
{
    const auto found = row.find(field);
    return found == row.end() ? nullptr : &found->second;
}

void Opinion::differ(size_t place, const std::string& what)
{
    made_.differences.push_back(fmt::format(
        "frame {} of {}: {}; we read {} {}", place + 1, name(known_[place].cell), what,
        known_[place].reading.text(), fmt::join(known_[place].reading.complaints, "; ")));
}

// To the tunnel's end: or it is a fence, or talk.
bool goes_into_tunnel(const Captured& frame, const matrix::Cell& cell)
{
    Complaints complaints;
    const int family = frame.ethertype() == ETHERTYPE_IP ? AF_INET : AF_INET6;
    const auto ip = read_ip(frame.packet(), family, complaints);
    return ip && ip->destination ==
                     matrix::worker_address(cell.underlay, cell.tunnel, cell.outer, cell.inner);
}

Result<Known> Opinion::know(const FileFrame& frame)
{
    Captured captured{.bytes = frame.bytes};
    Known known;
    if (frame.comments.size() < 2)
        return error(file_.string(), "read", "a frame without the name of its cell");
    known.cell = TRY(matrix::parse_cell(frame.comments.front()));
    const auto type = captured.ethertype();
    known.is_ip = type == ETHERTYPE_IP || type == ETHERTYPE_IPV6;
    if (!known.is_ip) return known;
    const auto packet = captured.packet();
    known.packet.assign(packet.begin(), packet.end());
    known.tunnelled =
        frame.interface.starts_with("worker/") && goes_into_tunnel(captured, known.cell);
    known.notes.pending = frame.says(std::string(matrix::pending_note));
    Expected expected{.encap = {},
                      .family = type == ETHERTYPE_IP ? AF_INET : AF_INET6,
                      .checksum_pending = known.notes.pending};
    if (known.tunnelled) expected.encap = matrix::way_encap(known.cell);
    for (const auto& comment : frame.comments)
        if (comment.starts_with(matrix::whole_note)) {
            const auto size = comment.substr(matrix::whole_note.size());
            expected.gso_size = parse_number<unsigned>(size).value_or(0);
            expected.untold_gso = expected.gso_size == 0;
            known.notes.whole = true;
        }
    Complaints complaints;
    const auto ip = read_ip(known.packet, expected.family, complaints);
    known.whole = known.packet;
    if (ip && ip->fragment() && known.tunnelled) {
        known.part = ip;
        known.whole = outer_parts_.add(*ip, known.packet).value_or(Octets());
    }
    if (!known.whole.empty()) known.reading = read_tunnel(known.whole, expected);
    return known;
}

// From the inner IP header on.
void Opinion::say_inside(Said& said, const Known& known)
{
    const auto& reading = known.reading;
    if (!reading.inner) return;
    const std::string of = reading.outer ? "inner " : "";
    say_ip(said, *reading.inner, reading.complaints, of);
    if (!reading.inner->fragment()) {
        say_transport(said, reading, known.whole, known.notes);
        if (reading.icmp) say_quoted(said, known);
        return;
    }
    const auto whole =
        inner_parts_.add(*reading.inner, std::span(known.whole).subspan(reading.inner_at));
    if (!whole) return;
    const auto read = read_tunnel(*whole, {.encap = {}, .family = reading.inner->family});
    say_transport(said, read, *whole, known.notes);
}

void Opinion::say_quoted(Said& said, const Known& known)
{
    const auto& reading = known.reading;
    if (!reading.icmp || !reading.inner) return;
    const auto quoted = std::span(known.whole).subspan(reading.transport_at + reading.icmp->quoted);
    Complaints complaints;
    const auto ip = read_ip(quoted, reading.inner->family, complaints, Extent::quoted);
    if (ip) say_ip(said, *ip, complaints, "");
}

void Opinion::whole_frame(size_t place, const TsharkRow& row)
{
    const auto& known = known_[place];
    if (!known.is_ip) {
        ++made_.unread;
        return;
    }
    Said said;
    if (known.part) say_ip(said, *known.part, known.reading.complaints, "outer ");
    if (!known.part && known.reading.outer)
        say_ip(said, *known.reading.outer, known.reading.complaints, "outer ");
    say_carrier(said, known.reading, known.notes);
    const bool gue = known.tunnelled && matrix::way_encap(known.cell).type == EncapType::gue;
    if (!gue) say_inside(said, known);
    if (gue && known.part) ++made_.rules["fragments"];
    compare(place, said, row, known.reading.icmp.has_value());
    if (!known.tunnelled)
        ++made_.others;
    else if (!gue)
        ++made_.packets[std::string(value_names(matrix::Axis::tunnel)[size_t(known.cell.tunnel)])];
}

// GUE's header is 4 bytes and as many words of 4 as its first byte says (draft-ietf-intarea-gue,
// section 3.1): version and control bit are zero, so that the byte is that number.
Result<void> Opinion::inside_gue(matrix::Family outer, unsigned words, const fs::path& directory)
{
    const bool v4 = outer == matrix::Family::v4;
    const auto picked = directory / "picked.pcapng", cut = directory / "cut.pcapng";
    TRY(tshark_.pick(file_,
                     fmt::format("udp.dstport=={} && udp.payload[0:1]=={:02x} && {}",
                                 matrix::encap(matrix::Tunnel::gue).port, words,
                                 v4 ? "eth.type==0x0800 && ip.flags.mf==0 && ip.frag_offset==0"
                                    : "eth.type==0x86dd && !ipv6.fraghdr"),
                     picked));
    TRY(cut_to_ip(picked, ETHER_HDR_LEN + (v4 ? 20 : 40) + 8 + 4 + 4 * words, cut));
    const auto rows = TRY(tshark_.read(cut, columns()));
    std::vector<size_t> places;
    for (size_t i = 0; i < known_.size(); ++i)
        if (known_[i].gue_words() == int(words) && known_[i].cell.outer == outer)
            places.push_back(i);
    if (rows.size() != places.size())
        return error(
            file_.string(), "cut GUE headers off",
            fmt::format("tshark finds {} with {} words, we {}", rows.size(), words, places.size()));
    for (size_t i = 0; i < rows.size(); ++i) {
        Said said;
        say_inside(said, known_[places[i]]);
        compare(places[i], said, rows[i], false);
        cut_.insert(places[i]);
        const auto tunnel = size_t(known_[places[i]].cell.tunnel);
        ++made_.packets[std::string(value_names(matrix::Axis::tunnel)[tunnel])];
    }
    return {};
}

Result<void> Opinion::check_all_cut() const
{
    for (size_t i = 0; i < known_.size(); ++i)
        if (known_[i].gue_words() >= 0 && !cut_.contains(i))
            return error(
                file_.string(), "cut GUE headers off",
                fmt::format("that of frame {} has {} words", i + 1, known_[i].gue_words()));
    return {};
}

// Of a quoted packet tshark reads more than we: what is behind its IP header.
void Opinion::compare(size_t place, const Said& said, const TsharkRow& row, bool quoted)
{
    static const std::vector<std::string> nothing;
    for (const auto& field : said_fields()) {
        const auto found = said.fields.find(field);
        const auto& ours = found == said.fields.end() ? nothing : found->second;
        const auto* theirs = find(row, field);
        std::vector<std::string> values;
        for (const auto& one : theirs ? *theirs : nothing) values.push_back(value(one));
        const bool behind = quoted && !field.starts_with("ip") && !field.starts_with("icmp");
        if (behind) values.resize(std::min(values.size(), ours.size()));
        if (values != ours)
            differ(place, fmt::format("{} is {}, tshark says {}", field, fmt::join(ours, ","),
                                      fmt::join(values, ",")));
    }
    if (quoted) ++made_.rules["quoted"];
    for (const char* of : {"ip", "tcp", "udp", "gre", "sctp", "icmp", "icmpv6"}) {
        const auto found = said.sums.find(of);
        compare_sums(place, of, found == said.sums.end() ? std::vector<SaidSum>() : found->second,
                     row, quoted);
    }
}

// tshark's words for a checksum: 0 wrong, 1 right, 2 not verified, 3 not there.
void Opinion::compare_sums(size_t place, const std::string& of, const std::vector<SaidSum>& sums,
                           const TsharkRow& row, bool quoted)
{
    static const std::vector<std::string> nothing;
    const auto* found = find(row, of + ".checksum.status");
    const auto* calculated = find(row, of + ".checksum_calculated");
    const auto& states = found ? *found : nothing;
    if (states.size() < sums.size() || (states.size() > sums.size() && !quoted))
        return differ(place, fmt::format("{} has {} checksums, tshark says {}", of, sums.size(),
                                         states.size()));
    size_t next = 0; // of those that tshark has calculated
    for (size_t i = 0; i < sums.size(); ++i) {
        const bool judged = states[i] == "0" || states[i] == "1";
        const auto* right =
            calculated && judged && next < calculated->size() ? &(*calculated)[next++] : nullptr;
        if (!sums[i].rule.empty()) {
            ++made_.rules[sums[i].rule];
            continue;
        }
        bool wrong = states[i] == "0";
        if (const auto& finished = sums[i].finished; finished && wrong && right) {
            ++made_.rules["finished"];
            // Zero is sent as its other form (RFC 768).
            const bool zero = *finished == 0 && value(*right) == "65535";
            wrong = !zero && value(*right) != std::to_string(*finished);
        }
        if (states[i] == "2" || (states[i] == "3" && sums[i].wrong) || wrong != sums[i].wrong) {
            differ(place, fmt::format("checksum {} of {} is {}, tshark says {}{}", i + 1, of,
                                      sums[i].wrong ? "wrong" : "right", states[i],
                                      right ? ", it should be " + *right : ""));
            continue;
        }
        if (states[i] == "3") continue;
        ++made_.sums;
        made_.wrong_sums += wrong ? 1 : 0;
    }
}

} // namespace

std::string SecondOpinion::text() const
{
    std::string text;
    for (const auto& [tunnel, count] : packets) text += fmt::format("{} {}, ", tunnel, count);
    text += fmt::format("others {}, no IP {}; checksums {}, of them wrong {}; rules:", others,
                        unread, sums, wrong_sums);
    for (const auto& [rule, count] : rules) text += fmt::format(" {} {}", rule, count);
    text += fmt::format("; differences {}", differences.size());
    for (size_t i = 0; i < std::min<size_t>(differences.size(), 20); ++i)
        text += "\n" + differences[i];
    return text;
}

Result<SecondOpinion> second_opinion(const fs::path& pcapng, const fs::path& ours)
{
    std::vector<std::string> decode_as;
    for (const auto family : matrix::families)
        decode_as.push_back(fmt::format("udp.port=={},{}", matrix::fou_port(family),
                                        family == matrix::Family::v4 ? "ip" : "ipv6"));
    return Opinion(pcapng, TRY(Tshark::make(std::move(decode_as))))
        .make(ours.empty() ? pcapng : ours);
}

} // namespace gueway
