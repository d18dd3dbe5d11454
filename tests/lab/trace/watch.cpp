// SPDX-License-Identifier: GPL-2.0-only
#include "watch.h"

namespace gueway {

Watch::Watch(SessionOptions options)
{
    options.ready = [this](const Collector&) -> Result<void> {
        ready_.set_value();
        return {};
    };
    session_ = std::async(std::launch::async, [this, options] {
        auto report = run_session(options, stopped_);
        if (!report) ready_.set_value(); // it was not: nobody else ends the wait
        return report;
    });
    ready_.get_future().wait();
}

Watch::~Watch()
{
    stopped_ = true;
}

DropReport Watch::wait()
{
    auto report = session_.get();
    if (!report) ADD_FAILURE() << report.error().text();
    return report ? std::move(*report) : DropReport{};
}

DropReport Watch::stop()
{
    stopped_ = true;
    return wait();
}

} // namespace gueway
