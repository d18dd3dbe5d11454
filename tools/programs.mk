# SPDX-License-Identifier: GPL-2.0-only
# The programs of tools/, one directory each: the nouns each is made of.

programs := $(notdir $(patsubst %/,%,$(wildcard tools/*/)))

gwflow_made_of := flow
netlab_made_of := lab topology demo
incident_made_of := incident

# The guest's init runs before any library is there.
init_made_of  := guest
init_flags := -static -s
