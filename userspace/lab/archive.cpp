// SPDX-License-Identifier: GPL-2.0-only
#include "lab/archive.h"

#include "lab/cache.h"
#include "lab/digest.h"
#include "lab/interrupt.h"
#include "lab/progress.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>

namespace gueway {

namespace {

using Clock = std::chrono::steady_clock;

const fs::path keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
constexpr std::string_view security_suffix = "-security";
constexpr std::string_view base_suite = "bookworm";
// Its Release file will be past its "Valid-Until" for good.
constexpr std::string_view frozen_suite = "bullseye";
constexpr std::string_view no_archive_remedy =
    "check the network and apt's sources (apt-get update), then try again";

bool is_security(std::string_view suite)
{
    return suite.ends_with(security_suffix);
}

// apt prints a field it has no value for as "$(NAME)".
std::string_view known(std::string_view value)
{
    return value.starts_with("$(") ? std::string_view() : value;
}

struct Target {
    std::string_view label, suite, uri;
};

std::vector<Target> parse_targets(std::string_view text)
{
    std::vector<Target> targets;
    for (const auto line : lines(text)) {
        const auto f = split(line, '|');
        if (f.size() != 5 || f[0] != "Packages") continue;
        const auto codename = known(f[2]);
        targets.push_back({known(f[1]), codename.empty() ? known(f[3]) : codename, f[4]});
    }
    return targets;
}

// The first target of that suite and label; else of that suite without a label; else of the label.
std::optional<std::string> choose(const std::vector<Target>& targets, std::string_view label,
                                  std::string_view suite)
{
    const auto first = [&](auto&& accept) -> std::optional<std::string> {
        for (const auto& t : targets)
            if (accept(t)) return std::string(t.uri);
        return {};
    };
    auto uri = first([&](const Target& t) { return t.label == label && t.suite == suite; });
    if (!uri) uri = first([&](const Target& t) { return t.label.empty() && t.suite == suite; });
    if (!uri) uri = first([&](const Target& t) { return t.label == label; });
    return uri;
}

// The machine's configuration stays in force (proxies, credentials); what is said here is said
// after it. Its hooks are cleared: they clean the machine's own directories.
std::string apt_configuration(const fs::path& root)
{
    std::string text;
    for (const auto* hook : {"Pre-Invoke", "Post-Invoke", "Post-Invoke-Success"})
        text += fmt::format("#clear APT::Update::{};\n", hook);
    const std::vector<std::pair<std::string, std::string>> options = {
        {"APT::Architecture", "amd64"},
        {"APT::Sandbox::User", "root"},
        {"APT::Get::AllowUnauthenticated", "false"},
        {"APT::Update::Error-Mode", "any"},
        {"Acquire::AllowInsecureRepositories", "false"},
        {"Acquire::AllowWeakRepositories", "false"},
        {"Acquire::AllowDowngradeToInsecureRepositories", "false"},
        {"Acquire::Languages", "none"},
        {"Acquire::PDiffs", "false"},
        {"Acquire::Retries", "2"},
        {"Acquire::http::Timeout", "20"},
        {"Acquire::https::Timeout", "20"},
        {"Dir::State", root / "state"},
        {"Dir::State::status", root / "status"},
        {"Dir::Cache", root / "cache"},
        {"Dir::Cache::pkgcache", "pkgcache.bin"}, // container images switch it off: 2 s per call
        {"Dir::Etc::sourcelist", root / "sources.list"},
        {"Dir::Etc::sourceparts", "/dev/null"},
        {"Dir::Etc::preferences", "/dev/null"},
        {"Dir::Etc::preferencesparts", "/dev/null"},
    };
    for (const auto& [name, value] : options) text += fmt::format("{} \"{}\";\n", name, value);
    text += "#clear APT::Architectures;\nAPT::Architectures { \"amd64\"; };\n";
    return text;
}

Argv apt_get(const fs::path& root, Argv words)
{
    Argv command = {"env", "LC_ALL=C", "apt-get", "-q", "-c", root / "apt.conf"};
    command.insert(command.end(), words.begin(), words.end());
    return command;
}

// apt's first complaint, which names the cause ("E: Failed to fetch URI  Could not connect ...";
// the later ones say what follows from it), or its last line.
std::string complaint(std::string_view log)
{
    constexpr std::string_view mark = "E: ";
    const auto said = lines(trim(log));
    for (const auto line : said)
        if (line.starts_with(mark)) return std::string(line.substr(mark.size()));
    return said.empty() ? "apt-get said nothing" : std::string(said.back());
}

// "Fetched 9,123 kB in 2s (4,000 kB/s)" -> bytes.
uint64_t fetched_bytes(std::string_view log)
{
    for (const auto line : lines(log)) {
        const auto w = words(line);
        if (w.size() < 3 || w[0] != "Fetched") continue;
        std::string digits;
        for (const char c : w[1])
            if (c != ',') digits += c;
        const double unit = w[2] == "kB" ? 1e3 : w[2] == "MB" ? 1e6 : w[2] == "GB" ? 1e9 : 1;
        return static_cast<uint64_t>(std::strtod(digits.c_str(), nullptr) * unit);
    }
    return 0;
}

// Runs apt with its words going to `log`, calling `watch` a few times a second. apt that fails is
// an Error of `object` with apt's own complaint; its words otherwise.
Result<std::string> run_watched(const Argv& command, const fs::path& log, const Error& failure,
                                const std::function<void()>& watch)
{
    Defer no_bar([] { progress().clear(); });
    Fd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!out) return errno_error(log, "create");
    auto child = TRY(Process::start(command, {-1, out.get(), out.get()}));
    std::optional<int> status;
    while (!(status = child.wait(Deadline::after(std::chrono::milliseconds(100))))) {
        if (interrupted()) return Error{failure.object, failure.operation, EINTR, {}, {}};
        watch();
    }
    auto said = TRY(read_file(log));
    if (*status == 0) return said;
    Error failed = failure;
    failed.detail = interrupted() ? "interrupted" : complaint(said);
    return cache_error(std::move(failed), log.parent_path());
}

uint64_t bytes_under(const fs::path& directory)
{
    uint64_t sum = 0;
    std::error_code ec;
    for (auto at = fs::recursive_directory_iterator(directory, ec);
         !ec && at != fs::recursive_directory_iterator(); at.increment(ec)) {
        std::error_code gone;
        const auto size = at->is_regular_file(gone) ? fs::file_size(at->path(), gone) : 0;
        if (!gone) sum += size;
    }
    return sum;
}

Result<fs::path> single_deb(const fs::path& directory)
{
    std::error_code ec;
    for (const auto& at : fs::directory_iterator(directory, ec))
        if (at.path().extension() == ".deb") return at.path();
    return Error{directory, "find the downloaded .deb", ec ? ec.value() : ENOENT, {}, {}};
}

} // namespace

