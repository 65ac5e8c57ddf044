# SPDX-License-Identifier: GPL-2.0
# flatmap: `make help` lists what can be made.

# The kernel to build for: the running one, else the newest whose headers are installed.
KDIR ?= $(or $(wildcard /lib/modules/$(shell uname -r)/build),$(lastword \
	$(shell printf '%s\n' /lib/modules/*/build | sort -V)))

KERNEL ?= stock
MEM ?= 2G
LIMIT ?= 300
BASELINE ?= kunit/bench/baseline.json
guest := kunit/guest

# RUN is for a shell, so make must not expand it; and nothing of one command line is meant for other makefiles.
override RUN := $(value RUN)
unexport RUN FILES KERNEL MEM LIMIT SECONDS
MAKEOVERRIDES :=

.PHONY: all module userspace help run test guest model mutants explore weak torture load check clean \
	burst bench bench-check bench-compare bench-baseline bench-simd bench-native

all: module userspace

module:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

userspace:
	$(MAKE) -C userspace

help:
	@echo 'make            flatmap.ko for KDIR ($(KDIR)), the library and flatmapctl'
	@echo 'make run        a guest with flatmap.ko loaded: a shell, or without a terminal the demonstration'
	@echo 'make test       every test, in guests'
	@echo 'make test KERNEL=kcsan'
	@echo '                the suites and a minute of torture in a kernel that watches for data races'
	@echo "make guest RUN='commands' [FILES='a b'] [KERNEL=stock|debug] [MEM=2G] [LIMIT=300]"
	@echo '                these commands in a guest with flatmap.ko loaded, these files in its working directory'
	@echo 'make torture [SECONDS=60] [KERNEL=uml|debug|kcsan|stock]'
	@echo '                everything at once, in every context, checked for linearizability'
	@echo 'make model      search every state of small models of the protocols, and of mutants, with Spin'
	@echo 'make explore [PREEMPTIONS=3] [SCENARIO=name|list] [WITHOUT=STEP] [REPLAY=...]'
	@echo '                small scenarios under all schedules of their threads, in userspace'
	@echo 'make weak [SECONDS=4] [SEED=n] [SCENARIO=name] [BARRIER=mcas.c] [RELAX=mcas.c:230] [REPLAY=...]'
	@echo '                these scenarios in weak memory, and what fails without each barrier'
	@echo 'make mutants [STEP=name]'
	@echo '                leave each step of the protocol out in turn: explore or torture must notice'
	@echo "make mutants [SAMPLE=40 SEED=1] [KIND=relation] [FILE=table.c] [FUNCTION=fm_write] [PREEMPTIONS='1 2'] [KUNIT=10]"
	@echo '                make one-line faults, each in turn: explore or, for so many that it does not notice, the'
	@echo '                suites must notice'
	@echo 'make bench [QUICK=1]'
	@echo '                race flatmap against rhashtable, hlist + RCU, the xarray and the BPF hashes: tables, what it'
	@echo '                must show, and a page with plots, .build/bench.html; QUICK=1 for three minutes'
	@echo '                [BENCH_SHAPES="8+8 16+48" BENCH_ENTRIES="65536 1000000" BENCH_LANES=flatmap,rhashtable,line'
	@echo '                BENCH_ROUNDS=11, and more that kunit/bench/run tells]'
	@echo 'make bench-check [QUICK=1]'
	@echo '                the same; fails if it does not show what it must'
	@echo 'make bench-compare [BASELINE=$(BASELINE)]'
	@echo '                which cells of the last run moved beyond the noise since the baseline was stored, by a rank test'
	@echo 'make bench-baseline [BASELINE=...]'
	@echo '                store the last run as baseline'
	@echo 'make bench-simd time lookups in batches with each set of instructions, with and without the FPU section, and'
	@echo '                draw it [BENCH_ENTRIES=1000000 BENCH_ROUNDS=21]'
	@echo 'make bench-native [QUICK=1]'
	@echo '                the race of flatmap, rhashtable and hlist + RCU compiled for userspace, with no kernel in it'
	@echo '                [BENCH_... as for bench]'
	@echo 'make burst [KERNEL=uml|stock|debug] [ENTRIES=1000000]'
	@echo '                how many of so many inserts from contexts that cannot wait are refused, by flatmap and by others'
	@echo 'make load [ENTRIES=100000000] [MEM=16G]'
	@echo '                load so many entries at native speed, and look samples up'
	@echo 'make check      checkpatch, sparse, W=1, kernel-doc, gcc -Werror'
	@echo ''
	@echo 'A change to the core must pass explore, weak and mutants in their full form: .github/CONTRIBUTING.md'
	@echo ''
	@echo 'make clean      remove what was built here; downloads and kernels stay in ~/.cache/flatmap'

run:
	@$(guest)/run

test:
	@$(guest)/$(if $(filter kcsan,$(KERNEL)),kcsan,test)

guest: export GUEST_RUN := $(RUN)
guest: export GUEST_FILES := $(FILES)
guest: export GUEST_KERNEL := $(KERNEL)
guest: export GUEST_MEM := $(MEM)
guest: export GUEST_LIMIT := $(LIMIT)
guest:
	@$(guest)/guest

# Only what stands on the command line counts: a shell may have a SECONDS of its own.
given = $(if $(filter command,$(origin $(1))),$($(1)),$(2))
torture:
	@kunit/torture/run '$(call given,SECONDS,60)' '$(call given,KERNEL,uml)'

model:
	@kunit/models/run

# A choice among one-line faults, or else the steps.
faults = $(foreach name,KIND FILE FUNCTION SAMPLE SEED PREEMPTIONS KUNIT,$(if $(call given,$(name)),$(name)='$(call given,$(name))'))

weak:
	@kunit/explore/weak SECONDS='$(call given,SECONDS,4)' \
		$(foreach name,SEED SCENARIO BARRIER REPLAY RELAX,$(if $($(name)),$(name)='$($(name))'))

mutants:
	@$(if $(strip $(faults)),kunit/mutants/faults $(faults),kunit/mutants/run $(call given,STEP))

bench:
	@kunit/bench/run

bench-check: bench
	@kunit/bench/report/check.py .build/bench.json

bench-compare:
	@$(guest)/setup python3-scipy
	@kunit/bench/report/baseline.py compare .build/bench.json '$(BASELINE)'

bench-baseline:
	@kunit/bench/report/baseline.py store .build/bench.json '$(BASELINE)'

bench-simd:
	@kunit/bench/run-simd

bench-native:
	@kunit/bench/native/run

burst:
	@kunit/burst/run '$(call given,KERNEL,uml)' '$(call given,ENTRIES,1000000)'

load:
	@kunit/load/run '$(call given,ENTRIES,100000000)' '$(call given,MEM,16G)'

explore:
	@kunit/explore/run $(foreach name,PREEMPTIONS SCENARIO WITHOUT REPLAY,$(if $($(name)),$(name)='$($(name))'))

check:
	@$(guest)/check

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C userspace clean
	rm -rf .build
