// SPDX-License-Identifier: GPL-2.0-only
// A line from the guest. Whatever it is, it is refused, or its fields are what lab/protocol.h says
// of them and it means the same after it was written and read again.
#include "fuzz.h"
#include "lab/protocol.h"

using namespace gueway;
using protocol::Message;

namespace {

// Equal in the fields that the kind has.
bool same(const Message& a, const Message& b)
{
    using enum Message::Kind;
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case hello:
        return a.release == b.release;
    case start:
        return a.id == b.id;
    case output:
        return a.id == b.id && a.stream == b.stream && a.data == b.data;
    case file:
        return a.path == b.path && a.mode == b.mode && a.data == b.data && a.more == b.more;
    case result:
        return a.id == b.id && a.status == b.status && a.why == b.why;
    case end:
        return a.status == b.status;
    }
    return false;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto message = protocol::parse_line(text_of(data, size));
    if (!message) return 0;
    must(message->stream == 1 || message->stream == 2, "stream is 1 or 2");
    must((message->mode & ~0777) == 0, "mode is permission bits");
    must(message->status >= 0 && message->status <= 255, "status is an exit status");
    const auto line = protocol::to_line(*message);
    must(line.find('\n') == line.size() - 1, "to_line() writes one line");
    const auto again = protocol::parse_line(line);
    must(again && same(*message, *again), "what was written reads the same");
    return 0;
}
