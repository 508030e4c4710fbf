# make demo   fits built-in kernels with Gaussian derivatives, then puts the claims to the test; in the terminal and on pages
# make test   lint, then every test in debug and in release
# make notebooks   runs every notebook and lists their pages in .build/notebooks/index.html
# make docs   makes the documentation of every module from its sources, in .build/docs
# make trained-network RUN=FOLDER COMMAND="ccnn train …" DATA=FOLDER   adds the network of a finished run to those that come along
# make bench   times training steps and layers beside PyTorch, SciPy and fft-conv-pytorch: prints ratios, writes Benchmarks/results
# make curves   times every algorithm on layers that differ in one quantity and draws the curves of Docs/TensorConvolution.md again
# make fuzz SECONDS=60   runs every reader of files under libFuzzer, that long each
# All install what is missing, build, and do their job. Others: make figures, make format, make clean.

SWIFT ?= swift
SOURCES = Package.swift Sources Tests notebooks-as-scripts Fuzzing
NOTEBOOKS = $(notdir $(wildcard notebooks-as-scripts/[0-9]*))
REPORT ?= .build/report
SECONDS ?= 60
# Where the peers of make bench are installed, and the threads that both sides get.
PEERS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ccnn/peers
THREADS ?= $(shell getconf _NPROCESSORS_ONLN)

ifeq ($(shell uname),Darwin)
export PKG_CONFIG_PATH := $(shell brew --prefix lapack)/lib/pkgconfig:$(shell brew --prefix openblas)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.PHONY: demo test docs fuzz notebooks figures bench curves trained-network lint format setup clean

demo: setup
	$(SWIFT) build -c release --product ccnn
	$(SWIFT) run -c release --skip-build ccnn fit --report $(REPORT)
	$(SWIFT) run -c release --skip-build ccnn validate --all --stored Docs/Results/claims --report $(REPORT)/claims

test: setup lint
	CCNN_STRICT=1 $(SWIFT) build --build-tests
	CCNN_STRICT=1 $(SWIFT) test --skip-build
	CCNN_STRICT=1 $(SWIFT) build -c release --build-tests -Xswiftc -enable-testing
	CCNN_STRICT=1 $(SWIFT) test -c release --skip-build -Xswiftc -enable-testing
	for name in $(NOTEBOOKS); do .build/release/$$name .build/notebooks-quick/$$name --quick >/dev/null || exit 1; done
	$(SWIFT) run --package-path Tests/Consumer --scratch-path .build/consumer edges

docs: setup
	.ci/docs .build/docs

fuzz: setup
	Fuzzing/run $(SECONDS)

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

# The figures of the guides, drawn again.
figures: notebooks
	cp $(patsubst Docs/Figures/%,.build/notebooks/*/%,$(wildcard Docs/Figures/*.svg)) Docs/Figures

trained-network:
	$(SWIFT) run -c release ccnn pack $(RUN)/last.safetensors --trained-by "$(COMMAND)" --data-folder $(DATA)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

setup:
	@.ci/setup

clean:
	rm -rf .build
