// SPDX-License-Identifier: GPL-2.0-only
#include "probe/counter.h"

#include "bpf/count.h"
#include "count.skel.h"
#include "probe/libbpf_log.h"
#include "util/text.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr auto kernel_btf = "/sys/kernel/btf/vmlinux";
constexpr auto counter_object = "packet counter";

struct SkeletonDeleter {
    void operator()(count_bpf* skeleton) const { count_bpf__destroy(skeleton); }
};
struct LinkDeleter {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};

// A hook on its way to a target: the candidates refused so far, and the one it is at.
struct Search {
    const CounterHook* hook;
    std::vector<Refusal> refused;
    std::vector<char> log; // the verifier's, when it refused the program

    bool exhausted() const { return refused.size() == hook->candidates.size(); }
    const Target& target() const { return hook->candidates[refused.size()]; }
    void refuse(const char* operation, int code, std::string detail = {})
    {
        refused.push_back({target(), {target().text(), operation, code, std::move(detail), {}}});
    }
};

// Adds the time its scope takes.
class Stopwatch {
public:
    explicit Stopwatch(Counter::Milliseconds& total) : total_(total) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() { total_ += std::chrono::steady_clock::now() - begin_; }

private:
    Counter::Milliseconds& total_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

Result<void> check_kernel()
{
    if (::access(kernel_btf, R_OK) == 0) return {};
    return errno_error(kernel_btf, "read the kernel's types",
                       "BPF programs here need a kernel with CONFIG_DEBUG_INFO_BTF");
}

// An Error of a failed libbpf call that blames no hook.
Error libbpf_error(int code, const char* operation, const LibbpfLog& log)
{
    // libbpf's own guess at a missing permission is misleading (it suggests RLIMIT_MEMLOCK).
    if (code == EPERM || code == EACCES)
        return {counter_object,
                operation,
                code,
                {},
                "needs root (CAP_SYS_ADMIN), and a kernel that is not locked down"};
    // The first warning is the cause; the later ones are its consequences.
    const auto said = lines(log.text());
    return {
        counter_object, operation, code, said.empty() ? "" : std::string(trim(said.front())), {}};
}

Error exhausted(const Search& search)
{
    std::vector<std::string> answers;
    answers.reserve(search.refused.size());
    for (const auto& refusal : search.refused) answers.push_back(refusal.why.text());
    return error(counter_object, "attach " + std::string(name(search.hook->direction)),
                 answers.empty() ? "no candidates" : join(answers, "; "),
                 "needs a kernel with BPF trampolines (x86-64 since 5.5, CONFIG_FUNCTION_TRACER)");
}

} // namespace

std::string_view name(Direction direction)
{
    return direction == Direction::transmit ? "transmit" : "receive";
}

std::vector<CounterHook> counter_hooks()
{
    return {
        {Direction::transmit,
         {{Backend::fentry, "__dev_queue_xmit"}, {Backend::tp_btf, "net_dev_queue"}}},
        {Direction::receive,
         {{Backend::fentry, "__netif_receive_skb_core"}, {Backend::tp_btf, "netif_receive_skb"}}},
    };
}

struct Counter::State {
    std::vector<Search> searches;
    std::unique_ptr<count_bpf, SkeletonDeleter> skeleton;
    std::vector<std::unique_ptr<bpf_link, LinkDeleter>> links; // detached before the programs go
    std::vector<Attachment> attachments;
    Milliseconds load_time{}, attach_time{};

    // One go with each hook at its present candidate. False: a candidate was refused, try again.
    Result<bool> attempt();

private:
    Result<void> open(const LibbpfLog& log);
    Result<void> choose(Search& search);
    Result<bool> load(const LibbpfLog& log);
    bool attach();
    bpf_program* program(const Search& search) const;
};

bpf_program* Counter::State::program(const Search& search) const
{
    const auto& all = skeleton->progs;
    const bool fentry = search.target().backend == Backend::fentry;
    if (search.hook->direction == Direction::transmit)
        return fentry ? all.transmit_function : all.transmit_tracepoint;
    return fentry ? all.receive_function : all.receive_tracepoint;
}

Result<void> Counter::State::open(const LibbpfLog& log)
{
    skeleton.reset(count_bpf__open());
    if (!skeleton) return libbpf_error(errno, "open", log);
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, skeleton->obj) bpf_program__set_autoload(program, false);
    return {};
}