Result<Mirrors> parse_mirrors(std::string_view text)
{
    const auto targets = parse_targets(text);
    const auto main = choose(targets, "Debian", base_suite);
    if (!main)
        return error("apt's sources", "find a Debian mirror", "none of them is one",
                     "add a Debian mirror to /etc/apt/sources.list and run apt-get update");
    return Mirrors{*main, choose(targets, "Debian-Security",
                                 fmt::format("{}{}", base_suite, security_suffix))};
}

Result<Mirrors> find_mirrors()
{
    return parse_mirrors(TRY(run_ok({"apt-get", "indextargets", "--format",
                                     "$(CREATED_BY)|$(LABEL)|$(CODENAME)|$(RELEASE)|$(REPO_URI)"},
                                    "run apt-get update")));
}

Result<std::optional<Suite>> Suite::open(const std::string& name)
{
    static const auto found = find_mirrors();
    const Mirrors mirrors = TRY(Result<Mirrors>(found));
    if (is_security(name) && !mirrors.security) return std::optional<Suite>();
    if (!fs::exists(keyring))
        return Error{keyring, "open", ENOENT, {}, "apt-get install debian-archive-keyring"};
    Suite suite(name, TRY(cache_root()) / "apt" / name);
    const auto uri = is_security(name) ? mirrors.security.value_or("") : mirrors.main;
    if (auto done = suite.configure(uri); !done) return cache_error(done.error(), suite.root_);
    return std::optional<Suite>(std::move(suite));
}

