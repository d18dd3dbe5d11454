// SPDX-License-Identifier: GPL-2.0-only
// A command line taken apart into options and their arguments, as popt(3) does it for ipvsadm.
// Knows no option: the grammar says which of them take an argument.
#pragma once

#include "ipvsadm/options.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace gueway::ipvsadm {

// Walks over the words, short options in one word included.
class Words {
public:
    struct Option {
        std::string_view name; // empty: it is `letter`
        char letter = 0;
        std::string text() const
        {
            return name.empty() ? fmt::format("-{}", letter) : fmt::format("--{}", name);
        }
    };

    explicit Words(std::span<const std::string_view> words) : words_(words) {}

    // The next option; words that are none are kept apart on the way.
    std::optional<Option> next()
    {
        value_.reset();
        if (!letters_.empty()) return letter();
        while (at_ < words_.size()) {
            const auto word = words_[at_++];
            if (options_ended_ || word.size() < 2 || word[0] != '-') {
                if (plain_count_ < plain_.size()) plain_[plain_count_] = word;
                ++plain_count_;
            } else if (word == "--") {
                options_ended_ = true;
            } else if (word[1] != '-') {
                letters_ = word.substr(1);
                return letter();
            } else {
                const size_t equals = word.find('=');
                if (equals != std::string_view::npos) value_ = word.substr(equals + 1);
                return Option{
                    word.substr(2, equals == std::string_view::npos ? equals : equals - 2)};
            }
        }
        return {};
    }

    // The argument of the option that next() told, if there is one.
    std::optional<std::string_view> argument(Takes takes)
    {
        if (value_) return value_;
        if (!letters_.empty()) {
            if (letters_[0] == '=') letters_.remove_prefix(1);
            return std::exchange(letters_, {});
        }
        if (at_ == words_.size()) return {};
        if (takes == Takes::perhaps && words_[at_].starts_with('-')) return {};
        return words_[at_++];
    }

    // --name=value of an option that takes none.
    bool has_value() const { return value_.has_value(); }

    // The words that are no options, once next() has said that there are no more.
    size_t plain_count() const { return plain_count_; }
    std::string_view plain(size_t index) const { return plain_[index]; }

private:
    Option letter()
    {
        const char first = letters_[0];
        letters_.remove_prefix(1);
        return {{}, first};
    }

    std::span<const std::string_view> words_;
    size_t at_ = 0;
    std::string_view letters_; // the rest of a word of short options
    std::optional<std::string_view> value_;
    bool options_ended_ = false;
    std::array<std::string_view, 4> plain_; // --set takes three: a fourth is one too many
    size_t plain_count_ = 0;
};

} // namespace gueway::ipvsadm