// Gives the hook's program its present candidate, or the next one that the kernel knows by name.
Result<void> Counter::State::choose(Search& search)
{
    constexpr size_t log_size = 1 << 16;
    while (!search.exhausted()) {
        auto* chosen = program(search);
        // libbpf reads the BTF at the first target, and keeps it until the object is loaded.
        const int failed = bpf_program__set_attach_target(chosen, 0, search.target().name.c_str());
        if (failed) {
            search.refuse("find in the kernel's BTF", -failed, failed == -ESRCH ? "not there" : "");
            continue;
        }
        bpf_program__set_autoload(chosen, true);
        search.log.assign(log_size, '\0');
        bpf_program__set_log_buf(chosen, search.log.data(), search.log.size());
        return {};
    }
    return exhausted(search);
}

// Loading is all or nothing: the program that the verifier wrote about is the one it refused.
Result<bool> Counter::State::load(const LibbpfLog& log)
{
    const int failed = count_bpf__load(skeleton.get());
    if (!failed) return true;
    for (auto& search : searches) {
        const auto reason = verifier_reason(search.log.data());
        if (reason.empty()) continue;
        search.refuse("load", -failed, std::string(reason));
        return false;
    }
    return libbpf_error(-failed, "load", log);
}

bool Counter::State::attach()
{
    for (auto& search : searches) {
        auto* link = bpf_program__attach(program(search));
        if (!link) {
            search.refuse("attach", errno);
            return false;
        }
        links.emplace_back(link);
    }
    return true;
}

Result<bool> Counter::State::attempt()
{
    const LibbpfLog log;
    links.clear();
    {
        const Stopwatch watch(load_time);
        TRY(open(log));
        for (auto& search : searches) TRY(choose(search));
        if (!TRY(load(log))) return false;
    }
    const Stopwatch watch(attach_time);
    return attach();
}

Result<Counter> Counter::load(const std::vector<CounterHook>& hooks)
{
    TRY(check_kernel());
    auto state = std::make_unique<State>();
    for (const auto& hook : hooks) state->searches.push_back({&hook, {}, {}});
    while (!TRY(state->attempt())) {
    }
    for (auto& search : state->searches)
        state->attachments.push_back({std::string(name(search.hook->direction)), search.target(),
                                      std::move(search.refused)});
    state->searches.clear(); // they point to the caller's hooks
    return Counter(std::move(state));
}

Counter::Counter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Counter::Counter(Counter&&) noexcept = default;
Counter& Counter::operator=(Counter&&) noexcept = default;
Counter::~Counter() = default;

const std::vector<Attachment>& Counter::attachments() const
{
    return state_->attachments;
}
Counter::Milliseconds Counter::load_time() const
{
    return state_->load_time;
}
Counter::Milliseconds Counter::attach_time() const
{
    return state_->attach_time;
}

Result<std::vector<DeviceCount>> Counter::read() const
{
    const int table = bpf_map__fd(state_->skeleton->maps.counts);
    std::vector<DeviceCount> all;
    count_key key{};
    const count_key* previous = nullptr; // entries are never deleted, so the walk meets each once
    while (bpf_map_get_next_key(table, previous, &key) == 0) {
        count_value value{};
        if (bpf_map_lookup_elem(table, &key, &value) != 0)
            return errno_error(counter_object, "read the table");
        all.push_back({key.netns, key.device,
                       key.direction == COUNT_TRANSMIT ? Direction::transmit : Direction::receive,
                       value.packets, value.bytes});
        previous = &key;
    }
    if (errno != ENOENT) return errno_error(counter_object, "walk the table");
    return all;
}

Result<uint64_t> Counter::lost() const
{
    uint64_t total = __atomic_load_n(&state_->skeleton->bss->lost, __ATOMIC_RELAXED);
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, state_->skeleton->obj)
    {
        if (bpf_program__fd(program) < 0) continue;
        bpf_prog_info info{};
        uint32_t size = sizeof info;
        if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) != 0)
            return errno_error(counter_object, "read a program's statistics");
        total += info.recursion_misses; // 0 before 5.12, which skips nothing
    }
    return total;
}

} // namespace gueway
