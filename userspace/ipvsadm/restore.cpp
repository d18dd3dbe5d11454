// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/restore.h"

#include "ipvs/difference.h"
#include "ipvsadm/grammar.h"
#include "ipvsadm/help.h"
#include "ipvsadm/lines.h"
#include "ipvsadm/perform.h"
#include "ipvsadm/present.h"
#include "ipvsadm/show.h"
#include "ipvsadm/touched.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

// One line, and what became of it.
struct Pending {
    size_t line = 0;
    Command command;
    bool filling = false; // a new service that waits for its workers before it gets its scheduler
};

class Restore {
public:
    Restore(ipvs::Client& client, const std::string& name, const RestoreOutput& output)
        : client_(client), name_(name), output_(output), changes_(client.changes()),
          present_(client)
    {
        pending_.reserve(netlink::Socket::messages_a_send);
    }
    void line(const Line& line);
    void settle();
    void fail(size_t line, const Failure& failure);
    int status() const { return status_; }

private:
    // Messages of one kind travel together: what is added does not depend on other lines, an edit
    // depends on what is there, and what is removed frees its name.
    enum class Kind : uint8_t { additions, edits, removals, others };
    static Kind kind_of(Verb verb);

    void make_way(const Command& command);
    void take(size_t line, Command&& command);
    void put_addition(Pending& pending);
    bool put_edit(const Pending& pending);
    void run(size_t line, const Command& command);
    void commit();
    std::vector<netlink::Refusal> send();
    void refuse(const netlink::Refusal& refusal, std::vector<Pending>& existing);
    void edit_existing(std::vector<Pending>& existing);
    void start_filled(bool all);

    ipvs::Client& client_;
    const std::string& name_;
    const RestoreOutput& output_;
    ipvs::Changes changes_;
    Present present_;
    Touched touched_;
    Kind kind_ = Kind::additions;
    std::vector<Pending> pending_; // one for each message of changes_
    std::vector<Pending> filling_;
    std::vector<std::string_view> words_;
    RepeatedEndpoint service_;
    int status_ = status_done;
};

void Restore::fail(size_t line, const Failure& failure)
{
    if (!status_) status_ = failure.status;
    output_.complain(fmt::format("{}:{}: {}", name_, line, failure.text));
}

Restore::Kind Restore::kind_of(Verb verb)
{
    switch (verb) {
    case Verb::add_service:
    case Verb::add_server:
        return Kind::additions;
    case Verb::edit_service:
    case Verb::edit_server:
        return Kind::edits;
    case Verb::delete_service:
    case Verb::delete_server:
        return Kind::removals;
    default:
        return Kind::others;
    }
}

void Restore::line(const Line& line)
{
    if (line.too_long)
        return fail(line.number,
                    {status_usage, fmt::format("a line of more than {} bytes", longest_line)});
    const auto words = command_words(line.text, words_);
    if (words.empty()) return;
    Command command;
    if (const auto parsed = parse(words, command, service_); !parsed)
        return fail(line.number, parsed.error());
    take(line.number, std::move(command));
}

// Lets the lines so far take effect when this one has to see what became of them.
void Restore::make_way(const Command& command)
{
    const Kind kind = kind_of(command.verb);
    const bool filled_again = command.verb == Verb::add_service &&
                              std::ranges::any_of(filling_, [&](const Pending& pending) {
                                  return pending.command.service.key == command.service.key;
                              });
    const bool others = kind != kind_ && (kind_ == Kind::additions || kind == Kind::others);
    if (others || filled_again)
        settle();
    else if (kind == kind_ && touched_.add(command))
        return;
    else
        commit();
    kind_ = kind;
    touched_.add(command);
}

void Restore::take(size_t line, Command&& command)
{
    make_way(command);
    if (kind_ == Kind::others) return run(line, command);
    auto& pending = pending_.emplace_back(line, std::move(command));
    if (kind_ == Kind::additions) put_addition(pending);
    if (kind_ == Kind::removals) put(changes_, pending.command);
    if (kind_ == Kind::edits && !put_edit(pending)) pending_.pop_back();
    if (pending_.size() >= netlink::Socket::messages_a_send) commit();
}

void Restore::put_addition(Pending& pending)
{
    auto& service = pending.command.service;
    pending.filling =
        pending.command.verb == Verb::add_service && ipvs::counts_all_workers(service.scheduler);
    if (!pending.filling) return put(changes_, pending.command);
    auto idle = service;
    idle.scheduler = ipvs::no_scheduler;
    changes_.add(idle);
}

