# SPDX-License-Identifier: GPL-2.0-only
# The only front door. `make help` lists what there is.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.SUFFIXES:
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec

B := build
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-8s %s\n' '$(1)' '$(2)')

CXX      := g++
AR       := ar
CLANG    := clang-19
CLANGXX  := clang++-19
BPFTOOL  := PATH=$$PATH:/usr/sbin bpftool
TIDY     := clang-tidy-19
FORMAT   := clang-format-19
CXXFLAGS ?= -O2
WARNINGS := -Wall -Wextra -Werror -Wno-missing-field-initializers
# libstdc++ 12 uses what it deprecates itself, and clang 19 tells us.
for_clang := -Wno-deprecated-declarations
FLAGS    := -std=c++23 -iquote userspace -I$(B)/bpf -I$(B)/include -iquote . -isystem /usr/include/libnl3 $(WARNINGS)

include userspace/nouns.mk
include tools/programs.mk
include tests/fuzz/targets.mk
include setup.mk

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

.PHONY: all
all: programs

# --- nouns -> static libraries, programs, tests -------------------------------------------------

closure = $(sort $(1) $(foreach n,$(1),$(call closure,$($(n)_uses))))
# util before the others, in which the linker would find fmt's error classes too, and take the whole
# object for them: charts, and with them the math library.
util_first = $(filter util,$(1)) $(filter-out util,$(1))
archives = $(foreach n,$(call util_first,$(call closure,$(1))),$(B)/lib/lib$(n).a)
libraries = $(foreach n,$(call closure,$(1)),$($(n)_libs))
objects = $(patsubst %.cpp,$(B)/obj/%.o,$(wildcard $(1)))

define noun_rule
$(B)/lib/lib$(1).a: $(call objects,userspace/$(1)/*.cpp)
endef
$(foreach n,$(nouns),$(eval $(call noun_rule,$(n))))

$(B)/lib/lib%.a:
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D); rm -f $@; $(AR) rcs $@ $^

$(B)/obj/%.o: %.cpp
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D); $(CXX) $(FLAGS) $(CXXFLAGS) -MMD -MP -c $< -o $@

# What most files include is read beforehand, and again when a library has another release (-MD); tools/precompiled.h adds CLI11, tests/precompiled.h
# GoogleTest. Named by its path:
# by name alone the compiler takes the header that it was made of, from -iquote, and says nothing.
precompile = $(Q)mkdir -p $(@D); $(CXX) $(FLAGS) $(1) -MD -MP -x c++-header $< -o $@
# gcc 12 forgets there which headers are the system's, and warns of what it inlines from libstdc++.
not_of_ours = -Wno-array-bounds -Wno-stringop-overread -Wno-stringop-overflow -Wno-restrict
with_precompiled = -Winvalid-pch $(not_of_ours) -include $(B)/precompiled/$(1)/precompiled.h

$(B)/precompiled/userspace/precompiled.h.gch: userspace/precompiled.h Makefile
	$(call say,CXX,$<)
	$(call precompile,$(CXXFLAGS))

define with_userspace
$(B)/obj/$(1)/%.o: $(1)/%.cpp $(B)/precompiled/userspace/precompiled.h.gch
	$$(call say,CXX,$$<)
	$(Q)mkdir -p $$(@D); $$(CXX) $$(FLAGS) $$(CXXFLAGS) $$(call with_precompiled,userspace) -MMD -MP -c $$< -o $$@
endef
$(foreach d,userspace tools bench,$(eval $(call with_userspace,$(d))))
$(B)/obj/tools/%.o: private CXXFLAGS += -O1

# What is there once for each packet, event or service is optimised as is usual; the rest waits for
# others or reads its input once, and compiles a fifth faster so.
hot_nouns := util netlink ipvs plan flow packet filter drops trace probe
$(foreach n,$(filter-out $(hot_nouns),$(nouns)),$(eval $(B)/obj/userspace/$(n)/%.o: private CXXFLAGS += -O1))

# Of CLI11 each file that includes it has much that it does not use, which is compiled nevertheless.
with_cli := $(shell grep -l '<CLI/CLI.hpp>' tools/*/*.cpp)
$(B)/precompiled/tools/precompiled.h.gch $(with_cli:%.cpp=$(B)/obj/%.o): private CXXFLAGS += -O0
$(B)/precompiled/tools/precompiled.h.gch: tools/precompiled.h Makefile
	$(call say,CXX,$<)
	$(call precompile,$(CXXFLAGS))

