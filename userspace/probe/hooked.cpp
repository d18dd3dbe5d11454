// SPDX-License-Identifier: GPL-2.0-only
#include "probe/hooked.h"

#include "probe/background.h"
#include "probe/libbpf_log.h"
#include "probe/sections.h"
#include "util/fd.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <map>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

namespace gueway {

namespace {

// A hook on its way to a target: the candidates refused so far, and the one it is at.
struct Search {
    const Hook* hook;
    std::vector<Refusal> refused;
    std::vector<char> log; // the verifier's, when it refused the program

    bool exhausted() const { return refused.size() == hook->candidates.size(); }
    const Candidate& candidate() const { return hook->candidates[refused.size()]; }
    const Target& target() const { return candidate().target; }
    void refuse(std::string operation, int code, std::string detail = {})
    {
        refused.push_back(
            {target(), {target().text(), std::move(operation), code, std::move(detail), {}}});
    }
};

// Adds the time its scope takes.
class Stopwatch {
public:
    explicit Stopwatch(Milliseconds& total) : total_(total) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() { total_ += std::chrono::steady_clock::now() - begin_; }

private:
    Milliseconds& total_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

bool by_btf(Backend backend)
{
    return backend == Backend::fentry || backend == Backend::fexit || backend == Backend::tp_btf;
}

// Whether the verifier takes a program that does nothing at the entry of that function; -errno.
int try_entry(uint32_t function)
{
    constexpr std::array<bpf_insn, 2> nothing = {
        {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}}};
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
                .attach_btf_id = function);
    const Fd program(bpf_prog_load(BPF_PROG_TYPE_TRACING, "gueway_try", "GPL", nothing.data(),
                                   nothing.size(), &options));
    return program ? 0 : -errno;
}

// An Error of a failed libbpf call that blames no hook.
Error libbpf_error(const std::string& object, int code, const char* operation, const LibbpfLog& log)
{
    // libbpf's own guess at a missing permission is misleading (it suggests RLIMIT_MEMLOCK).
    if (code == EPERM || code == EACCES)
        return {object,
                operation,
                code,
                {},
                "needs root (CAP_SYS_ADMIN), and a kernel that is not locked down"};
    // The first warning is the cause; the later ones are its consequences.
    const auto said = lines(log.text());
    return {object, operation, code, said.empty() ? "" : std::string(trim(said.front())), {}};
}

Error exhausted(const std::string& object, const Search& search)
{
    std::vector<std::string> answers;
    answers.reserve(search.refused.size());
    for (const auto& refusal : search.refused) answers.push_back(refusal.why.text());
    return error(object, "attach " + search.hook->purpose,
                 answers.empty() ? "no candidates" : join(answers, "; "),
                 "needs a kernel with BPF trampolines (x86-64 since 5.5, CONFIG_FUNCTION_TRACER)");
}

Attachment outcome(Search& search)
{
    return {search.hook->purpose, search.exhausted() ? Target{} : search.target(),
            std::move(search.refused)};
}

} // namespace

// One go with each hook at its present candidate.
class Attempt {
public:
    Attempt(Hooked& into, const Loadable& loadable, const KernelTypes* types,
            std::vector<Search>& searches)
        : into_(into), loadable_(loadable), types_(types), searches_(searches)
    {}

    // False: a candidate was refused, try again.
    Result<bool> run()
    {
        {
            const Stopwatch watch(into_.load_time_);
            TRY(open());
            for (auto& search : searches_) TRY(choose(search));
            for (auto& search : searches_) part(search);
            if (!TRY(load())) return false;
        }
        const Stopwatch watch(into_.attach_time_);
        return attach();
    }

private:
    Result<void> open();
    Result<void> choose(Search& search);
    void part(Search& search);
    bool known(Search& search, bpf_program* program);
    bool known_by_id(Search& search, const bpf_program* program);
    static bool attachable(Search& search, uint32_t function);
    int give_id(const bpf_program* program, bpf_prog_load_opts* options) const;
    Result<bool> load();
    bool attach();
    bpf_link* attach(const Search& search);
    bpf_program* program(const Candidate& candidate) const
    {
        return bpf_object__find_program_by_name(into_.object_, candidate.program.c_str());
    }

    Hooked& into_;
    const Loadable& loadable_;
    const KernelTypes* types_;
    std::vector<Search>& searches_;
    struct Id {
        uint32_t id = 0;
        int module = 0; // descriptor of the module's BTF, 0: the kernel's
    };
    std::map<std::string_view, Id> ids_; // by program
    std::map<std::string, Fd> modules_;  // their BTF
    LibbpfLog log_;
};

Result<void> Attempt::open()
{
    into_.links_.clear(); // before the programs go
    auto opened = loadable_.open();
    if (!opened) return libbpf_error(loadable_.name, opened.error().code, "open", log_);
    into_.object_ = *opened;
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, into_.object_) bpf_program__set_autoload(program, false);
    return {};
}

// Whether the kernel's BTF has the candidate; one that it must not have is known.
bool Attempt::known(Search& search, bpf_program* program)
{
    const auto& target = search.target();
    if (!by_btf(target.backend)) return true;
    if (types_ && is_prepared(program)) return known_by_id(search, program);
    // libbpf reads the BTF at the first target, and keeps it until the object is loaded.
    const int failed = bpf_program__set_attach_target(program, 0, target.name.c_str());
    if (failed) {
        search.refuse("find in the kernel's BTF", -failed, failed == -ESRCH ? "not there" : "");
        return false;
    }
    return true;
}

