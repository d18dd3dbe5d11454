// SPDX-License-Identifier: GPL-2.0-only
// A director in a namespace of its own, directorctl, and Debian's ipvsadm as second opinion.
#pragma once

#include "link/namespace.h"
#include "tests/assert_ok.h"
#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

#include <memory>
#include <string>

namespace gueway {

class DirectorTest : public testing::Test {
protected:
    void SetUp() override;

    // Leaves the namespace for a fresh one of the same name.
    void renew();
    const Namespace& where() const { return *where_; }

    // In the namespace.
    Outcome in(const Argv& argv) const;
    // The same, of which success is expected; returns what it printed.
    std::string ok(const Argv& argv) const;

    std::string file(const std::string& content) const; // its path
    static Argv command(const std::string& verb, const std::string& file,
                        const Argv& options = {"--yes"});
    Outcome directorctl(const std::string& verb, const std::string& yaml, const Argv& options = {});
    // Applies, which must succeed and leave nothing to do.
    void apply(const std::string& yaml, const Argv& options = {});

    // `ipvsadm -Sn`, sorted: services as the kernel hashes them come in no order.
    std::string saved() const;
    // All that apply changes, by others than us: ipvsadm, ip, /proc. Workers are in the kernel's
    // order, which mh's table depends on.
    std::string everything() const;

private:
    std::string name_;
    std::unique_ptr<Namespace> where_;
    std::unique_ptr<TempDir> files_;
};

} // namespace gueway
