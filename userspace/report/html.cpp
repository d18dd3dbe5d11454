// SPDX-License-Identifier: GPL-2.0-only
#include "report/html.h"

namespace gueway {

std::string_view css_class(Tone tone)
{
    switch (tone) {
    case Tone::Quiet:
        return "quiet";
    case Tone::Bad:
        return "bad";
    case Tone::Good:
        return "good";
    case Tone::Plain:
        break;
    }
    return {};
}

std::string escape(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        case '\t':
        case '\n':
            out += c;
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                out += "\xEF\xBF\xBD";
            else
                out += c;
        }
    }
    return out;
}

std::string element(std::string_view name, std::initializer_list<Attribute> attributes,
                    std::string_view content)
{
    std::string out = "<";
    out += name;
    for (const auto& [key, value] : attributes) {
        if (value.empty()) continue;
        out.append(" ").append(key).append("=\"").append(escape(value)).append("\"");
    }
    return out.append(">").append(content).append("</").append(name).append(">");
}

} // namespace gueway