$(with_cli:%.cpp=$(B)/obj/%.o): $(B)/obj/tools/%.o: tools/%.cpp $(B)/precompiled/tools/precompiled.h.gch
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D); $(CXX) $(FLAGS) $(CXXFLAGS) $(call with_precompiled,tools) -MMD -MP -c $< -o $@

# Tests are compiled once and run once: not optimised, and by clang, which takes less than half of
# gcc's time for them, as templates of the precompiled header are instantiated with it.
TESTFLAGS := -O0 -fpch-instantiate-templates $(for_clang)
$(B)/precompiled/tests/precompiled.pch: tests/precompiled.h Makefile
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D); $(CLANGXX) $(FLAGS) $(TESTFLAGS) -MD -MP -x c++-header $< -o $@

$(B)/obj/tests/%.o: tests/%.cpp $(B)/precompiled/tests/precompiled.pch
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D); $(CLANGXX) $(FLAGS) $(TESTFLAGS) -include-pch $(B)/precompiled/tests/precompiled.pch -MMD -MP -c $< -o $@

# $(1) binary, $(2) sources, $(3) nouns, $(4) extra linker words
define link_rule
$(1): $(call objects,$(2)) $(call archives,$(3))
	$$(call say,LINK,$$@)
	$$(Q)mkdir -p $$(@D); $$(CXX) $$(CXXFLAGS) -Wl,--as-needed $$(filter %.o,$$^) \
	    -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $(call libraries,$(3)) $(4) -o $$@
endef

$(foreach p,$(programs),$(eval $(call link_rule,$(B)/bin/$(p),tools/$(p)/*.cpp,$($(p)_made_of),$($(p)_link))))

# The guest's init runs before any library is there. Debian has no static fmt, so that its objects
# take fmt as headers, which costs every other program two seconds a file.
$(B)/bin/init: $(init_sources:%.cpp=$(B)/static/%.o)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D); $(CXX) $(CXXFLAGS) -static -s $^ -o $@

$(B)/static/%.o: private CXXFLAGS += -O1
$(B)/static/%.o: %.cpp
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D); $(CXX) $(FLAGS) -DFMT_HEADER_ONLY $(CXXFLAGS) -MMD -MP -c $< -o $@

# Those without BPF, which is all that the demo and the benchmarks take: they need no clang.
plain_programs := $(foreach p,$(programs),$(if $(filter probe,$(call closure,$($(p)_made_of))),,$(p)))

.PHONY: programs plain-programs
programs: plain-programs $(programs:%=$(B)/bin/%) $(B)/bin/exact_paths
plain-programs: $(plain_programs:%=$(B)/bin/%) $(B)/bin/init

with_sources = $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard $(1)/*/*.cpp)))))
unit_tests := $(call with_sources,tests/unit)
lab_tests  := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard tests/lab/*/*_test.cpp)))))
test_uses   = $(or $($(1)_test_uses),$(1))
$(foreach t,$(unit_tests),$(eval $(call link_rule,$(B)/tests/unit/$(t),tests/unit/$(t)/*.cpp,$(call test_uses,$(t)),-lgtest_main -lgtest)))
$(foreach t,$(lab_tests),$(eval $(call link_rule,$(B)/tests/lab/$(t),tests/lab/$(t)/*.cpp $($(t)_test_shares),$(call test_uses,$(t)),-lgtest_main -lgtest)))

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# --- programs for the kernel --------------------------------------------------------------------

# An object, and its skeleton: a C header that holds the object and loads it. See
# Documentation/bpf.md. The multiarch directory has the asm/ headers that <linux/bpf.h> wants.
bpf_sources := $(wildcard bpf/*.bpf.c bench/*/*.bpf.c)
bpf_names := $(patsubst %.bpf.c,%,$(notdir $(bpf_sources)))
BPFFLAGS  := -iquote bpf -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
    -idirafter /usr/include/$(shell $(CXX) -dumpmachine 2>/dev/null)

bpf_rule = $(B)/bpf/$(notdir $(1:.bpf.c=.bpf.o)): $(1)
$(foreach s,$(bpf_sources),$(eval $(call bpf_rule,$(s))))
$(bpf_names:%=$(B)/bpf/%.bpf.o):
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D); $(CLANG) $(BPFFLAGS) -MMD -MP -c $< -o $@

$(bpf_names:%=$(B)/bpf/%.skel.h): $(B)/bpf/%.skel.h: $(B)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q){ echo '/* NOLINTBEGIN: generated */'; $(BPFTOOL) gen skeleton $< name $*_bpf; \
	    echo '/* NOLINTEND */'; } >$@

