// SPDX-License-Identifier: GPL-2.0-only
#include "cache_fixture.h"
#include "lab/catalogue.h"
#include "lab/digest.h"
#include "util/json.h"

namespace gueway {
namespace {

Package package(const std::string& name, const std::string& version,
                const std::string& suite = "bookworm")
{
    return {name, version, sha256(name + version), 100, suite};
}

// An ABI of 6.1 with all that belongs to it.
std::vector<Package> whole(const std::string& abi, const std::string& version,
                           const std::string& suite)
{
    return {package("linux-image-" + abi + "-cloud-amd64", version, suite),
            package("linux-image-" + abi + "-cloud-amd64-unsigned", version, suite),
            package("linux-image-" + abi + "-cloud-amd64-dbg", version, suite),
            package("linux-image-" + abi + "-amd64", version, suite),
            package("linux-headers-" + abi + "-cloud-amd64", version, suite),
            package("linux-headers-" + abi + "-common", version, suite),
            package("linux-kbuild-6.1", version, suite),
            package("linux-source-6.1", version, suite)};
}

std::vector<Package> operator+(std::vector<Package> a, const std::vector<Package>& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

const CatalogueRow& row(std::string_view name)
{
    return *find_row(name);
}

TEST(Catalogue, HasTheFiveNames)
{
    EXPECT_EQ(known_names(), "5.10, 6.1, 6.1-oldest, 6.12, newest");
    EXPECT_EQ(find_row("6.2"), nullptr);
}

TEST(Resolve, TakesTheNewestAbiByVersionNotByName)
{
    const auto packages = whole("6.1.0-9", "6.1.27-1", "bookworm") +
                          whole("6.1.0-10", "6.1.38-1", "bookworm-security");
    const auto r = resolve(row("6.1"), packages);
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(r->release, "6.1.0-10-cloud-amd64");
    EXPECT_EQ(r->version, "6.1.38-1");
    ASSERT_EQ(r->packages.size(), 1u);
    EXPECT_EQ(r->packages[0].package, "linux-image-6.1.0-10-cloud-amd64");
    EXPECT_EQ(r->packages[0].suite, "bookworm-security");
    EXPECT_EQ(r->inputs.size(), 4u);
    EXPECT_EQ(r->debug.value_or(Package{}).package, "linux-image-6.1.0-10-cloud-amd64-dbg");
    EXPECT_EQ(r->source.value_or(Package{}), r->inputs.back());
    EXPECT_EQ(r->size(), 100u);
}

// The signed image comes later than headers and source, and sometimes the other way round.
TEST(Resolve, BuildableNeedsAllOfOneVersion)
{
    const auto old = whole("6.1.0-9", "6.1.27-1", "bookworm");
    for (const size_t missing : {0u, 4u, 5u, 6u, 7u}) {
        auto fresh = whole("6.1.0-10", "6.1.38-1", "bookworm-security");
        fresh[missing].version = "6.1.37-1";
        const auto r = resolve(row("6.1"), old + fresh);
        ASSERT_TRUE(r) << r.error().text();
        EXPECT_EQ(r->version, "6.1.27-1") << fresh[missing].package;
    }
}

TEST(Resolve, OldestNeedsNoSource)
{
    const auto packages = whole("6.1.0-9", "6.1.27-1", "bookworm") +
                          std::vector{package("linux-image-6.1.0-8-cloud-amd64", "6.1.25-1")};
    const auto r = resolve(row("6.1-oldest"), packages);
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(r->release, "6.1.0-8-cloud-amd64");
    EXPECT_TRUE(r->inputs.empty());
    EXPECT_FALSE(r->debug);
}

// Its kbuild is called after the ABI, and there is no need of a source.
TEST(Resolve, HeadersAreInputsWhereTheArchiveHasThem)
{
    const std::vector<Package> image = {
        package("linux-image-6.12.95+deb12-cloud-amd64", "6.12.95-1")};
    EXPECT_TRUE(resolve(row("6.12"), image)->inputs.empty());
    const auto r =
        resolve(row("6.12"),
                image + std::vector{package("linux-headers-6.12.95+deb12-cloud-amd64", "6.12.95-1"),
                                    package("linux-headers-6.12.95+deb12-common", "6.12.95-1"),
                                    package("linux-kbuild-6.12.95+deb12", "6.12.95-1")});
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(r->inputs.size(), 3u);
}

std::vector<std::string> versions_of(const std::vector<Package>& packages, const std::string& name)
{
    std::vector<std::string> found;
    for (const auto& one : packages)
        if (one.package == name) found.push_back(one.version);
    return found;
}

// An ABI stays in the archive for longer than kbuild of its version.
TEST(Resolve, KbuildIsTheNearestAtOrAbove)
{
    using Versions = std::vector<std::string>;
    auto old = whole("6.1.0-9", "6.1.27-1", "bookworm");
    old[6].version = "6.1.26-1"; // below: of no use
    EXPECT_TRUE(resolve(row("6.1-oldest"), old)->inputs.empty());
    const std::vector<Package> later = {
        package("linux-kbuild-6.1", "6.1.100-1"), package("linux-kbuild-6.1", "6.1.38-1"),
        package("linux-kbuild-6.1", "6.1.52-1"), package("linux-kbuild-6.12", "6.1.28-1")};
    auto inputs = resolve(row("6.1-oldest"), old + later)->inputs;
    ASSERT_EQ(inputs.size(), 3u);
    EXPECT_EQ(versions_of(inputs, "linux-kbuild-6.1"), Versions{"6.1.38-1"});
    EXPECT_EQ(versions_of(inputs, "linux-headers-6.1.0-9-common"), Versions{"6.1.27-1"});
    old[6].version = "6.1.27-1";
    inputs = resolve(row("6.1-oldest"), old + later)->inputs;
    EXPECT_EQ(versions_of(inputs, "linux-kbuild-6.1"), Versions{"6.1.27-1"});
}

TEST(Resolve, HeadersAreOfTheVeryVersion)
{
    for (const size_t other : {4u, 5u}) {
        auto old = whole("6.1.0-9", "6.1.27-1", "bookworm");
        old[other].version = "6.1.28-1";
        EXPECT_TRUE(resolve(row("6.1-oldest"), old)->inputs.empty()) << old[other].package;
    }
}

TEST(Resolve, KeepsSeriesApart)
{
    const std::vector<Package> packages = {
        package("linux-image-6.1.0-9-cloud-amd64", "6.1.27-1"),
        package("linux-image-6.12-cloud-amd64", "6.12.99-1"), // a meta package
        package("linux-image-cloud-amd64", "6.12.99-1"),      // another
        package("linux-image-6.12.95+deb12-cloud-amd64", "6.12.95-1~bpo12+1", "bookworm-backports"),
        package("linux-image-6.12.95+deb12-rt-amd64", "6.12.99-1", "bookworm-backports")};
    EXPECT_EQ(resolve(row("6.12"), packages)->release, "6.12.95+deb12-cloud-amd64");
}

TEST(Resolve, SplitPackagesGoTogether)
{
    const std::string release = "7.2.13+deb14-cloud-amd64";
    std::vector<Package> packages = {package("linux-image-" + release, "7.2.13-1", "sid"),
                                     package("linux-binary-" + release, "7.2.13-1", "sid"),
                                     package("linux-binary-unsigned-" + release, "7.2.13-1", "sid"),
                                     package("linux-modules-" + release, "7.2.13-1", "sid"),
                                     package("linux-base-" + release, "7.2.13-1", "sid")};
    const auto r = resolve(row("newest"), packages);
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(r->release, release);
    ASSERT_EQ(r->packages.size(), 3u);
    EXPECT_EQ(r->packages[0].package, "linux-binary-" + release);
    EXPECT_EQ(r->packages[1].package, "linux-modules-" + release);
    packages[3].version = "7.2.12-1"; // half published
    EXPECT_FALSE(resolve(row("newest"), packages));
}

// kbuild's programs of sid do not run with this machine's.
TEST(Resolve, LibrariesAreInputsOfARowThatNamesThem)
{
    const std::string abi = "7.2.13+deb14";
    const std::string release = abi + "-cloud-amd64";
    auto packages = std::vector{package("linux-image-" + release, "7.2.13-1", "sid"),
                                package("linux-headers-" + release, "7.2.13-1", "sid"),
                                package("linux-headers-" + abi + "-common", "7.2.13-1", "sid"),
                                package("linux-kbuild-" + abi, "7.2.13-1", "sid")};
    ASSERT_FALSE(row("newest").libraries.empty());
    EXPECT_TRUE(resolve(row("newest"), packages)->inputs.empty());
    for (const auto library : row("newest").libraries) {
        EXPECT_TRUE(is_wanted(row("newest"), library));
        EXPECT_FALSE(is_wanted(row("6.1"), library));
        packages.push_back(package(std::string(library), "2.43-7", "sid"));
        packages.push_back(package(std::string(library), "2.43-10", "sid"));
    }
    const auto inputs = resolve(row("newest"), packages)->inputs;
    EXPECT_EQ(inputs.size(), 3 + row("newest").libraries.size());
    EXPECT_EQ(versions_of(inputs, "libc6"), std::vector<std::string>{"2.43-10"});
}

TEST(Resolve, NothingIsAnErrorThatNamesKernelAndSuites)
{
    const auto r = resolve(row("6.1"), {});
    ASSERT_FALSE(r);
    EXPECT_NE(r.error().text().find("kernel 6.1"), std::string::npos);
    EXPECT_NE(r.error().text().find("bookworm-security"), std::string::npos);
}

class RecordTest : public WithCache {};

TEST_F(RecordTest, RemembersEachName)
{
    EXPECT_TRUE(recorded()->empty());
    auto one = resolve(row("6.1"), whole("6.1.0-9", "6.1.27-1", "bookworm")).value();
    ASSERT_TRUE(record(one));
    auto other = one;
    other.name = "6.1-oldest";
    other.inputs.clear();
    other.debug.reset();
    other.source.reset();
    ASSERT_TRUE(record(other));
    EXPECT_EQ(recorded()->at("6.1"), one);
    EXPECT_EQ(recorded()->at("6.1-oldest"), other);
    // Found without asking any archive.
    EXPECT_EQ(find_resolution("6.1").value(), one);
    one.version = "6.1.28-1";
    ASSERT_TRUE(record(one));
    EXPECT_EQ(recorded()->at("6.1").version, "6.1.28-1");
}

TEST_F(RecordTest, OfEarlierProgramsHasNoSource)
{
    auto one = resolve(row("6.1"), whole("6.1.0-9", "6.1.27-1", "bookworm")).value();
    auto json = to_json(Record{{one.name, one}});
    json.at("kernels").at(0).erase("source");
    one.source.reset();
    EXPECT_EQ(record_from_json(json).at("6.1"), one);
}

TEST_F(RecordTest, DamagedIsAsGoodAsNone)
{
    ASSERT_TRUE(record(resolve(row("6.1"), whole("6.1.0-9", "6.1.27-1", "bookworm")).value()));
    const auto text = read_file(cache() / "catalogue.json").value();
    for (const auto& damaged :
         {std::string(), text.substr(0, text.size() / 2), "{" + text, std::string("[]"),
          std::string(R"({"schema": "gueway.catalogue/1", "kernels": [{
                                    "name": "6.1", "release": "r", "version": "v",
                                    "packages": [], "inputs": [], "debug": null}]})"),
          std::string("{\"schema\": 7}")}) {
        ASSERT_TRUE(write_file(cache() / "catalogue.json", damaged));
        ASSERT_TRUE(recorded());
        EXPECT_TRUE(recorded()->empty()) << damaged;
    }
}

TEST_F(RecordTest, UnknownNameListsTheKnown)
{
    const auto r = find_resolution("6.2");
    ASSERT_FALSE(r);
    EXPECT_NE(r.error().text().find("\"6.2\""), std::string::npos);
    EXPECT_NE(r.error().text().find(known_names()), std::string::npos);
}

} // namespace
} // namespace gueway
