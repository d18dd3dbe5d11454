// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/check_icmp.h"

#include "matrix/answers.h"
#include "matrix/check_bytes.h"
#include "matrix/expected_answer.h"

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

using Lines = std::vector<std::string>;

void add_all(Lines& to, Lines more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

using Write = Packet(const Cell& cell, const Frame& sent, const IcmpAnswer& what, Bytes came);

// All bytes of it; of one that says something else, the others.
Lines check_answer(const Answer& answer, const Cell& cell, const IcmpAnswer& expected,
                   const Frame& sent, Write* write)
{
    const auto& [frame, reading] = answer;
    Lines wrong;
    if (!reading.inner || !reading.icmp) {
        wrong.emplace_back("the client got an ICMP message that cannot be read");
        add_all(wrong, reading.complaints);
        return wrong;
    }
    const IcmpAnswer told{reading.icmp->type, reading.icmp->code, reading.icmp->mtu};
    if (told != expected)
        wrong.push_back(fmt::format("the client was told {}, not {}", text(told), text(expected)));
    add_all(wrong, reading.complaints);
    add_all(wrong, check_packet(cell, write(cell, sent, told, frame->packet()), packet(answer)));
    return wrong;
}

// What a router says is passed on to the client at once, or the client is told when it sends again.
Lines check_passed_on(const Cell& cell, const Look& look, const Observation& seen)
{
    Lines wrong;
    const auto told = answers(cell, seen.told_first);
    if (told.size() > 1)
        wrong.push_back(fmt::format("the client was told {} times at once", told.size()));
    for (const auto& answer : told)
        add_all(wrong, look.first_icmp ? check_answer(answer, cell, *look.first_icmp, seen.sent,
                                                      expected_passed_on)
                                       : Lines{"the client got " + answer.reading.text()});
    return wrong;
}

Lines check_answers(const Cell& cell, const Look& look, const Observation& seen)
{
    const auto told = answers(cell, seen.client);
    Lines wrong;
    if (look.icmp && told.empty()) wrong.emplace_back("the client was not told");
    if (look.icmp && told.size() > 1)
        wrong.push_back(fmt::format("the client was told {} times", told.size()));
    for (const auto& answer : told)
        add_all(wrong, look.icmp
                           ? check_answer(answer, cell, *look.icmp, seen.sent, expected_answer)
                           : Lines{"the client got " + answer.reading.text()});
    return wrong;
}

// The director's own socket hears by itself, nothing of it is on a wire.
Lines check_self(const Look& look, const Observation& seen)
{
    if (!look.icmp && seen.told_self.empty()) return {};
    if (!look.icmp) return {"the director's own socket was told " + text(seen.told_self.front())};
    if (seen.told_self.size() == 1 && seen.told_self.front() == *look.icmp) return {};
    if (seen.told_self.size() == 1)
        return {fmt::format("the director's own socket was told {}, not {}",
                            text(seen.told_self.front()), text(*look.icmp))};
    return {fmt::format("the director's own socket was told {} times", seen.told_self.size())};
}

} // namespace

std::vector<std::string> check_told(const Cell& cell, const Look& look, const Observation& seen)
{
    Lines wrong = check_passed_on(cell, look, seen);
    const bool own = cell.origin == Origin::director;
    if (own) add_all(wrong, check_self(look, seen));
    auto on_the_wire = look;
    if (own) on_the_wire.icmp.reset();
    add_all(wrong, check_answers(cell, on_the_wire, seen));
    if (seen.refused) wrong.emplace_back("the sender's socket did not take the packet: EMSGSIZE");
    return wrong;
}

} // namespace gueway::matrix