// libbpf's own search for a function goes through all types, for each program and module anew.
bool Attempt::known_by_id(Search& search, const bpf_program* program)
{
    const auto& target = search.target();
    auto& id = ids_[bpf_program__name(program)];
    if (const auto found = target.backend == Backend::tp_btf ? types_->tracepoint(target.name)
                                                             : types_->function(target.name)) {
        id = {*found, 0};
        return attachable(search, *found);
    }
    const auto found = types_->module_function(target.name);
    if (!found) {
        search.refuse("find in the kernel's BTF", ESRCH, "not there");
        return false;
    }
    auto& module = modules_[found->module];
    if (!module) {
        auto opened = open_module_btf(found->module);
        if (!opened) {
            search.refuse("open the BTF of module " + found->module, opened.error().code);
            return false;
        }
        module = std::move(*opened);
    }
    id = {found->id, module.get()};
    return true;
}

// Whether a function that is in the BTF has an address too.
bool Attempt::attachable(Search& search, uint32_t function)
{
    if (search.target().backend != Backend::fentry) return true;
    const int refused = try_entry(function);
    if (refused && refused != -EPERM) search.refuse("load", -refused);
    return !refused || refused == -EPERM; // which loading the object explains better
}

int Attempt::give_id(const bpf_program* program, bpf_prog_load_opts* options) const
{
    const auto found = ids_.find(bpf_program__name(program));
    if (found == ids_.end()) return 0;
    options->attach_btf_id = found->second.id;
    options->attach_btf_obj_fd = static_cast<uint32_t>(found->second.module);
    return 0;
}

// Gives the hook's program its present candidate, or the next one that the kernel knows by name.
Result<void> Attempt::choose(Search& search)
{
    constexpr size_t log_size = 1 << 16;
    for (; !search.exhausted();) {
        auto* chosen = program(search.candidate());
        if (!chosen)
            return error(loadable_.name, "find program " + search.candidate().program, "not there");
        if (!known(search, chosen)) continue;
        bpf_program__set_autoload(chosen, true);
        search.log.assign(log_size, '\0');
        bpf_program__set_log_buf(chosen, search.log.data(), search.log.size());
        return {};
    }
    if (search.hook->required) return exhausted(loadable_.name, search);
    return {};
}

// Gives up a hook of a pair whose other got nothing.
void Attempt::part(Search& search)
{
    const auto& pair = search.hook->pair;
    if (pair.empty() || search.exhausted()) return;
    const auto lost = [&](const Search& other) {
        return other.hook->pair == pair && other.exhausted();
    };
    if (std::ranges::none_of(searches_, lost)) return;
    bpf_program__set_autoload(program(search.candidate()), false);
    while (!search.exhausted()) search.refuse("grant", 0, "of no use without its pair");
}

// The program that the verifier wrote about is the one it refused.
Result<bool> Attempt::load()
{
    const Preparing preparing([this](const bpf_program* program, bpf_prog_load_opts* options) {
        return give_id(program, options);
    });
    const int failed = loadable_.load();
    if (!failed) return true;
    for (auto& search : searches_) {
        if (search.exhausted()) continue;
        const auto reason = verifier_reason(search.log.data());
        if (reason.empty()) continue;
        search.refuse("load", -failed, std::string(reason));
        return false;
    }
    return libbpf_error(loadable_.name, -failed, "load", log_);
}

bpf_link* Attempt::attach(const Search& search)
{
    auto* chosen = program(search.candidate());
    const char* where = search.target().name.c_str();
    switch (search.target().backend) {
    case Backend::kprobe:
        return bpf_program__attach_kprobe(chosen, false, where);
    case Backend::raw_tp:
        return bpf_program__attach_raw_tracepoint(chosen, where);
    default:
        return bpf_program__attach_trace(chosen);
    }
}

// A hook that may do without needs no second loading when its last candidate is refused, unless it
// is one of a pair.
bool Attempt::attach()
{
    for (auto& search : searches_) {
        if (search.exhausted()) continue;
        if (auto* link = attach(search)) {
            into_.links_.emplace_back(link);
            continue;
        }
        search.refuse("attach", errno);
        if (!search.exhausted() || search.hook->required || !search.hook->pair.empty())
            return false;
    }
    return true;
}

Result<Hooked> Hooked::attach(const Loadable& object, const std::vector<Hook>& hooks,
                              const KernelTypes* types)
{
    Hooked hooked;
    hooked.name_ = object.name;
    std::vector<Search> searches;
    searches.reserve(hooks.size());
    for (const auto& hook : hooks) searches.push_back({.hook = &hook, .refused = {}, .log = {}});
    while (!TRY(Attempt(hooked, object, types, searches).run())) {
    }
    for (auto& search : searches) hooked.attachments_.push_back(outcome(search));
    return hooked;
}

Hooked::Hooked(Hooked&&) noexcept = default;
Hooked& Hooked::operator=(Hooked&&) noexcept = default;
Hooked::~Hooked()
{
    detach();
}

void Hooked::LinkDeleter::operator()(bpf_link* link) const
{
    bpf_link__destroy(link);
}

void Hooked::detach()
{
    constexpr size_t few = 4;
    if (links_.size() <= few) return links_.clear();
    close_in_background([this] { links_.clear(); });
}

Result<std::optional<uint64_t>> Hooked::missed() const
{
    const auto by_kprobe = [](const Attachment& one) {
        return one.granted() && one.target.backend == Backend::kprobe;
    };
    if (std::ranges::any_of(attachments_, by_kprobe)) return std::optional<uint64_t>();
    uint64_t total = 0;
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_)
    {
        if (bpf_program__fd(program) < 0) continue;
        bpf_prog_info info{};
        uint32_t size = sizeof info;
        if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) != 0)
            return errno_error(name_, "read a program's statistics");
        total += info.recursion_misses;
    }
    return std::optional(total);
}

} // namespace gueway
