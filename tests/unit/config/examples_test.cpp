// SPDX-License-Identifier: GPL-2.0-only
// What people copy must work: the examples of the documentation, and those in the table of keys.
#include "config/config.h"
#include "config/document.h"
#include "config/keys.h"

#include <set>

#include <gtest/gtest.h>

namespace gueway {
namespace {

// The tests run in the top directory.
TEST(Examples, PassTheCheck)
{
    size_t seen = 0;
    for (const auto& file : fs::directory_iterator("Documentation/examples")) {
        if (file.path().extension() != ".yaml") continue;
        const auto config = read_config(file.path());
        EXPECT_TRUE(config) << config.error().text();
        ++seen;
    }
    EXPECT_GE(seen, 3U);
}

TEST(ReadConfig, StopsWhereAFileIsTooLarge)
{
    const auto config = read_config("/dev/zero");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().text(), "/dev/zero:1:1: file: more than 4194304 bytes: at most 4 MiB");
}

TEST(Examples, OfKubernetesHasBothVips)
{
    const auto config = read_config("Documentation/examples/kubernetes-api.yaml");
    ASSERT_TRUE(config) << config.error().text();
    std::set<std::string> keys;
    for (const auto& each : config->services) keys.insert(each.service.key.text());
    EXPECT_EQ(keys, (std::set<std::string>{"tcp 198.51.100.101:6443", "tcp [2001:db8::101]:6443"}));
    EXPECT_EQ(config->pools.at(0).workers.size(), 3U);
}

TEST(Keys, HaveHelpAndAnExampleThatIsYaml)
{
    for (const auto* section : sections())
        for (const auto& key : section->keys) {
            EXPECT_TRUE(key.help.ends_with(".")) << key.name;
            const auto text = std::string(key.name) + ": " + std::string(key.example);
            EXPECT_TRUE(read_document(text, "example")) << text;
        }
}

} // namespace
} // namespace gueway