Result<void> Suite::configure(const std::string& uri) const
{
    for (const auto* directory : {"state/lists/partial", "cache/archives/partial"})
        TRY(make_directories(root_ / directory));
    TRY(write_file(root_ / "status", ""));
    TRY(write_file(root_ / "apt.conf", apt_configuration(root_)));
    return write_file(root_ / "sources.list",
                      fmt::format("deb [arch=amd64 signed-by={} check-valid-until={}] {} {} main\n",
                                  keyring.string(), name_ == frozen_suite ? "no" : "yes", uri,
                                  name_));
}

Result<void> Suite::refresh() const
{
    const auto lock = TRY(FileLock::wait(root_ / "lock"));
    const auto what = "index of " + name_;
    const auto begin = Clock::now();
    const auto before = bytes_under(root_ / "state");
    const Error failure{
        "suite " + name_, "fetch its index", unavailable, {}, std::string(no_archive_remedy)};
    const auto said =
        TRY(run_watched(apt_get(root_, {"update"}), root_ / "update.log", failure, [&] {
            const auto now = bytes_under(root_ / "state");
            progress().transferring(what, now > before ? now - before : 0, 0);
        }));
    progress().transferred(what, fetched_bytes(said), Clock::now() - begin);
    return {};
}

Result<std::vector<std::string>> Suite::index_files() const
{
    const auto listed = TRY(run_ok(
        apt_get(root_, {"indextargets", "--format", "$(FILENAME)", "Created-By: Packages"})));
    std::vector<std::string> files;
    for (const auto line : lines(listed))
        if (fs::exists(line)) files.emplace_back(line);
    return files;
}

bool Suite::has_index() const
{
    const auto files = index_files();
    return files && !files->empty();
}

Result<std::vector<Package>>
Suite::packages(const std::function<bool(std::string_view)>& wanted) const
{
    const auto lock = TRY(FileLock::wait(root_ / "lock"));
    std::vector<Package> found;
    for (const auto& file : TRY(index_files())) {
        const auto index = TRY(run_ok({"/usr/lib/apt/apt-helper", "cat-file", file}));
        for (auto& package : parse_packages(index, name_, wanted))
            found.push_back(std::move(package));
    }
    return found;
}

std::vector<std::pair<std::string, std::string>> parse_simulation(std::string_view output)
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto line : lines(output)) {
        const auto w = words(line);
        if (w.size() < 3 || w[0] != "Inst" || !w[2].starts_with('(')) continue;
        found.emplace_back(w[1], w[2].substr(1));
    }
    return found;
}

Result<std::vector<Package>> Suite::closure(const std::vector<std::string>& names) const
{
    Argv install = {"--simulate", "--no-install-recommends", "install"};
    install.insert(install.end(), names.begin(), names.end());
    const auto said = TRY(run_ok(apt_get(root_, install)));
    const auto chosen = parse_simulation(said);
    std::vector<Package> found;
    for (auto& one : TRY(packages([&](std::string_view name) {
             return std::ranges::find(chosen, name, &std::pair<std::string, std::string>::first) !=
                    chosen.end();
         })))
        if (std::ranges::find(chosen, std::pair(one.package, one.version)) != chosen.end())
            found.push_back(std::move(one));
    if (found.empty() || found.size() != chosen.size())
        return Error{"package " + names.front(),
                     "find what it depends on",
                     unavailable,
                     fmt::format("the index has {} of {}", found.size(), chosen.size()),
                     {}};
    return found;
}

Result<fs::path> Suite::download(const Package& package, const fs::path& directory) const
{
    if (!has_index()) TRY(refresh());
    const auto lock = TRY(FileLock::wait(root_ / "lock"));
    const auto begin = Clock::now();
    Argv command = {"env", "-C", directory};
    for (auto& word : apt_get(root_, {"download", package.package + "=" + package.version}))
        command.push_back(word);
    const Error failure{"package " + package.package + " " + package.version,
                        "download",
                        unavailable,
                        {},
                        std::string(no_archive_remedy)};
    TRY(run_watched(command, root_ / "download.log", failure, [&] {
        progress().transferring(package.package, bytes_under(directory), package.size);
    }));
    auto deb = TRY(single_deb(directory));
    progress().transferred(package.package, package.size, Clock::now() - begin);
    if (const auto digest = TRY(sha256_file(deb)); digest != package.sha256)
        return Error{deb.filename(), "check its SHA-256", EBADMSG,
                     fmt::format("it is {}, the index says {}", digest, package.sha256),
                     "try again; if it stays, the mirror is wrong"};
    return deb;
}

} // namespace gueway
