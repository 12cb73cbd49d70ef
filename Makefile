# Everything a contributor types. `make` by itself lists the targets.

.DEFAULT_GOAL := help
.PHONY: help setup build test check format format-check floors demo bench-engine clean

SWIFT ?= swift
STRICT := --explicit-target-dependency-import-check error
CODE := Sources Tests sample-data Package.swift
JUDGES := .build/judges
PYTHON := $(JUDGES)/bin/python

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the system libraries that are missing (Debian, Ubuntu)
	@.ci/setup

build: setup ## Build the command in release mode
	$(SWIFT) build -c release $(STRICT) --product mapwright

test: setup ## Run every test
	$(SWIFT) test $(STRICT) --disable-xctest

check: format-check floors ## Check the formatting, and who imports whom

format: ## Reformat all Swift code in place
	$(SWIFT) format --in-place --parallel --recursive $(CODE)

format-check:
	$(SWIFT) format lint --strict --parallel --recursive $(CODE)

floors: setup
	$(SWIFT) build --build-tests $(STRICT)

demo: build ## Map the sample region, and score the map against its truth
	.build/release/mapwright map pipelines/buildings.yaml
	.build/release/mapwright evaluate runs/buildings --truth sample-data/truth.geojson

bench-engine: setup $(PYTHON) ## Measure the engine beside onnxruntime and OpenVINO
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench
	$(PYTHON) benchmarks/engine.py

$(PYTHON):
	python3 -m venv $(JUDGES)
	$(PYTHON) -m pip install --quiet numpy onnx==1.22.0 onnxruntime openvino==2026.4.1

clean: ## Remove what was built; runs/ is never touched
	$(SWIFT) package clean
	rm -rf $(JUDGES)
