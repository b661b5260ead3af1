# A thin front for CMake: what is meant is in CMakeLists.txt, ci/presets and ci/build. `make help`
# tells.
CLANG := $(shell ci/newest-clang)
ifeq ($(origin CC),default)
CC := $(CLANG)
endif
BUILD ?= dev
TESTS ?= .
TARGETS ?=
TIME ?= 60
JOBS ?= $(shell nproc)
SEED ?=
DEFECT ?=
SAN ?= rotate
ENGINE ?=
MUTATOR ?=
CORPUS ?=
FINDINGS ?= build/findings
GO ?=
GOBUILD ?= plain
KNOWN ?= pass
FROM ?=
INTO ?=
READER ?=
VERSIONS ?=
RUNS ?= 10
DEFECTS ?=
SEEDS ?= 20
ENGINES ?=
MUTATORS ?=
COMMIT ?=
SYMBOLIZER := $(firstword $(shell command -v $(CLANG:clang%=llvm-symbolizer%) llvm-symbolizer))
export TRACER_FUZZ_SYMBOLIZER ?= $(SYMBOLIZER)
export CC JOBS
# What the scripts and tools that we call write stays in the build folder, too.
export TMPDIR := $(CURDIR)/build/temporary
$(shell mkdir -p '$(TMPDIR)')

presets_rotate := asan tsan annotations
presets_asan := asan
presets_tsan := tsan
presets_annotations := annotations
presets_none := libfuzzer
pass = $(if $($(1)),--$(2)='$($(1))')

.PHONY: all test fuzz fuzz-go fuzz-merge conformance corpus-min coverage readers bench \
	bench-shrink bench-defects bench-since prove tidy help clean bootstrap
all: bootstrap
	@ci/build $(BUILD)

# Everything in dev; and in the builds with sanitizers what they may judge differently:
# ThreadSanitizer alone catches the race canaries, each in the one of its two builds that judges it.
test: all
	@ci/toolchains --wanted | awk -F '\t' \
		'$$2 ~ /^missing/ { print "skipped    Go " $$1 ", " $$2; next } \
		{ here = here " " $$2 } END { print "toolchains" (here == "" ? " none" : here) }'
	@ci/build asan && ci/build tsan && ci/build annotations
	@echo "tests      $(BUILD)" && cd build/$(BUILD) && \
		ctest --output-on-failure --no-tests=error -j$(JOBS) -R '$(TESTS)'
	@for preset in asan tsan annotations; do \
		echo "tests      $$preset"; \
		(cd build/$$preset && ctest --output-on-failure -j$(JOBS) -R '$(TESTS)' \
			-LE 'style|proof') || exit 1; \
	done

# A finding is exit status 1 of `rut fuzz`; make itself turns every failure into its own 2.
fuzz: bootstrap
	@ci/build dev rut_tool
	@for preset in $(presets_$(SAN)); do \
		tool=rut_tool; [ $$preset != libfuzzer ] || tool=; \
		ci/build $$preset fuzz_targets $$tool || exit 3; \
	done
	@build/dev/bin/rut fuzz --time=$(TIME) --jobs=$(JOBS) --san=$(SAN) \
		--findings='$(FINDINGS)' $(call pass,ENGINE,engine) $(call pass,MUTATOR,mutator) \
		$(call pass,TARGETS,targets) $(call pass,SEED,seed) \
		$(call pass,DEFECT,defect) $(call pass,CORPUS,corpus)

# GO is one toolchain here and not, as for the scripts, all that there are: another one may have
# the reader.
fuzz-go: bootstrap
	@ci/build dev rut_tool
	@env -u GO build/dev/bin/rut go fuzz --time=$(TIME) --jobs=$(JOBS) --build=$(GOBUILD) \
		--known=$(KNOWN) --findings='$(FINDINGS)' $(call pass,GO,go) \
		$(call pass,SEED,seed) $(call pass,CORPUS,corpus)

conformance: bootstrap
	@ci/build dev rut_tool
	@env -u GO build/dev/bin/rut go conformance --runs=$(RUNS) $(foreach go,$(GO),--go='$(go)')

corpus-min: bootstrap
	@FROM='$(FROM)' INTO='$(INTO)' ci/corpus-min '$(if $(TARGETS),$(TARGETS),fuzz_*)'

fuzz-merge: bootstrap
	@FROM='$(FROM)' INTO='$(INTO)' ci/fuzz-merge '$(if $(TARGETS),$(TARGETS),fuzz_*)'

coverage: bootstrap
	@ci/coverage '$(if $(TARGETS),$(TARGETS),fuzz_* race_*)'

readers: bootstrap
	@READER='$(subst ','\'',$(READER))' VERSIONS='$(VERSIONS)' ci/readers

bench: bootstrap
	@ci/build dev rut_tool
	@build/dev/bin/rut bench

bench-shrink: bootstrap
	@ci/build dev rut_tool
	@ci/bench-shrink

bench-since: bootstrap
	@ci/bench-since $(COMMIT)

# Trials rotate the builds that judge, as users do.
bench-defects: bootstrap
	@ci/build dev rut_tool
	@for preset in $(presets_rotate); do ci/build $$preset fuzz_targets rut_tool || exit 3; done
	@build/dev/bin/rut bench-defects --seeds=$(SEEDS) --jobs=$(JOBS) \
		--time=$(if $(filter file,$(origin TIME)),120,$(TIME)) \
		$(call pass,DEFECTS,defects) $(call pass,ENGINES,engines) \
		$(call pass,MUTATORS,mutators)

prove_damaged = env COUNT=2000 targets/oracle/tests/damaged_$(1) \
	build/dev/tests/oracle.test_damaged_$(1)

prove: bootstrap
	@ci/prove/hooks
	@ci/prove/annotations
	@ci/prove/orders
	@ci/prove/worlds
	@ci/prove/determinism
	@ci/build dev
	@for proof in 'ci/prove/go-accepts build/dev/bin/rut' \
		'$(call prove_damaged,traces)' '$(call prove_damaged,v1_traces)' \
		'env SEEDS=300 ci/prove/go-story build/dev/bin/rut' ci/prove/go-driver \
		'env TIME=120 ci/prove/go-reader' \
		'ci/prove/pictures build/dev/bin/rut'; do \
		$$proof || [ $$? -eq 77 ] || exit 1; \
	done

tidy: bootstrap
	@ci/build dev tidy
	@build/dev/bin/tidy && ci/tidy/format && ci/tidy/lint

bootstrap:
	@ci/bootstrap

clean:
	@rm -rf build

help:
	@cat ci/help.txt
