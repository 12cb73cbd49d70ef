# Everything a contributor types. `make` by itself lists the targets.

.DEFAULT_GOAL := help
.PHONY: help setup judges openvino build view view-build test-view pictures bench-view test test-full test-stores test-openvino judge-openvino test-release sanitize check format format-check floors fuzz demo train-foundational bench-engine bench-quantized bench-naive bench-pipeline bench-warping bench-seams bench-country bench-slices bench-footprints bench-formats bench-openvino bench-real chaos chaos-quick chaos-build test-slurm clean

SWIFT ?= swift
CLANG := $(dir $(realpath $(shell command -v $(SWIFT))))clang
STRICT := --explicit-target-dependency-import-check error
CODE := Sources Tests sample-data Package.swift
JUDGES := .build/judges
OPENVINO := .build/openvino
PYTHON := $(JUDGES)/bin/python
RUNS ?= 1000000

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the system libraries that are missing (Debian, Ubuntu)
	@.ci/setup

build: setup ## Build the command in release mode; FLAGS=--static-swift-stdlib for machines without Swift
	$(SWIFT) build -c release $(STRICT) $(FLAGS) --product mapwright

view-build:
	@.ci/setup view
	$(SWIFT) build -c release $(STRICT) --traits View --scratch-path .build-view --product mapwright

view: view-build ## Build the command with its web view, and show the sample region's run; RUN=folder for another
	@[ -n "$(RUN)" ] || .build-view/release/mapwright map pipelines/buildings.yaml --quiet >/dev/null
	.build-view/release/mapwright view $(or $(RUN),runs/buildings)

test-view: view-build judges ## Attack the web view, and look at its pages in a headless Chromium
	@.ci/setup chromium $(JUDGES)
	MAPWRIGHT_VIEW=$(CURDIR)/.build-view/release/mapwright $(SWIFT) test $(STRICT) --disable-xctest \
	  --filter 'ViewingTests|View'

pictures: view-build judges ## Draw the README's pictures anew, from the pages of the sample region's run
	@.ci/setup chromium $(JUDGES)
	$(PYTHON) Tests/Judges/view.py pictures .build-view/release/mapwright Documentation/Pictures

bench-view: view-build judges ## Measure the web view: tiles, and a million outlines in a browser
	@.ci/setup chromium $(JUDGES)
	$(PYTHON) benchmarks/view.py .build-view/release/mapwright

test: setup ## Run every test
	$(SWIFT) test $(STRICT) --disable-xctest

judges: ## Install what only judges our results: ONNX's node tests, others' readers, PostGIS
	@.ci/setup judges $(JUDGES)

openvino: ## Install OpenVINO's runtime into .build, for models that the built-in engine does not run
	@.ci/setup openvino $(OPENVINO)

test-full: judges ## Run every test, with the judges that make test does without
	MAPWRIGHT_ONNX_NODE_TESTS="$$($(PYTHON) -c 'import onnx, pathlib; print(pathlib.Path(onnx.__file__).parent / "backend/test/data/node")')" \
	  $(MAKE) test

test-stores: setup ## Run the tests of jobs in buckets, with moto's object store beside our own
	@.ci/setup moto $(JUDGES)
	$(SWIFT) test $(STRICT) --disable-xctest --filter 'ObjectStoresTests|Bucket|bucket'

test-openvino: setup openvino ## Run the tests whose outcome depends on OpenVINO, with OpenVINO
	MAPWRIGHT_OPENVINO=$(CURDIR)/$(OPENVINO) $(SWIFT) test $(STRICT) --disable-xctest \
	  --filter 'PromiseTests|ConformanceTests/|A run with OpenVINO'

