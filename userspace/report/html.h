// SPDX-License-Identifier: GPL-2.0-only
// Markup from text: escaping, and elements whose attributes cannot break out of their quotes.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace gueway {

// What a number or a line means, for its colour. Never the only sign: words say it too.
enum class Tone { Plain, Quiet, Bad, Good };

// The class that the style sheet of report/page.h colours; empty for Plain.
std::string_view css_class(Tone tone);

// Text for element content and quoted attribute values, in HTML and in SVG within it. Control
// characters that HTML forbids become U+FFFD.
std::string escape(std::string_view text);

struct Attribute {
    std::string_view name;
    std::string value; // text: escaped on the way out; an attribute with empty value is left out
};

// <name attributes>content</name>; `content` is markup already. Not for void elements.
std::string element(std::string_view name, std::initializer_list<Attribute> attributes,
                    std::string_view content = {});

} // namespace gueway
