// SPDX-License-Identifier: GPL-2.0-only
// directorctl man: the manual page in roff's man macros (man(7)), made from the tables of the
// subcommands, of ipvsadm's grammar and of the file's keys.
#include "commands.h"
#include "config/keys.h"
#include "ipvsadm/differences.h"
#include "ipvsadm/options.h"
#include "util/text.h"

#include <cctype>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace gueway {

namespace {

// Text that roff prints as it is: no escapes, and no control line.
std::string plain(std::string_view text)
{
    std::string made;
    if (text.starts_with('.') || text.starts_with('\'')) made = "\\&";
    for (const char c : text) {
        if (c == '\\')
            made += "\\e";
        else if (c == '-')
            made += "\\-";
        else
            made += c;
    }
    return made;
}

class Manual {
public:
    void section(std::string_view title) { heading("SH", title); }
    void subsection(std::string_view title) { heading("SS", title); }
    void paragraph(std::string_view words)
    {
        begin_paragraph();
        text_ += plain(words) + "\n";
    }
    void item(std::string_view tag, std::string_view words)
    {
        text_ += fmt::format(".TP\n\\fB{}\\fR\n{}\n", plain(tag), plain(words));
        fresh_ = false;
    }
    void verbatim(std::string_view words)
    {
        begin_paragraph();
        text_ += ".nf\n";
        for (const auto line : lines(words)) text_ += plain(line) + "\n";
        text_ += ".fi\n";
    }
    void raw(std::string_view line) { text_ += fmt::format("{}\n", line); }
    const std::string& text() const { return text_; }

private:
    void heading(std::string_view macro, std::string_view title)
    {
        text_ += fmt::format(".{} \"{}\"\n", macro, plain(title));
        fresh_ = true;
    }
    // A heading begins one already.
    void begin_paragraph()
    {
        if (!std::exchange(fresh_, false)) text_ += ".PP\n";
    }

    std::string text_;
    bool fresh_ = false;
};

// "look for mistakes" as a sentence.
std::string sentence(std::string_view words)
{
    std::string made(words);
    made[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(made[0])));
    return made + ".";
}

std::string spelled(const OptionRow& row)
{
    if (row.spelling.empty()) return std::string(row.argument);
    if (row.argument.empty()) return std::string(row.spelling);
    return fmt::format("{} {}", row.spelling, row.argument);
}

void add_commands(Manual& manual)
{
    manual.section("COMMANDS");
    const auto rows = option_rows();
    for (const auto& subcommand : subcommands()) {
        manual.subsection(subcommand.name);
        manual.paragraph(sentence(subcommand.summary));
        if (!subcommand.about.empty()) manual.paragraph(subcommand.about);
        for (size_t i = 0; i < rows.size(); ++i)
            if ((subcommand.options >> i) & 1U) manual.item(spelled(rows[i]), rows[i].help);
    }
}

std::string ipvsadm_spelling(std::string_view name, char letter, std::string_view argument)
{
    auto text = letter ? fmt::format("-{}, --{}", letter, name) : fmt::format("--{}", name);
    if (!argument.empty()) text += fmt::format(" {}", argument);
    return text;
}

void add_ipvsadm(Manual& manual)
{
    manual.section("IPVSADM MODE");
    manual.paragraph("When the first argument starts with -, or the program is called ipvsadm, the "
                     "line is one of ipvsadm 1.31.");
    for (const auto& row : ipvsadm::verb_spellings())
        manual.item(ipvsadm_spelling(row.name, row.letter, row.argument), row.help);
    for (const auto& row : ipvsadm::option_spellings())
        manual.item(ipvsadm_spelling(row.name, row.letter, row.argument), row.help);
    manual.subsection("Differences from ipvsadm");
    for (const auto& row : ipvsadm::deviations())
        manual.item(row.title, fmt::format("ipvsadm: {}. directorctl: {}.", row.ipvsadm.words,
                                           row.directorctl.words));
}

void add_file(Manual& manual)
{
    manual.section("THE FILE");
    manual.paragraph("YAML. One file serves the director and the workers behind it.");
    for (const auto* section : sections()) {
        manual.subsection(section->path.empty() ? "top of the file" : section->path);
        for (const auto& key : section->keys) {
            auto words = fmt::format("{}: {}.", key.help, expectation(key));
            if (key.required) words += " Required.";
            if (!key.fallback.empty()) words += fmt::format(" Default: {}.", key.fallback);
            manual.item(key.name, words);
        }
    }
}

std::string manual_page()
{
    Manual manual;
    manual.raw(fmt::format(".TH DIRECTORCTL 8 \"\" \"gueway {}\"", program_version));
    manual.section("NAME");
    manual.raw("directorctl \\- configure IPVS directors and their workers");
    manual.section("SYNOPSIS");
    manual.verbatim("directorctl [--netns NAME] COMMAND [ARGUMENT...]\n"
                    "directorctl [--netns NAME] -A|-E|-D|-a|-e|-d|-L|... [OPTION...]");
    add_commands(manual);
    add_ipvsadm(manual);
    add_file(manual);
    manual.section("EXIT STATUS");
    manual.item("0", "Done, or nothing to do.");
    manual.item("1", "It could not be done; standard error says what, and what to do.");
    manual.item("2", "Usage. With --detailed-exitcode: there is something to do.");
    manual.paragraph("In ipvsadm mode: 0, 1 no such service to list, 2 usage, 255 the kernel "
                     "refused.");
    manual.section("FILES");
    manual.item("/etc/gueway/director.yaml", "what directorctl.service applies at boot");
    manual.section("SEE ALSO");
    manual.raw("ipvsadm(8), ip\\-fou(8)");
    return manual.text();
}

} // namespace

Result<int> man_command(const Options&)
{
    fmt::print("{}", manual_page());
    return exit_done;
}

} // namespace gueway
