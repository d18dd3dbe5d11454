// SPDX-License-Identifier: GPL-2.0-only
#include "config/document.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace gueway {

namespace {

Mark from(const YAML::Mark& mark)
{
    return {mark.line + 1, mark.column + 1};
}

// The tags that the library gives to plain and to quoted scalars without a tag of their own.
constexpr std::string_view plain_tag = "?", quoted_tag = "!";

// Builds the tree; what it refuses it throws, which is the only way out of the library's parser.
class Builder : public YAML::EventHandler {
public:
    explicit Builder(const std::string& source) : source_(source) {}
    YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        plain(mark, {}, anchor);
        add({.kind = YamlNode::Kind::null, .mark = from(mark)});
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { no_aliases(mark); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        plain(mark, tag, anchor);
        add({.kind = YamlNode::Kind::scalar,
             .mark = from(mark),
             .text = value,
             .quoted = tag == quoted_tag});
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, YamlNode::Kind::list);
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, YamlNode::Kind::map);
    }
    void OnMapEnd() override
    {
        once_each(*open_.back().node);
        open_.pop_back();
    }
    void OnAnchor(const YAML::Mark& mark, const std::string&) override { no_aliases(mark); }

private:
    // A map that waits for the value of the key it got last, a list, or the document itself.
    struct Open {
        YamlNode* node;
        bool has_key = false;
    };

    [[noreturn]] void refuse(const Mark& mark, const std::string& what, std::string detail,
                             const char* remedy) const
    {
        throw error_at(source_, mark, what, std::move(detail), remedy);
    }
    [[noreturn]] void no_aliases(const YAML::Mark& mark) const
    {
        refuse(from(mark), "YAML", "anchors and aliases are not read", "write the value out");
    }
    void plain(const YAML::Mark& mark, std::string_view tag, YAML::anchor_t anchor) const
    {
        if (anchor != YAML::NullAnchor) no_aliases(mark);
        if (!tag.empty() && tag != plain_tag && tag != quoted_tag)
            refuse(from(mark), "YAML", fmt::format("the tag {} is not read", tag), "leave it out");
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              YamlNode::Kind kind)
    {
        plain(mark, tag, anchor);
        if (open_.size() == deepest_nesting)
            refuse(from(mark), "YAML", fmt::format("nested deeper than {}", deepest_nesting), "");
        if (YamlNode* made = add({.kind = kind, .mark = from(mark)})) open_.push_back({made});
    }

    // Pointers into the tree stay good: only the innermost open node grows.
    YamlNode* add(YamlNode node)
    {
        if (open_.empty()) return &(root_ = std::move(node));
        auto& [parent, has_key] = open_.back();
        if (parent->kind == YamlNode::Kind::list)
            return &parent->items.emplace_back(std::move(node));
        if (has_key) {
            has_key = false;
            // The parser finds out in the next line that there was nothing.
            if (node.kind == YamlNode::Kind::null) node.mark = parent->entries.back().mark;
            return &(parent->entries.back().value = std::move(node));
        }
        add_key(*parent, std::move(node));
        has_key = true;
        return nullptr;
    }

    void add_key(YamlNode& map, YamlNode key) const
    {
        if (key.kind != YamlNode::Kind::scalar)
            refuse(key.mark, "YAML", "a key that is no word", "write KEY: VALUE");
        map.entries.push_back({std::move(key.text), key.mark, {}});
    }

    void once_each(const YamlNode& map) const
    {
        std::vector<const Entry*> sorted;
        sorted.reserve(map.entries.size());
        for (const auto& entry : map.entries) sorted.push_back(&entry);
        std::ranges::stable_sort(sorted, {}, &Entry::key);
        const auto same = std::ranges::adjacent_find(sorted, {}, &Entry::key);
        if (same == sorted.end()) return;
        refuse(same[1]->mark, "key " + same[1]->key,
               fmt::format("it was given in line {} already", same[0]->mark.line),
               "keep one of them");
    }

    const std::string& source_;
    YamlNode root_;
    std::vector<Open> open_;
};

} // namespace

Error error_at(const std::string& source, const Mark& mark, const std::string& what,
               std::string detail, std::string remedy)
{
    return Error{fmt::format("{}:{}:{}: {}", source, mark.line, mark.column, what),
                 {},
                 0,
                 std::move(detail),
                 std::move(remedy)};
}

Result<YamlNode> read_document(std::string_view text, const std::string& source)
{
    if (text.size() > largest_file)
        return error_at(source, {1, 1}, "file", fmt::format("{} bytes are too many", text.size()),
                        fmt::format("at most {} MiB", largest_file >> 20));
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder builder(source);
        parser.HandleNextDocument(builder);
        Builder rest(source);
        if (parser.HandleNextDocument(rest))
            return error_at(source, rest.take().mark, "YAML", "a second document",
                            "one file holds one configuration");
        return builder.take();
    } catch (const YAML::Exception& failed) {
        return error_at(source, from(failed.mark), "YAML", failed.msg);
    } catch (Error& failed) {
        return std::move(failed);
    }
}

} // namespace gueway