# Before the first compilation says who includes them: the nouns that do, not the rest, so that
# the programs of the demo need no clang.
skeleton_users := $(wildcard userspace/probe/*.cpp userspace/trace/*.cpp tests/lab/probe/*.cpp bench/cost/*.cpp)
$(skeleton_users:%.cpp=$(B)/obj/%.o) $(skeleton_users:%=$(B)/analyze/%.ok): | $(bpf_names:%=$(B)/bpf/%.skel.h)

# --- the doors ----------------------------------------------------------------------------------

# Each door makes its own set-up, then builds in a make of its own: the packages must be there
# before anything is compiled.
needs := need-demo need-check need-bench need-fuzz need-bare
.PHONY: $(needs)
$(needs): need-%:
	@mkdir -p $(B)
	$(call need_packages,$($*_packages))
sub = +$(Q)$(MAKE) --no-print-directory -j$$(nproc)

.PHONY: tools
tools: need-demo ## gsobench, netlab and what they run, with the packages that they take
	$(sub) plain-programs

.PHONY: demo
demo: need-demo ## the incident, unfixed and fixed, on a real kernel: a table and out/demo.html
	$(sub) plain-programs
	$(Q)$(B)/bin/netlab demo --out out --command 'make demo'

.PHONY: demo-fixes
demo-fixes: need-demo ## a running director on an mlx5-class device, mended in three ways: out/demo-fixes.html
	$(sub) plain-programs
	$(Q)$(B)/bin/netlab demo-fixes --out out --command 'make demo-fixes'

matrix_kernels := 5.10 6.1-oldest 6.1 6.1:vulnerable 6.1:patched 6.12 newest
.PHONY: kernels
kernels: need-demo ## which packets each kernel of the catalogue loses: out/kernels.html, Documentation/kernels.md
	$(sub) plain-programs
	$(Q)mkdir -p out; $(B)/bin/gsobench matrix $(matrix_kernels:%=--kernel %) --allow-known \
	    $(if $(RESUME),--resume $(RESUME)) --json out/kernels.json --html out/kernels.html \
	    --markdown Documentation/kernels.md
	$(Q)$(B)/bin/gsobench isolate out/kernels.json
	$(Q)$(B)/bin/gsobench isolate out/kernels.json --with 6.1-oldest --without 6.1 \
	    --bug gso-mtu --bug icmp-pmtu --aside C3 --aside C4

.PHONY: check
check: need-check ## all tests but those on the other kernels; clang-tidy is for lint
	$(Q)tests/check.sh build lint unit host lab

.PHONY: check-all
check-all: need-check ## check, clang-tidy, and the tests on every kernel of the catalogue
	$(Q)tests/check.sh build lint analyze unit host lab kernels

.PHONY: unit
unit: need-check ## the tests that need neither root nor QEMU
	$(sub) unit-tests
	$(Q)tests/check.sh unit

.PHONY: tests unit-tests
unit-tests: $(unit_tests:%=$(B)/tests/unit/%) $(fuzz_targets:%=$(B)/tests/corpus/%)
tests: unit-tests $(lab_tests:%=$(B)/tests/lab/%)

.PHONY: check-bare
check-bare: need-bare ## demo and check in a fresh Debian 12, as root and as an ordinary user
	$(Q)tests/check-bare.sh

.PHONY: bench
bench: need-bench ## userspace costs; tables of IPVS loaded in bulk, of packets, of tracing; out/exact.html, Documentation/exact.md
	$(sub) $(B)/benches/userspace $(B)/benches/bulk $(B)/benches/raw_sender $(B)/benches/cost \
	    $(B)/benches/repair $(B)/bin/exact_paths $(B)/bin/droptrace plain-programs
	$(Q)$(B)/benches/userspace
	$(Q)$(B)/bin/netlab run --timeout 900 --add $(B)/benches/bulk --add $(B)/benches/raw_sender \
	    --add $(B)/bin/directorctl -- bulk
	$(Q)mkdir -p out; $(B)/bin/gsobench exact --smp --json out/exact.json --html out/exact.html \
	    --markdown Documentation/exact.md
	$(Q)$(B)/bin/netlab run --lane exact --timeout 1800 --add $(B)/benches/cost \
	    --add $(B)/bin/droptrace --add @pwru -- cost --pwru
	$(Q)$(B)/bin/netlab run --lane exact --timeout 1800 --add $(B)/benches/repair \
	    --add +kernel/hotfix --add +bench/repair/floor -- repair hotfix tc
	$(Q)$(B)/bin/netlab run --lane exact --timeout 600 --ipvs vulnerable --add $(B)/benches/repair \
	    --add +kernel/hotfix --add +bench/repair/floor -- repair hotfix

$(eval $(call link_rule,$(B)/benches/userspace,bench/userspace/*.cpp,lab flow,-lbenchmark_main -lbenchmark))
$(eval $(call link_rule,$(B)/benches/bulk,bench/bulk/*.cpp,ipvs link report util))
$(eval $(call link_rule,$(B)/benches/cost,bench/cost/*.cpp,trace link report util))
$(eval $(call link_rule,$(B)/benches/repair,bench/repair/*.cpp $(patsubst %,bench/cost/%.cpp,report measure path injector),hotfix mitigate packet link report util))
$(eval $(call link_rule,$(B)/bin/exact_paths,bench/paths/*.cpp bench/cost/path.cpp bench/cost/injector.cpp,hotfix mitigate ipvs packet link util,-lbenchmark))
$(eval $(call link_rule,$(B)/benches/raw_sender,bench/raw_sender/*.cpp,,-lmnl $(directorctl_link)))

FUZZ_SECONDS ?= 10
.PHONY: fuzz
fuzz: need-fuzz ## libFuzzer on what reads others' bytes, FUZZ_SECONDS (10) for each target
	$(sub) --quiet $(fuzz_targets:%=$(B)/fuzz/%)
	$(sub) --keep-going $(fuzz_targets:%=fuzz-%)

.PHONY: $(fuzz_targets:%=fuzz-%)
$(fuzz_targets:%=fuzz-%): fuzz-%: $(B)/fuzz/%
	$(Q)tests/fuzz/run.sh $* $(FUZZ_SECONDS) $($*_covers:%=userspace/%.cpp)

FUZZFLAGS := -O1 -g -fsanitize=fuzzer,address,undefined,float-cast-overflow \
    -fno-sanitize-recover=all -fprofile-instr-generate -fcoverage-mapping $(for_clang)

$(B)/obj-fuzz/%.o: %.cpp
	$(call say,FUZZCXX,$<)
	$(Q)mkdir -p $(@D); $(CLANGXX) $(FLAGS) $(FUZZFLAGS) -MMD -MP -c $< -o $@

define fuzz_rule
$(B)/fuzz/$(1): $(patsubst %.cpp,$(B)/obj-fuzz/%.o,tests/fuzz/$(1).cpp \
    $($(1)_reads:%=userspace/%.cpp) $(wildcard userspace/util/*.cpp))
	$$(call say,LINK,$$@)
	$$(Q)mkdir -p $$(@D); $$(CLANGXX) $(FUZZFLAGS) $$(filter %.o,$$^) $($(1)_libs) -o $$@
endef
$(foreach t,$(fuzz_targets),$(eval $(call fuzz_rule,$(t))))

# The same targets without a fuzzer, for their corpora.
define corpus_rule
$(B)/tests/corpus/$(1): $(call objects,tests/corpus/*.cpp) $(patsubst %.cpp,$(B)/obj/%.o,\
    tests/fuzz/$(1).cpp $($(1)_reads:%=userspace/%.cpp)) $(call archives,util)
	$$(call say,LINK,$$@)
	$$(Q)mkdir -p $$(@D); $$(CXX) $$(CXXFLAGS) $$^ $($(1)_libs) -o $$@
endef
$(foreach t,$(fuzz_targets),$(eval $(call corpus_rule,$(t))))

PREFIX ?= /usr/local
.PHONY: install
install: programs ## into PREFIX (/usr/local), below DESTDIR
	$(Q)install -D -t $(DESTDIR)$(PREFIX)/bin $(addprefix $(B)/bin/,netlab gwflow directorctl droptrace gsobench)
	$(Q)install -D -t $(DESTDIR)$(PREFIX)/lib/gueway $(addprefix $(B)/bin/,init incident repair exact_paths)
	$(Q)ln -sf ../../bin/gwflow ../../bin/directorctl $(DESTDIR)$(PREFIX)/lib/gueway
	$(Q)install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gueway/kernel kernel/inner-mac.cocci
	$(Q)install -D -t $(DESTDIR)$(PREFIX)/share/gueway/kernel/variants kernel/variants/*
	$(Q)for module in hotfix mlx5ish; do \
	    install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gueway/kernel/$$module kernel/$$module/*; done
	$(Q)install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gueway/examples Documentation/examples/*.yaml
	$(Q)install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	$(Q)sed 's|@BINDIR@|$(PREFIX)/bin|' tools/directorctl/directorctl.service \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/directorctl.service
	$(Q)install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,man/man8 bash-completion/completions)
	$(Q)$(B)/bin/directorctl man >$(DESTDIR)$(PREFIX)/share/man/man8/directorctl.8
	$(Q)$(B)/bin/directorctl completion >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/directorctl

# The version is dkms.conf's.
hotfix := gueway-hotfix/$(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' kernel/hotfix/dkms.conf)
.PHONY: install-hotfix
install-hotfix: ## as root: the hotfix module, by DKMS, for the running kernel (KERNEL=RELEASE) and later ones
	$(Q)command -v dkms >/dev/null || { echo "dkms: not found: install package dkms and the kernel's headers"; exit 1; }
	$(Q)install -D -m 644 -t /usr/src/$(subst /,-,$(hotfix)) kernel/hotfix/*
	$(Q)dkms install --force $(hotfix) $(if $(KERNEL),-k $(KERNEL))

# --- keeping it tidy ----------------------------------------------------------------------------

sources := $(wildcard userspace/*/*.cpp tools/*/*.cpp tests/*/*/*.cpp tests/fuzz/*.cpp tests/corpus/*.cpp bench/*/*.cpp)
headers := $(wildcard userspace/*/*.h tools/*.h tools/*/*.h tests/*.h tests/*/*/*.h tests/fuzz/*.h bench/*/*.h)
scripts := $(shell grep -rlE '^\#!.*/(bash|sh)' .ci kernel tests --include=*.sh --include=run 2>/dev/null)
# clang-format knows C++ and C; kernel code keeps the kernel's style.
formatted := $(sources) $(headers) $(wildcard bpf/*.bpf.c bpf/*.h bench/*/*.bpf.c)

