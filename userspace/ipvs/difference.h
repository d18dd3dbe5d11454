// SPDX-License-Identifier: GPL-2.0-only
// From the state that is to the state that is wanted: what differs, and in which order to change it
// so that a service is never without the workers that it keeps. Pure: nothing here asks a kernel.
#pragma once

#include "ipvs/client.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway::ipvs {

struct DifferenceOptions {
    bool remove_services = true; // those that are not wanted; else they are left as they are
    bool weights = true;         // false: a worker that is there keeps its weight
};

struct WorkerEdit {
    Destination before, after;
};

// The kernel takes all settings of a worker at once. Puts into each edit, of the workers as they
// are `now`, the weight and thresholds that it does not mean to change: somebody else may have set
// them since `before`.
void rebase(std::vector<WorkerEdit>& edits, const std::vector<Destination>& now);

// One service. Lists of workers are in the order in which they are to be changed.
struct ServiceDifference {
    enum class Kind : uint8_t { same, add, set, remove };
    Kind kind = Kind::same;
    Service before; // as it is: of same, set and remove
    Service after;  // as it is wanted: of same, add and set
    std::vector<Destination> add;
    std::vector<WorkerEdit> set;
    std::vector<Destination> remove; // none of a service that goes as a whole
    std::vector<WorkerEdit> drifted; // the weight differs and is left alone; the rest is in `set`

    const ServiceKey& key() const { return kind == Kind::add ? after.key : before.key; }
    // Nothing to do; what has drifted does not count.
    bool empty() const
    {
        return kind == Kind::same && add.empty() && set.empty() && remove.empty();
    }
};

struct Difference {
    std::vector<ServiceDifference> services; // wanted ones as wanted, then those to be removed
    bool empty() const;
};

// Both sides have each service, and each worker of a service, once (of more, the first counts).
// Orders do not count as a difference; but a service made anew is filled so that the kernel then
// lists its workers as `wanted` does, since mh's table depends on that.
Difference difference(const std::vector<ServiceState>& wanted,
                      const std::vector<ServiceState>& present,
                      const DifferenceOptions& options = {});

// Whether the scheduler makes something anew of all workers each time one is added (ip_vs_mh.c,
// _sh.c, _dh.c and _wrr.c, add_dest): a new service is then filled without a scheduler.
bool counts_all_workers(std::string_view scheduler);

// One message. The pointers point into the Difference, which must outlive it; `worker` is null
// where the service itself is changed.
//   add_idle_service  adds it without a scheduler, which start_service gives it once its workers
//   are there (see counts_all_workers): mh then makes its table once instead of once a worker
struct Step {
    enum class Action : uint8_t {
        add_service,
        add_idle_service,
        start_service,
        set_service,
        add_worker,
        set_worker,
        remove_worker,
        remove_service
    };
    Action action = Action::add_service;
    const Service* service = nullptr;
    const Destination* worker = nullptr;

    std::string object() const; // for errors: "service tcp 198.51.100.150:80: worker 10.0.0.1:80"
    std::string operation() const; // "add", "edit", ...
};

// Everything that adds first, what edits next, what removes workers then, and services last.
std::vector<Step> steps(const Difference& difference);

// Appends the step's message.
void put(Changes& changes, const Step& step);

} // namespace gueway::ipvs
