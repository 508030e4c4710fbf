# make demo   fits built-in kernels with Gaussian derivatives, then puts the claims to the test; in the terminal and on pages
# make test   lint, then every test, optimised and with every check of a debug build
# make test-module MODULE=Convolution   the tests of one module, built with nothing but what they need; several names in quotes
# make check   make test, then every test of the release as it is shipped, with the slowest named, and, with fewer cases, of a build without optimisation
# make notebooks   runs every notebook and lists their pages in .build/notebooks/index.html
# make docs   makes the documentation of every module from its sources, in .build/docs
# make trained-network RUN=FOLDER COMMAND="ccnn train …" DATA=FOLDER   adds the network of a finished run to those that come along
# make bench   times training steps and layers beside PyTorch, SciPy and fft-conv-pytorch: prints ratios, writes Benchmarks/results
# make peers-check   has PyTorch compute the scores of every network from an exported file, and compares
# make test-mpi   builds with MPI, and runs ranks of mpirun against one process: training, a lost rank, claims, filters
# make curves   times every algorithm on layers that differ in one quantity and draws the curves of Docs/TensorConvolution.md again
# make fuzz SECONDS=60   runs every reader of files under libFuzzer, that long each
# make soak MINUTES=60   runs commands of every kind in one process for that long, and fails where its memory grows
# make planted-faults   plants the faults of Tests/Faults/list one at a time, and says which the tests do not notice; hours
# make faults TIMES=200   kills and interrupts training that many times at random moments
# make sanitize   runs tests under the address, undefined-behaviour and thread sanitisers
# All install what is missing, build, and do their job. Others: make figures, make format, make clean.

SWIFT ?= swift
SOURCES = Package.swift Sources Tests notebooks-as-scripts Fuzzing
NOTEBOOKS = $(notdir $(wildcard notebooks-as-scripts/[0-9]*))
REPORT ?= .build/report
SECONDS ?= 60
MINUTES ?= 60
TIMES ?= 200
# Where the peers of make bench are installed, and the threads that both sides get.
PEERS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ccnn/peers
THREADS ?= $(shell getconf _NPROCESSORS_ONLN)
# Optimised, as otherwise the tests take minutes; asserts and the checks of unsafe buffers stay.
CHECKED = -Xswiftc -O -Xswiftc -assert-config -Xswiftc Debug -Xcc -O2
# The other builds of make check, beside those that people have in .build.
OTHERS = --scratch-path .build/check
export SWIFT

ifeq ($(shell uname),Darwin)
export PKG_CONFIG_PATH := $(shell brew --prefix lapack)/lib/pkgconfig:$(shell brew --prefix openblas)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.PHONY: demo test test-module check check-release check-debug planted-faults test-mpi docs fuzz soak faults sanitize notebooks figures bench curves peers-check trained-network lint format setup clean

demo: setup
	$(SWIFT) build -c release --product ccnn
	$(SWIFT) run -c release --skip-build ccnn fit --report $(REPORT) --overwrite
	$(SWIFT) run -c release --skip-build ccnn validate --all --stored Docs/Results/claims --report $(REPORT)/claims --overwrite

test: setup lint
	CCNN_STRICT=1 $(SWIFT) build --build-tests $(CHECKED)
	CCNN_STRICT=1 $(SWIFT) test --skip-build $(CHECKED)
	for name in $(NOTEBOOKS); do .build/debug/$$name .build/notebooks-quick/$$name --quick >/dev/null || exit 1; done
	$(SWIFT) run --package-path Tests/Consumer --scratch-path .build/consumer edges

test-module: setup
	@for name in $(or $(MODULE),MODULE); do \
		[ -d Tests/$${name}Tests ] || { \
			echo "make test-module MODULE=NAME: no tests of $$name; NAME is one of $(patsubst Tests/%Tests,%,$(wildcard Tests/*Tests))" >&2; exit 2; }; \
	done
	CCNN_STRICT=1 CCNN_ONLY="$(MODULE)" $(SWIFT) build --build-tests $(CHECKED)
	CCNN_STRICT=1 CCNN_ONLY="$(MODULE)" .ci/tests --skip-build $(CHECKED)

check: test check-release check-debug

check-release: setup
	CCNN_STRICT=1 $(SWIFT) build -c release $(OTHERS) --build-tests -Xswiftc -enable-testing
	CCNN_STRICT=1 .ci/tests -c release $(OTHERS) --skip-build -Xswiftc -enable-testing

check-debug: setup
	CCNN_STRICT=1 $(SWIFT) build $(OTHERS) --build-tests
	CCNN_STRICT=1 CCNN_UNOPTIMIZED=1 $(SWIFT) test $(OTHERS) --skip-build

test-mpi:
	@.ci/setup mpi
	Tests/MPI/run

docs: setup
	.ci/docs .build/docs

planted-faults: setup
	Tests/Faults/run

fuzz: setup
	Fuzzing/run $(SECONDS)

soak: setup
	$(SWIFT) run --package-path Fuzzing --scratch-path .build/soak -c release soak $(MINUTES)

faults: setup
	$(SWIFT) build -c release --build-tests -Xswiftc -enable-testing
	CCNN_FAULTS=$(TIMES) $(SWIFT) test -c release --skip-build -Xswiftc -enable-testing --filter TrainProcessTests

sanitize: setup
	.ci/sanitize

notebooks: setup
	$(SWIFT) build -c release
	for name in $(NOTEBOOKS); do .build/release/$$name .build/notebooks/$$name || exit 1; done
	.build/release/notebook-contents .build/notebooks

bench: setup
	$(SWIFT) build -c release --product ccnn
	for benchmark in networks layers; do \
		python=$$(Benchmarks/peers/environment $(PEERS)) && \
		$$python -B Benchmarks/peers/$$benchmark.py --ccnn .build/release/ccnn --threads $(THREADS) \
			--output Benchmarks/results/$$benchmark-$(THREADS)-threads.json || exit 1; \
	done

curves: setup
	$(SWIFT) build -c release --product ccnn
	Benchmarks/curves .build/release/ccnn $(THREADS) Docs/Figures/Convolution

peers-check: setup
	$(SWIFT) build -c release --product ccnn
	python=$$(Benchmarks/peers/environment $(PEERS)) && \
	$$python -B Benchmarks/peers/exports.py --ccnn .build/release/ccnn --output Benchmarks/results/exports.json

# The figures of the guides, drawn again: those of notebooks, and the modules from the manifest.
figures: notebooks
	cp $(patsubst Docs/Figures/%,.build/notebooks/*/%,$(filter-out %/modules.svg,$(wildcard Docs/Figures/*.svg))) Docs/Figures
	@.ci/setup graphviz
	$(SWIFT) package dump-package | python3 Docs/Figures/modules.py Docs/Figures/modules.svg

trained-network:
	$(SWIFT) run -c release ccnn pack $(RUN)/last.safetensors --trained-by "$(COMMAND)" --data-folder $(DATA) --overwrite

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

setup:
	@.ci/setup

clean:
	rm -rf .build
