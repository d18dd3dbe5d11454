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
TIDY     := clang-tidy-19
FORMAT   := clang-format-19
CXXFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror -Wno-missing-field-initializers
# fmt is used as headers: the guest's init is static, and Debian ships fmt only as a shared library.
FLAGS    := -std=c++23 -DFMT_HEADER_ONLY -Iuserspace -I$(B)/bpf -I$(B)/include -isystem /usr/include/libnl3 $(WARNINGS)

include userspace/nouns.mk
include tools/programs.mk

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

.PHONY: all
all: programs

# --- nouns -> static libraries, programs, tests -------------------------------------------------

closure = $(sort $(1) $(foreach n,$(1),$(call closure,$($(n)_uses))))
archives = $(foreach n,$(call closure,$(1)),$(B)/lib/lib$(n).a)
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

# $(1) binary, $(2) sources, $(3) nouns, $(4) extra linker words
define link_rule
$(1): $(call objects,$(2)) $(call archives,$(3))
	$$(call say,LINK,$$@)
	$$(Q)mkdir -p $$(@D); $$(CXX) $$(CXXFLAGS) -Wl,--as-needed $$(filter %.o,$$^) \
	    -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $(call libraries,$(3)) $(4) -o $$@
endef

$(foreach p,$(programs),$(eval $(call link_rule,$(B)/bin/$(p),tools/$(p)/*.cpp,$($(p)_made_of),$($(p)_flags))))
.PHONY: programs
programs: $(programs:%=$(B)/bin/%)

with_sources = $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard $(1)/*/*.cpp)))))
unit_tests := $(call with_sources,tests/unit)
lab_tests  := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard tests/lab/*/*_test.cpp)))))
test_uses   = $(or $($(1)_test_uses),$(1))
$(foreach t,$(unit_tests),$(eval $(call link_rule,$(B)/tests/unit/$(t),tests/unit/$(t)/*.cpp,$(call test_uses,$(t)),-lgtest_main -lgtest)))
$(foreach t,$(lab_tests),$(eval $(call link_rule,$(B)/tests/lab/$(t),tests/lab/$(t)/*.cpp,$(call test_uses,$(t)),-lgtest_main -lgtest)))

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# --- keeping it tidy ----------------------------------------------------------------------------

sources := $(wildcard userspace/*/*.cpp tools/*/*.cpp tests/*/*/*.cpp bench/*.cpp)
headers := $(wildcard userspace/*/*.h tools/*/*.h tests/*/*/*.h)

.PHONY: format
format: ## rewrite the sources as .clang-format says
	$(Q)$(FORMAT) -i $(sources) $(headers) $(wildcard bpf/*.c bpf/*.h)

.PHONY: clean
clean: ## remove build/ and out/; the cache of kernels stays
	$(Q)rm -rf $(B) out