bool Restore::put_edit(const Pending& pending)
{
    const auto& command = pending.command;
    if (command.verb == Verb::edit_service) {
        const auto service = read_edited_service(client_, command);
        if (service)
            changes_.set(*service);
        else
            fail(pending.line, service.error());
        return service.has_value();
    }
    const auto worker = present_.edited_worker(command);
    if (worker)
        changes_.set(command.service.key, *worker);
    else
        fail(pending.line, worker.error());
    return worker.has_value();
}

void Restore::run(size_t line, const Command& command)
{
    if (command.verb == Verb::list || command.verb == Verb::save) {
        const auto text = show(client_, command);
        return text ? output_.out(*text) : fail(line, text.error());
    }
    if (command.verb == Verb::help || command.verb == Verb::version)
        return output_.out(command.verb == Verb::help ? help_text("ipvsadm") : version_line());
    if (command.verb == Verb::restore)
        return fail(line, {status_refused, "a restore within a restore"});
    if (const auto done = perform(client_, command); !done) fail(line, done.error());
}

// What was not sent at all, because the socket failed, counts as refused with the same words.
std::vector<netlink::Refusal> Restore::send()
{
    auto refusals = client_.commit(changes_);
    changes_.clear();
    if (refusals) return *refusals;
    std::vector<netlink::Refusal> all;
    all.reserve(pending_.size());
    for (size_t i = 0; i < pending_.size(); ++i)
        all.push_back({i, refusals.error().code, refusals.error().text()});
    return all;
}

// Additions of what is there go to `existing`; other refusals are told.
void Restore::refuse(const netlink::Refusal& refusal, std::vector<Pending>& existing)
{
    auto& pending = pending_[refusal.index];
    pending.filling = false;
    if (kind_ == Kind::additions && refusal.code == EEXIST)
        existing.push_back(std::move(pending));
    else
        fail(pending.line, refused(pending.command, refusal.code, refusal.words));
}

void Restore::edit_existing(std::vector<Pending>& existing)
{
    pending_.clear();
    for (auto& pending : existing) {
        auto& verb = pending.command.verb;
        verb = verb == Verb::add_service ? Verb::edit_service : Verb::edit_server;
        if (put_edit(pending)) pending_.push_back(std::move(pending));
    }
    for (const auto& refusal : send())
        fail(pending_[refusal.index].line, refused(pending_[refusal.index].command, refusal.code));
}

void Restore::commit()
{
    std::vector<Pending> existing;
    if (!pending_.empty()) {
        for (const auto& refusal : send()) refuse(refusal, existing);
        for (auto& pending : pending_)
            if (pending.filling) filling_.push_back(std::move(pending));
        present_.changed(kind_ == Kind::removals);
        if (!existing.empty()) edit_existing(existing);
    }
    pending_.clear();
    touched_.clear();
    start_filled(false);
}

// Gives the services that are filled their scheduler: all, or all but the one that lines may still
// be filling. One that the kernel has no scheduler for is taken away again, as if its -A had been
// refused at once.
void Restore::start_filled(bool all)
{
    const size_t count =
        all ? filling_.size() : filling_.size() - std::min<size_t>(1, filling_.size());
    if (!count) return;
    for (size_t i = 0; i < count; ++i) changes_.set(filling_[i].command.service);
    pending_.assign(std::make_move_iterator(filling_.begin()),
                    std::make_move_iterator(filling_.begin() + static_cast<ptrdiff_t>(count)));
    filling_.erase(filling_.begin(), filling_.begin() + static_cast<ptrdiff_t>(count));
    const auto refusals = send();
    for (const auto& refusal : refusals) {
        const auto& pending = pending_[refusal.index];
        fail(pending.line, refused(pending.command, refusal.code, refusal.words));
        changes_.remove(pending.command.service.key);
    }
    if (!refusals.empty()) std::ignore = send();
    pending_.clear();
}

void Restore::settle()
{
    commit();
    start_filled(true);
    present_.forget();
}

} // namespace

int restore(ipvs::Client& client, int fd, const std::string& name, const RestoreOutput& output)
{
    Restore restore(client, name, output);
    const auto read = read_lines(
        fd, name, [&](const Line& line) { restore.line(line); }, [&] { restore.settle(); });
    restore.settle();
    if (!read) output.complain(read.error().text());
    return read ? restore.status() : std::max<int>(restore.status(), status_usage);
}

} // namespace gueway::ipvsadm
