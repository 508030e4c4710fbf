# make demo   fits built-in kernels and shows what Gaussian derivatives explain of them, in the terminal and on a page
# make test   lint, then every test in debug and in release
# Both install what is missing, build, and do their job. Others: make format, make clean.

SWIFT ?= swift
SOURCES = Package.swift Sources Tests
REPORT ?= .build/report

ifeq ($(shell uname),Darwin)
export PKG_CONFIG_PATH := $(shell brew --prefix lapack)/lib/pkgconfig:$(shell brew --prefix openblas)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.PHONY: demo test lint format setup clean

demo: setup
	$(SWIFT) build -c release --product ccnn
	$(SWIFT) run -c release --skip-build ccnn fit --report $(REPORT)

test: setup lint
	CCNN_STRICT=1 $(SWIFT) build --build-tests
	CCNN_STRICT=1 $(SWIFT) test --skip-build
	CCNN_STRICT=1 $(SWIFT) build -c release --build-tests -Xswiftc -enable-testing
	CCNN_STRICT=1 $(SWIFT) test -c release --skip-build -Xswiftc -enable-testing

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

setup:
	@.ci/setup

clean:
	rm -rf .build
