// SPDX-License-Identifier: GPL-2.0-only
// The frame of a report: one HTML file that fetches nothing, in the reader's light or dark.
#pragma once

#include <string>

namespace gueway {

struct Page {
    std::string title; // text
    std::string style; // CSS added to that of every report; may use its variables
    std::string body;  // markup
};

// The whole document. Its content policy forbids every fetch and script, so that a mistake in
// `body` shows as something missing, never as a connection.
//
// What `body` can use: .bad .good .quiet (tones), table.num cells and .first columns of groups,
// <div class="wide"> around what may have to scroll sideways, <div class="panels"> around charts,
// <pre><code> for commands, .key for a legend.
std::string page_html(const Page& page);

} // namespace gueway
