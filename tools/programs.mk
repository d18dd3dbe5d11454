# SPDX-License-Identifier: GPL-2.0-only
# The programs of tools/, one directory each: the nouns each is made of.

programs := $(notdir $(patsubst %/,%,$(wildcard tools/*/)))

gwflow_uses := flow
netlab_uses := lab topology

# The guest's init runs before any library is there.
init_uses  := guest
init_flags := -static -s
