# `make` lists the targets. Everything that needs the machine set up runs `make setup` first,
# which does nothing the second time.

CONFIG ?= configs/colors-demo.yaml
BENCH ?= ./...

# Packages that build without cgo, GStreamer or ONNX Runtime, and must stay so.
PURE := ./pipeline/... ./selector/... ./models ./models/pixels/... ./internal/config/...
# Packages that `make test` runs under the race detector: all but the programs. The GStreamer binding is compiled a
# second time for it.
RACE ?= ./pipeline/... ./selector/... ./models/... ./elements/... ./internal/...

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# -buildvcs=false: the version comes from git describe, also where go cannot ask git.
BUILD := go build -buildvcs=false -ldflags '-X main.version=$(VERSION)'
GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# Not :=, so that pkg-config is asked after setup has installed it.
CGO_CFLAGS ?= -O2 -g $(shell pkg-config --atleast-version=1.22 gstreamer-1.0 || echo -include $(CURDIR)/tools/gst-before-1.22.h)
export CGO_CFLAGS

.PHONY: help setup build lab run test test-nocgo lint bench fmt clean say-first train agree scene score deadlines

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: packages by apt-get, ONNX Runtime into your data folder
	@tools/setup.sh

build: setup say-first ## build bin/framewise and the GStreamer plug-in bin/libgstframewise.so
	$(BUILD) -o bin/framewise ./cmd/framewise
	$(BUILD) -buildmode=c-shared -o bin/libgstframewise.so ./cmd/libgstframewise
	@rm -f bin/libgstframewise.h

run: build ## run a configuration: CONFIG=configs/colors-demo.yaml
	bin/framewise run $(CONFIG)

test: setup say-first ## vet and run all tests; RACE=./... puts every package under the race detector
	go vet ./...
	go test ./...
	go test -race $(RACE)
	@$(MAKE) --no-print-directory test-nocgo

test-nocgo: ## run the tests of the packages that need neither cgo nor GStreamer
	CGO_ENABLED=0 go test $(PURE)

lint: setup say-first ## gofmt, go vet, golangci-lint (built the first time), shellcheck where it is installed
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "run make fmt for: $$unformatted"; exit 1; }
	go vet ./...
	$(GOLANGCI_LINT) run
	@if command -v shellcheck >/dev/null; then shellcheck tools/*.sh .ci/run; else echo "shellcheck is not installed: skipped"; fi

bench: setup say-first ## run the benchmarks: BENCH=./selector/...
	go test -run '^$$' -bench . -benchmem $(BENCH)

# Measuring, on the models, pictures and videos at $FRAMEWISE_DATA. Results go to out/.
DATA := $(or $(FRAMEWISE_DATA),$(abspath ../shared/data))
LADDER ?= configs/imagenet.yaml
LABELS ?= $(DATA)/images/labels.csv
SCENE ?= out/scene
COUNT ?= 40
SEED ?= 1

lab: build ## build bin/framewise-lab, which measures
	$(BUILD) -o bin/framewise-lab ./cmd/framewise-lab
	@mkdir -p out

train: lab ## outcomes of every rung on LABELS, and a premodel: out/premodel.json
	FRAMEWISE_DATA=$(DATA) bin/framewise train --ladder $(LADDER) --labels $(LABELS) --out out/premodel.json

agree: lab ## each rung live, in training, and as published (test/imagenet-top1.csv)
	FRAMEWISE_DATA=$(DATA) bin/framewise-lab agree --ladder $(LADDER) --labels $(LABELS) --table test/imagenet-top1.csv

scene: lab ## a labelled video of COUNT pictures, 1 to 2 s each: SCENE.mp4 and SCENE.csv
	bin/framewise-lab video --labels $(LABELS) --count $(COUNT) --seed $(SEED) --out $(SCENE).mp4

# A premodel must not have seen the pictures it is measured on.
$(SCENE).premodel.json: $(SCENE).csv
	FRAMEWISE_DATA=$(DATA) bin/framewise train --ladder $(LADDER) --labels $(LABELS) --exclude $(SCENE).csv --out $@ >/dev/null

$(SCENE).csv:
	$(MAKE) scene

score: lab $(SCENE).premodel.json ## top-1 on the labelled video: every rung fixed, and a premodel that has not seen it
	FRAMEWISE_DATA=$(DATA) tools/score.sh $(LADDER) $(SCENE) $(SCENE).premodel.json

DEADLINE_RUNGS ?= mobilenet_v1_0.25_128,mobilenet_v2_1.0_224,ensemble_v2_edgetpu

deadlines: lab $(SCENE).premodel.json ## misses and effective accuracy on it at 0.5, 1 and 2 times the top rung's time
	FRAMEWISE_DATA=$(DATA) bin/framewise-lab deadlines --ladder $(LADDER) --labels $(SCENE).csv --video $(SCENE).mp4 \
		--premodel $(SCENE).premodel.json --rungs $(DEADLINE_RUNGS)

fmt: ## format the Go code
	gofmt -w .

clean: ## remove what was built (not what setup installed)
	rm -rf bin

# go list knows whether the compiled binding is in go's cache.
say-first:
	@if [ "$$(go list -f '{{.Stale}}' github.com/go-gst/go-gst/gst 2>/dev/null)" = true ]; then \
		echo "The first build compiles the GStreamer binding: 4 to 6 minutes on two cores. Later ones take seconds."; fi
