// SPDX-License-Identifier: GPL-2.0-only
#include "report/page.h"

#include "report/html.h"

#include <string_view>

namespace gueway {

namespace {

// Orange and blue differ in lightness too, for readers who see few colours and for grey print.
constexpr std::string_view base_style = R"css(
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1c1c1a; --soft: #6a6963; --hair: #deddd6; --axis: #9a9990;
  --bad: #c2410c; --good: #1460aa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161614; --ink: #e7e6e0; --soft: #9c9b93; --hair: #33322e; --axis: #6c6b64;
    --bad: #ff935a; --good: #69b4f5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 3rem 1.25rem 4rem; max-width: 72rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 600; margin: 0; letter-spacing: -0.01em;
  text-wrap: balance; }
h2 { font-size: 1.1rem; font-weight: 600; margin: 3.5rem 0 0.25rem; }
p { margin: 0.25rem 0 1rem; max-width: 46rem; }
.quiet { color: var(--soft); }
.bad { color: var(--bad); }
.good { color: var(--good); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.9em; }
pre { margin: 0.5rem 0; padding: 0.75rem 1rem; border-left: 2px solid var(--hair);
  white-space: pre-wrap; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.75rem 0; font-size: 0.875rem; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.5rem; }
th, td { padding: 0.3rem 0.35rem; text-align: left; font-weight: 400; white-space: nowrap;
  vertical-align: baseline; }
tr > :first-child { padding-left: 0; }
thead th { color: var(--soft); vertical-align: bottom; }
thead th { border-bottom: 1px solid var(--axis); }
tbody tr + tr > * { border-top: 1px solid var(--hair); }
.num { text-align: right; }
th.first, td.first { padding-left: 0.8rem; }
.joint { color: var(--soft); margin-left: 0.4rem; }
td:has(.joint) { padding-right: 0; }
.wide th[scope="row"] { position: sticky; left: 0; background: var(--paper); }
.panels { display: grid; gap: 1.75rem 2.5rem; margin: 1rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0.25rem 0 0.5rem;
  font-size: 0.9rem; color: var(--soft); }
.key svg { width: 1.9rem; height: 0.6rem; margin-right: 0.45rem; vertical-align: middle; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
.key svg { display: inline-block; }
svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
svg text.title { fill: var(--ink); font-size: 13px; font-weight: 600; }
svg text.label { fill: currentColor; font-weight: 500;
  paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
svg path { fill: none; }
svg .axis { stroke: var(--axis); }
svg .grid { stroke: var(--hair); }
svg .line { stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; }
svg .dashed { stroke-width: 1.25; stroke-dasharray: 4 3; }
svg .tip { fill: currentColor; }
svg g:hover > .line { stroke-width: 3; }
@media print { body { padding: 0; } .panels, table, svg { break-inside: avoid; } }
)css";

constexpr std::string_view policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

} // namespace

std::string page_html(const Page& page)
{
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"").append(policy);
    // An empty icon keeps a browser from asking a server for one.
    out += "\">\n<link rel=\"icon\" href=\"data:,\">\n";
    out += element("title", {}, escape(page.title)) + "\n<style>";
    out.append(base_style).append(page.style).append("</style>\n</head>\n<body>\n");
    return out.append(page.body).append("\n</body>\n</html>\n");
}

} // namespace gueway