judge-openvino: setup judges openvino ## Compare networks in OpenVINO with onnxruntime, quantised ones with its Python; DATA=folder
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench
	$(PYTHON) -m pip install --quiet onnxruntime openvino==2026.4.1 nncf
	$(PYTHON) benchmarks/models.py .build/judged
	$(PYTHON) Tests/NetworkConformanceTests/judge.py .build/release/mapwright-bench \
	  --openvino $(OPENVINO) .build/judged/*.onnx sample-data/models/*.onnx \
	  $$(find $(or $(DATA),../shared/data) -name '*.onnx' 2>/dev/null | sort)
	$(PYTHON) Tests/NetworkConformanceTests/judge.py .build/release/mapwright-bench \
	  --openvino $(OPENVINO) --int8 .build/judged/unet-*.onnx sample-data/models/*.onnx \
	  $$(find $(or $(DATA),../shared/data) -name unet.onnx 2>/dev/null)

test-release: setup ## Run the engine's tests as it is shipped, over more shapes
	$(SWIFT) test -c release -Xswiftc -enable-testing $(STRICT) --disable-xctest \
	  --scratch-path .build-release-tests --filter BuiltinNetworksTests

sanitize: setup ## Look for what kernels read or write beside their memory; SHAPES=n for another number
	mkdir -p .build/sanitize
	$(CLANG) -O1 -g -fuse-ld=lld -fsanitize=address,undefined -fno-sanitize-recover=all \
	  -ISources/Bindings/CKernels/include Tests/Kernels/bounds.c Sources/Bindings/CKernels/*.c -lm \
	  -o .build/sanitize/bounds
	.build/sanitize/bounds $(or $(SHAPES),2000)

fuzz: judges ## Feed the model reader a million damaged models; RUNS=n for another number
	MAPWRIGHT_FUZZ=1 $(SWIFT) build -c release --scratch-path .build-fuzz --product fuzz-models \
	  --sanitize address -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link \
	  -Xswiftc -use-ld=lld
	mkdir -p .build-fuzz/corpus .build-fuzz/seeds
	$(PYTHON) Tests/Fuzzing/seeds.py .build-fuzz/seeds
	ASAN_OPTIONS=detect_leaks=0 .build-fuzz/release/fuzz-models -runs=$(RUNS) -max_len=8192 -timeout=30 -rss_limit_mb=3072 \
	  -malloc_limit_mb=1024 .build-fuzz/corpus .build-fuzz/seeds

check: format-check floors ## Check the formatting, and who imports whom

format: ## Reformat all Swift code in place
	$(SWIFT) format --in-place --parallel --recursive $(CODE)

format-check:
	$(SWIFT) format lint --strict --parallel --recursive $(CODE)

floors: setup
	$(SWIFT) build --build-tests $(STRICT)

demo: build ## Map the sample region, score its buildings, then map roads, water and bridges too
	.build/release/mapwright map pipelines/buildings.yaml
	.build/release/mapwright evaluate runs/buildings --truth sample-data/truth.geojson
	.build/release/mapwright map pipelines/foundational-map.yaml

train-foundational: judges ## Draw towns, train the foundational network on them, export it; MINUTES=n, TOWNS=n (4 or more)
	$(SWIFT) build -c release $(STRICT) --product draw-sample
	$(PYTHON) -m pip install --quiet torch rasterio==1.4.4
	.build/release/draw-sample --training $(or $(TOWNS),28) .build/foundational/towns
	$(PYTHON) sample-data/Trainer/pack.py .build/foundational/towns .build/foundational/towns.npz
	$(PYTHON) sample-data/Trainer/train.py --data .build/foundational/towns.npz \
	  --out .build/foundational --minutes $(or $(MINUTES),25)
	$(PYTHON) sample-data/Trainer/export.py .build/foundational \
	  .build/foundational/foundational-starter.onnx

bench-engine: setup judges ## Measure the engine beside onnxruntime and OpenVINO
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench
	$(PYTHON) -m pip install --quiet onnxruntime openvino==2026.4.1
	$(PYTHON) benchmarks/engine.py .build/release/mapwright-bench
	$(PYTHON) benchmarks/roofline.py .build/release/mapwright-bench

bench-quantized: setup judges ## Measure networks in 8-bit integers beside OpenVINO
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench
	$(PYTHON) -m pip install --quiet onnxruntime openvino==2026.4.1 nncf
	$(PYTHON) benchmarks/quantized.py .build/release/mapwright-bench

bench-openvino: build judges openvino ## Measure runs with OpenVINO beside its own Python loop
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench
	$(PYTHON) -m pip install --quiet openvino==2026.4.1
	$(PYTHON) benchmarks/openvino_loop.py .build/release

bench-naive: setup judges ## Measure a map's arithmetic beside PyTorch as it is installed
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench
	$(PYTHON) -m pip install --quiet onnxruntime openvino==2026.4.1 nncf torch
	$(PYTHON) benchmarks/naive.py .build/release/mapwright-bench

bench-pipeline: build judges ## Measure a whole map beside Python pipelines; SCENE=file.tif
	$(PYTHON) -m pip install --quiet onnxruntime openvino==2026.4.1 rasterio geodeep
	$(PYTHON) benchmarks/pipeline.py .build/release/mapwright $(SCENE)

bench-warping: build judges ## Measure what warping costs of a run; SCENE=file.tif, in UTM 45N
	$(PYTHON) benchmarks/warping.py .build/release/mapwright $(SCENE)

bench-seams: build judges ## Measure seams and cost of halos and blending; SCENE=file.tif
	$(PYTHON) -m pip install --quiet numpy rasterio==1.4.4
	$(PYTHON) benchmarks/seams.py .build/release/mapwright $(SCENE)

bench-country: build ## Measure a drawn country of 200 scenes; SMALL=1 leaves the large one out
	$(SWIFT) build -c release $(STRICT) --product draw-sample
	CC=$(CLANG) python3 benchmarks/country.py .build/release $(if $(SMALL),--small)

bench-slices: build ## Rehearse jobs of 100,000 slices, measure a job, and reckon a country from it; SCENE=file.tif
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench-slices
	python3 benchmarks/slices.py .build/release $(SCENE)

bench-footprints: build judges ## Measure outlines against drawn truth, beside others; MILLION=1 adds a million, TEN_MILLION=1 ten
	$(PYTHON) -m pip install --quiet scipy==1.17.1 scikit-image==0.26.0 shapely==2.2.0 \
	  rasterio==1.4.4 geopandas==1.2.0 buildingregulariser==0.2.5
	$(PYTHON) benchmarks/footprints.py .build/release/mapwright $(if $(MILLION),--million) \
	  $(if $(TEN_MILLION),--ten-million)

bench-real: build judges ## Measure outlines of real imagery beside others; DATA=folder of test material
	$(PYTHON) -m pip install --quiet scipy==1.17.1 scikit-image==0.26.0 shapely==2.2.0 \
	  rasterio==1.4.4 geopandas==1.2.0 buildingregulariser==0.2.5
	$(PYTHON) benchmarks/real_imagery.py .build/release/mapwright $(or $(DATA),../shared/data)

bench-formats: setup ## Measure the files of footprints; COUNTS="100000 1000000" for other numbers
	$(SWIFT) build -c release $(STRICT) --product mapwright-bench-footprints
	benchmarks/formats.sh .build/release/mapwright-bench-footprints $(or $(COUNTS),1000000 10000000)

chaos-build: setup
	@.ci/setup chaos
	$(SWIFT) build -c release $(STRICT) --product mapwright
	$(SWIFT) build -c release $(STRICT) --product mapwright-chaos
	$(SWIFT) build -c release --scratch-path .build-chaos -Xswiftc -DCHAOS --product mapwright

chaos: chaos-build ## Kill, fill and confuse runs; SEED=7 draws others, ONLY=kill-tree does one trial
	.build/release/mapwright-chaos campaign --seed $(or $(SEED),1) --report benchmarks/chaos.md \
	  $(if $(ONLY),--only $(ONLY))

chaos-quick: chaos-build ## The same, bounded to a few minutes
	.build/release/mapwright-chaos campaign --quick --seed $(or $(SEED),1) $(if $(ONLY),--only $(ONLY))

test-slurm: build ## Do slices of the sample region under a Slurm of its own, with nodes killed; ONLY=node-killed
	@.ci/setup slurm
	python3 Tests/Slurm/slices.py .build/release/mapwright $(ONLY)

clean: ## Remove what was built; runs/ is never touched
	$(SWIFT) package clean
	rm -rf $(JUDGES) $(OPENVINO)
