// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/present.h"

#include "ipvsadm/edit.h"
#include "ipvsadm/perform.h"

namespace gueway::ipvsadm {

std::expected<Present::Service*, Failure> Present::read(const ipvs::ServiceKey& key)
{
    const auto workers = client_.destinations(key);
    if (!workers) return std::unexpected(failed(workers.error()));
    Service service;
    for (const auto& worker : *workers)
        service.workers.insert({{worker.address.bytes, worker.port}, worker});
    return &(services_[key] = std::move(service));
}

ipvs::Destination* Present::Service::find(const Command& command)
{
    for (const auto port : ports_meant(command))
        if (const auto found = workers.find({command.worker.address.bytes, port});
            found != workers.end() && found->second.address.family == command.worker.address.family)
            return &found->second;
    return nullptr;
}

std::expected<ipvs::Destination, Failure> Present::edited_worker(const Command& command)
{
    const auto known = services_.find(command.service.key);
    Service* service = known == services_.end() ? nullptr : &known->second;
    ipvs::Destination* worker = service ? service->find(command) : nullptr;
    if (!worker && (!service || service->stale)) {
        const auto read = this->read(command.service.key);
        if (!read) return std::unexpected(read.error());
        worker = (*read)->find(command);
    }
    if (!worker) return std::unexpected(missing_worker(client_, command));
    auto after = edited(*worker, command);
    if (after) *worker = *after;
    return after;
}

void Present::changed(bool removals)
{
    if (removals) return forget();
    for (auto& [key, service] : services_) service.stale = true;
}

} // namespace gueway::ipvsadm
