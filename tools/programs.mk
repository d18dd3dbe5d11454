# SPDX-License-Identifier: GPL-2.0-only
# The programs of tools/, one directory each: the nouns each is made of.

programs := $(filter-out init,$(notdir $(patsubst %/,%,$(wildcard tools/*/))))

gwflow_made_of := flow
netlab_made_of := lab topology demo
incident_made_of := incident
repair_made_of := incident hotfix
gsobench_made_of := matrix lab exact
directorctl_made_of := ipvs ipvsadm director worker hotfix mitigate doctor
droptrace_made_of := trace verdict

# Called in scripts a thousand times over: without the shared C++ library it starts in half the time,
# and at a fixed address, where nothing needs relocating, in half of that again (make bench).
directorctl_link := -static-libstdc++ -static-libgcc -no-pie

# The guest's init is static: its sources, not its nouns.
init_sources := $(wildcard tools/init/*.cpp userspace/guest/*.cpp userspace/util/*.cpp) \
    userspace/lab/protocol.cpp
