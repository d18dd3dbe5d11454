// SPDX-License-Identifier: GPL-2.0-only
// Pages of trace_pipe_raw as kernel/trace/ring_buffer.c writes them.
#include "drops/trace_page.h"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr const char* header_page = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
                                    "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
                                    "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
                                    "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";
constexpr const char* kfree_skb =
    "name: kfree_skb\nID: 1373\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
    "\tfield:void * location;\toffset:16;\tsize:8;\tsigned:0;\n"
    "\tfield:u8 list[4];\toffset:24;\tsize:4;\tsigned:0;\n"
    "print fmt: \"location=%p\", REC->location\n";

using Bytes = std::vector<uint8_t>;

template <class T>
void put(Bytes& bytes, T value)
{
    const auto at = bytes.size();
    bytes.resize(at + sizeof value);
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

constexpr uint32_t later = 7U << 5; // a time, above the kind

// A record whose length is in its header.
void put_short(Bytes& bytes, uint16_t type, uint64_t location)
{
    constexpr uint32_t data = 24;
    put<uint32_t>(bytes, later | data / 4);
    put<uint16_t>(bytes, type);
    bytes.resize(bytes.size() + 14);
    put(bytes, location);
}

Bytes page(const Bytes& data, uint64_t flags = 0)
{
    Bytes bytes;
    put<uint64_t>(bytes, 0);
    put<uint64_t>(bytes, data.size() | flags);
    bytes.insert(bytes.end(), data.begin(), data.end());
    bytes.resize(4096);
    return bytes;
}

Result<std::vector<TraceRecord>> read(const Bytes& bytes)
{
    return records(bytes, TraceFormat::parse(header_page));
}

TEST(TraceFormat, NamesFieldsAndTheEvent)
{
    const auto event = TraceFormat::parse(kfree_skb);
    EXPECT_EQ(event.id, 1373U);
    EXPECT_EQ(event.field("location").value(), (FieldPlace{16, 8}));
    EXPECT_EQ(event.field("list").value(), (FieldPlace{24, 4}));
    EXPECT_FALSE(event.field("reason"));
    const auto page = TraceFormat::parse(header_page);
    EXPECT_FALSE(page.id);
    EXPECT_EQ(page.field("data")->offset, 16U);
}

TEST(TracePage, HasRecordsInTheirOrder)
{
    Bytes data;
    put_short(data, 1373, 0xffffffff81000010);
    put<uint32_t>(data, later | 30); // the time goes on
    put<uint32_t>(data, 1);
    put<uint32_t>(data, later | 29); // one that was discarded, of 12 bytes
    put<uint32_t>(data, 8);
    put<uint32_t>(data, 0);
    put_short(data, 1373, 0xffffffff81000020);
    put<uint32_t>(data, later); // its length is behind its header, and counts itself
    put<uint32_t>(data, 4 + 24);
    data.resize(data.size() + 16);
    put<uint64_t>(data, 0xffffffff81000030);
    const auto bytes = page(data);
    const auto found = read(bytes);
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_EQ(found->size(), 3U);
    const auto place = TraceFormat::parse(kfree_skb).field("location").value();
    EXPECT_EQ(number_at((*found)[0], {0, 2}), 1373U);
    for (size_t i = 0; i < 3; ++i)
        EXPECT_EQ(number_at((*found)[i], place), 0xffffffff81000010 + 0x10 * i);
}

TEST(TracePage, EndsAtItsPadding)
{
    Bytes data;
    put_short(data, 1373, 1);
    put<uint32_t>(data, 29); // without a time
    put<uint32_t>(data, 0xffffffff);
    const auto bytes = page(data);
    ASSERT_TRUE(read(bytes));
    EXPECT_EQ(read(bytes)->size(), 1U);
}

TEST(TracePage, SaysWhenEventsWereLostOrARecordIsCut)
{
    Bytes data;
    put_short(data, 1373, 1);
    const auto lost = read(page(data, 1U << 31));
    ASSERT_FALSE(lost);
    EXPECT_NE(lost.error().text().find("lost events"), std::string::npos);
    data.resize(data.size() - 4);
    EXPECT_FALSE(read(page(data)));
    EXPECT_FALSE(read(Bytes{}));
    Bytes shorter = page(data);
    shorter.resize(20);
    EXPECT_FALSE(read(shorter));
    EXPECT_EQ(number_at(shorter, {16, 8}), 0U) << "there are but four bytes";
}

TEST(TracePage, SurvivesAnyBytes)
{
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        Bytes data(random() % 64);
        for (auto& byte : data) byte = static_cast<uint8_t>(random());
        const auto bytes = page(data);
        const auto found = read(bytes);
        if (!found) continue;
        for (const auto record : *found) EXPECT_LE(record.size(), data.size());
    }
}

} // namespace
} // namespace gueway