.PHONY: format
format: ## rewrite the sources as .clang-format says
	$(Q)$(FORMAT) -i $(formatted)

.PHONY: lint lint-format lint-includes lint-tidy lint-tidy-tests lint-analyze lint-shell lint-headers
lint: need-check ## formatting, clang-tidy, who includes whom, shellcheck, licence lines
	$(sub) lint-format lint-includes lint-shell lint-headers lint-tidy lint-tidy-tests

lint-format:
	$(Q)$(FORMAT) --dry-run -Werror $(formatted)

lint-includes:
	$(Q)awk -f tests/includes.awk userspace/nouns.mk $(wildcard userspace/*/*.h userspace/*/*.cpp)

lint-shell:
	$(Q)shellcheck -x $(scripts)

lint-headers:
	$(Q)missing=$$(grep -L SPDX-License-Identifier $(sources) $(headers) $(scripts) Makefile *.mk \
	    $(wildcard bpf/*.c bpf/*.h bench/*/*.bpf.c kernel/*.cocci)); \
	    [ -z "$$missing" ] || { echo "no SPDX line: $$missing"; exit 1; }

TIDYFLAGS = $(FLAGS) $(for_clang)

# clang-tidy reads each directory once for as long as neither its files nor a header of ours change.
# The tests and the slower analyzer are for `make lint` and `make check-all`.
directories = $(patsubst %/,%,$(sort $(dir $(1))))
tidy_of = $(patsubst %,$(B)/tidy/%.ok,$(call directories,$(1)))
lint-tidy: $(call tidy_of,$(filter-out tests/%,$(sources)))
lint-tidy-tests: $(call tidy_of,$(filter tests/%,$(sources)))
lint-analyze: $(patsubst %,$(B)/analyze/%.ok,$(filter-out tests/% bench/%,$(sources)))

tidy_rule = $(B)/tidy/$(1).ok: $(filter $(1)/%,$(sources))
$(foreach d,$(call directories,$(sources)),$(eval $(call tidy_rule,$(d))))
$(call tidy_of,$(sources)): $(headers) .clang-tidy tests/tidy.sh | $(bpf_names:%=$(B)/bpf/%.skel.h)
	$(call say,TIDY,$(@:$(B)/tidy/%.ok=%))
	$(Q)mkdir -p $(@D); tests/tidy.sh $(CLANGXX) $(TIDY) $(filter %.cpp,$^) -- $(TIDYFLAGS)
	$(Q)touch $@

$(B)/analyze/%.ok: % $(headers) .clang-tidy
	$(call say,ANALYZE,$<)
	$(Q)mkdir -p $(@D); $(TIDY) --quiet --checks='-*,clang-analyzer-*' $< -- $(TIDYFLAGS) >$(@:.ok=.log) 2>/dev/null || { cat $(@:.ok=.log); exit 1; }
	$(Q)touch $@

.PHONY: clean
clean: ## remove build/ and out/; the cache of kernels stays
	$(Q)rm -rf $(B) out
