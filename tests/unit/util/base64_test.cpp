// SPDX-License-Identifier: GPL-2.0-only
#include "util/base64.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Base64, VectorsOfRfc4648)
{
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text), bytes);
    }
}

TEST(Base64, RefusesWhatItWouldNotWrite)
{
    for (const char* text : {"Zg", "Zg=", "Z===", "Zh==", "Zm9=", "Zg==Zg==", "Z g=", "Zm9v\n"})
        EXPECT_FALSE(from_base64(text)) << text;
}

} // namespace
} // namespace gueway
