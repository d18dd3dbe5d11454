// SPDX-License-Identifier: GPL-2.0-only
// prove.sh must find every other difference than the one that was announced.
#include "util/file.h"
#include "util/process.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

const std::string prove = "kernel/variants/prove.sh";

class Prove : public ::testing::Test {
protected:
    void SetUp() override
    {
        auto directory = TempDir::make();
        ASSERT_TRUE(directory) << directory.error().text();
        root_ = directory->path();
        directory_.emplace(std::move(*directory));
    }

    std::string path(const std::string& name) const { return root_ / name; }

    Outcome outcome(Argv arguments)
    {
        arguments.insert(arguments.begin(), prove);
        auto result = run(arguments);
        EXPECT_TRUE(result) << result.error().text();
        return result ? *result : Outcome{};
    }

    std::optional<TempDir> directory_; // the owner of root_
    fs::path root_;
};

class ProveModule : public Prove {
protected:
    // An object of fixtures/code.c with that difference, or with none.
    std::string object(const std::string& difference = "NONE")
    {
        const auto out = path(difference + ".o");
        const auto compiled = run_ok({"gcc", "-O2", "-c", "-D" + difference,
                                      "tests/unit/kernel/fixtures/code.c", "-o", out});
        EXPECT_TRUE(compiled) << compiled.error().text();
        return out;
    }
};

TEST_F(ProveModule, FindsNoDifferenceWhereThereIsNone)
{
    const auto proof = outcome({"module", object(), object("SAME")});
    EXPECT_EQ(proof.status, 0) << proof.errors;
    EXPECT_EQ(proof.output, "module: of 5 functions these differ: none\n");
}

TEST_F(ProveModule, FunctionsThatOnlyMovedAreTheSame)
{
    const auto proof = outcome({"module", object(), object("LONGER_FIRST"), "first"});
    EXPECT_EQ(proof.status, 0) << proof.errors;
    EXPECT_EQ(proof.output, "module: of 5 functions these differ: first\n");
}

TEST_F(ProveModule, NamesAFunctionThatDiffersToo)
{
    const auto proof = outcome({"module", object(), object("OTHER_HELPER"), "first"});
    EXPECT_EQ(proof.status, 1);
    EXPECT_NE(proof.errors.find("code differs from"), proof.errors.npos) << proof.errors;
    EXPECT_NE(proof.errors.find("in helper\n"), proof.errors.npos) << proof.errors;
}

TEST_F(ProveModule, NamesAFunctionThatDoesNotDiffer)
{
    const auto proof = outcome({"module", object(), object("LONGER_FIRST"), "first", "second"});
    EXPECT_EQ(proof.status, 1);
    EXPECT_NE(proof.errors.find("code does not differ from"), proof.errors.npos) << proof.errors;
    EXPECT_NE(proof.errors.find("in second\n"), proof.errors.npos) << proof.errors;
}

TEST_F(ProveModule, AnotherCalleeIsADifference)
{
    const auto proof = outcome({"module", object(), object("OTHER_CALLEE")});
    EXPECT_EQ(proof.status, 1);
    EXPECT_NE(proof.errors.find("in second\n"), proof.errors.npos) << proof.errors;
}

TEST_F(ProveModule, AnotherConstantIsADifference)
{
    const auto proof = outcome({"module", object(), object("OTHER_DATA")});
    EXPECT_EQ(proof.status, 1);
    EXPECT_NE(proof.errors.find("data differ"), proof.errors.npos) << proof.errors;
}

TEST_F(ProveModule, WhatIsNoModuleIsABadInput)
{
    const auto proof = outcome({"module", prove, prove});
    EXPECT_EQ(proof.status, 2);
    EXPECT_EQ(proof.errors, "prove.sh: " + prove + ": objdump cannot read it: give a module\n");
}

const std::string statement = "add(this);";
const std::string source =
    "int one(void)\n{\n\treturn 0;\n}\n"
    "\n"
    "int\ntwo(int a,\n    int b)\n{\n\tif (a)\n\t\tgo(b);\nout:\n\tdone();\n}\n";

class ProveSource : public Prove {
protected:
    void SetUp() override
    {
        Prove::SetUp();
        for (const std::string tree : {"a", "b"}) {
            ASSERT_TRUE(make_directories(path(tree + "/sub")));
            ASSERT_TRUE(write_file(path(tree + "/sub/same.c"), source));
            ASSERT_TRUE(write_file(path(tree + "/sub/x.c"), source));
        }
    }

    // x.c of tree b becomes the source with `text` put in before each of `places`.
    void change(const std::vector<std::string>& places,
                const std::string& text = "\t" + statement + "\n")
    {
        auto changed = source;
        for (const auto& place : places) changed.insert(changed.find(place), text);
        ASSERT_TRUE(write_file(path("b/sub/x.c"), changed));
    }

    Outcome proof() { return outcome({"source", path("a"), path("b"), statement, "one", "two"}); }

    // Fails, and says `text`.
    void expect_refused(const std::string& text)
    {
        const auto refused = proof();
        EXPECT_EQ(refused.status, 1);
        EXPECT_NE(refused.errors.find(text), refused.errors.npos) << refused.errors;
    }
};

TEST_F(ProveSource, OneLineInEachFunctionIsProven)
{
    change({"\treturn 0", "\tif (a)"});
    const auto proven = proof();
    EXPECT_EQ(proven.status, 0) << proven.errors;
    EXPECT_EQ(proven.output,
              "source: sub/x.c differs by \"add(this);\", once in each of: one two\n");
}

TEST_F(ProveSource, NoDifferenceIsRefused)
{
    expect_refused("no difference");
}

TEST_F(ProveSource, TheSameFunctionTwiceIsRefused)
{
    change({"\tif (a)", "\tdone()"});
    expect_refused("not added exactly once in one");
}

TEST_F(ProveSource, AThirdLineInAKnownFunctionIsRefused)
{
    change({"\treturn 0", "\tif (a)", "\tdone()"});
    expect_refused("not added exactly once in two");
}

TEST_F(ProveSource, AnotherLineIsRefused)
{
    change({"\treturn 0", "\tif (a)"}, "\tadd(that);\n");
    expect_refused("has \"add(that);\" more, in one");
}

TEST_F(ProveSource, ALineTakenOutIsRefused)
{
    change({"\treturn 0", "\tif (a)"});
    auto changed = *read_file(path("b/sub/x.c"));
    changed.erase(changed.find("\tdone();\n"), 9);
    ASSERT_TRUE(write_file(path("b/sub/x.c"), changed));
    expect_refused("lacks the line \"done();\"");
}

TEST_F(ProveSource, ASecondFileThatDiffersIsRefused)
{
    change({"\treturn 0", "\tif (a)"});
    ASSERT_TRUE(write_file(path("b/sub/same.c"), "int other;\n"));
    expect_refused("more than one file differs");
}

TEST_F(ProveSource, AFileOnOneSideOnlyIsRefused)
{
    change({"\treturn 0", "\tif (a)"});
    ASSERT_TRUE(write_file(path("b/sub/new.c"), source));
    expect_refused("more than one file differs");
}

} // namespace
} // namespace gueway
