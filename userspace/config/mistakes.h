// SPDX-License-Identifier: GPL-2.0-only
// What is wrong with a file, mistake by mistake.
#pragma once

#include "util/result.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace gueway {

// In the order in which they were found. A file that is no configuration at all has a mistake in
// each line: beyond the first few they are only counted.
class Mistakes {
public:
    void add(Error mistake)
    {
        if (first_.size() < most_kept) first_.push_back(std::move(mistake));
        ++count_;
    }
    template <class T>
    void add(Result<T> checked)
    {
        if (!checked) add(std::move(checked).error());
    }

    bool empty() const { return count_ == 0; }
    size_t count() const { return count_; }
    const std::vector<Error>& first() const { return first_; }

private:
    static constexpr size_t most_kept = 20;
    std::vector<Error> first_;
    size_t count_ = 0;
};

} // namespace gueway
