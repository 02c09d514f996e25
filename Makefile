# The three commands people need are run, test and check; `make help` lists all.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test test-engines test-runpod test-s3 test-mcp test-reference test-cluster test-openai test-captions test-faults test-image prove soak check fix demo bench bench-engines bench-timing bench-video bench-s3 bench-load bench-cluster image audit sbom lock lock-engines clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.studio ## make the environment, fetch the weights, start the studio on 127.0.0.1:7860
	@$(BIN)/python -m backend weights
	@$(BIN)/python app.py

test: $(VENV)/.dev ## make what the tests need and run them
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-engines: $(VENV)/.dev ## build every engine's environment and run its real code on tiny random weights
	@$(BIN)/python -m pytest -m "engines or long and not s3 and not image and not runpod and not mcp and not reference and not cluster and not openai and not captions and not faults" --durations=0 --durations-min=1

test-s3: $(VENV)/.dev ## the store on a real S3 server with signatures on, and every way the two can fail
	@$(BIN)/python -m pytest -m s3 --durations=10

test-runpod: $(VENV)/.runpod $(VENV)/.dev ## the RunPod worker under the SDK's own server
	@$(BIN)/python -m pytest tests/fronts/test_runpod_handler.py tests/fronts/test_probe.py -m "long or not long"

test-cluster: $(VENV)/.dev ## several machines: PostgreSQL, an S3 server, pages and workers that are killed
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest -m cluster

test-mcp: $(VENV)/.dev ## the operations as MCP tools: a real client, a real server, real Kokoro and Whisper
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest -m mcp --durations=10

test-openai: $(VENV)/.dev ## speech and transcriptions through the real openai client: real Kokoro and Whisper
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest -m openai --durations=10

test-captions: $(VENV)/.dev $(VENV)/.readers ## 100,000 strings escaped, every style's preview in full size, what browsers read
	@$(BIN)/python -m pytest -m captions --durations=10

test-faults: $(VENV)/.dev ## every kind of broken media through every operation, and what an hour of video takes of the memory
	@$(BIN)/python -m backend weights whisper
	@$(BIN)/python -m pytest -m faults --durations=10

test-reference: $(VENV)/.dev ## every example of docs/api.md, in every form
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest -m reference --durations=0

prove: $(VENV)/.dev $(VENV)/.audit ## every proof in full, an hour on two cores; writes docs/reliability.md. A part: make prove-media
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest tests/proofs --prove -m "proof and not alone" -n 3 --dist loadgroup --timeout=3600; \
	first=$$?; $(BIN)/python -m pytest tests/proofs --prove -m "proof and alone" --timeout=3600 && exit $$first

soak: $(VENV)/.dev ## jobs for two hours while everything breaks beside them; MINUTES=20 for a short one
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest tests/proofs/load/test_soak.py --prove -m proof --timeout=10800 --soak-minutes=$(or $(MINUTES),120)

prove-security: $(VENV)/.audit
prove-%: $(VENV)/.dev
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m pytest tests/proofs/$* --prove -m proof --timeout=3600

test-image: image ## start both images, speak through them, measure them
	@$(BIN)/python -m pytest -m image -s

image: $(VENV)/.dev ## build the images slim and full and say their sizes; BASE=… and ENGINES="f5 …" if you like
	@$(BIN)/python -m hosting.images build

check: $(VENV)/.dev ## formatting, lint, types, architecture rules; changes nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_architecture.py

fix: $(VENV)/.dev ## let ruff mend formatting and simple lint
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

demo: $(VENV)/.studio ## from the sample script to demo.mp4
	@$(BIN)/python -m backend weights
	@$(BIN)/python -m backend demo demo.mp4

bench: $(VENV)/.bench ## peers and ours in one run; writes docs/benchmarks.md
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m benchmarks

bench-engines: $(VENV)/.dev ## what engines with environments of their own cost; writes docs/benchmarks-engines.md
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m benchmarks.engines

bench-timing: $(VENV)/.bench-timing ## word times against faster-whisper and stable-ts; writes docs/benchmarks-timing.md
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m benchmarks.timing

bench-video: $(VENV)/.bench ## rendering against MoviePy and ffmpeg by hand; writes docs/benchmarks-video.md
	@$(BIN)/python -m backend weights kokoro whisper
	@$(BIN)/python -m benchmarks.video

bench-s3: $(VENV)/.dev ## 1 GB to a real S3 server and back, against boto3's own transfer; writes docs/benchmarks-s3.md
	@$(BIN)/python -m benchmarks.s3

bench-load: $(VENV)/.dev ## fifty gradio_client users at once; writes docs/benchmarks-load.md
	@$(BIN)/python -m benchmarks.load

bench-cluster: $(VENV)/.dev ## a batch on PostgreSQL by one worker and by two; writes docs/benchmarks-cluster.md
	@$(BIN)/python -m benchmarks.cluster

audit: $(VENV)/.audit ## ask PyPI which pinned packages have known holes, engines' and the worker's too; needs the internet
	@set -e; for file in requirements.txt requirements-mcp.txt requirements-runpod.txt $(wildcard backend/engines/*/requirements.txt); do \
	  echo "$$file"; $(VENV)/audit/bin/pip-audit --requirement $$file --no-deps --disable-pip --progress-spinner off; \
	done

sbom: $(VENV)/.audit ## sbom.cdx.json: what the studio is made of (CycloneDX), from the pins
	@$(VENV)/audit/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible \
	  --output-format JSON --output-file sbom.cdx.json
	@echo "sbom.cdx.json"

lock: $(VENV)/.dev ## pin requirements.txt and requirements-dev.txt anew from the .in files
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate requirements-dev.in -o requirements-dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate requirements-mcp.in -o requirements-mcp.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate requirements-audit.in -o requirements-audit.txt
	@grep -v '^tomlkit' requirements.txt | $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate -c - requirements-runpod.in -o requirements-runpod.txt
	@grep -v '^pillow' requirements.txt | $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate -c - benchmarks/requirements.in -o benchmarks/requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate --excludes benchmarks/timing/excludes.txt benchmarks/timing/requirements.in | grep -vE '^(nvidia-|cuda-|triton)' > benchmarks/timing/requirements.txt

# What torch itself pins for a graphics card is left to torch: machines without one get a torch that needs none of it.
# Pins that still fit stay as they are; delete one from requirements.txt to have its newest.
lock-engines: $(VENV)/.dev ## pin the requirements of engines that have environments of their own
	@set -e; for folder in $(dir $(wildcard backend/engines/*/requirements.in)); do \
	  cp $${folder}requirements.txt $${folder}requirements.new 2>/dev/null || true; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate \
	    $$(for kind in overrides excludes; do test ! -f $$folder$$kind.txt || echo --$$kind $$folder$$kind.txt; done) \
	    $${folder}requirements.in -o $${folder}requirements.new > /dev/null; \
	  grep -vE '^(nvidia-|cuda-|triton)' $${folder}requirements.new > $${folder}requirements.txt; \
	  rm $${folder}requirements.new; \
	done

clean: ## remove the environment; results in STUDIO_HOME stay
	@rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 10) <= sys.version_info[:2] <= (3, 12) else "Voicereel needs Python 3.10 to 3.12, this is " + sys.version.split()[0] + ". Name one: make run PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.studio: requirements.txt | $(VENV)/bin/python
	@echo "Installing the studio's packages (about a minute, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.studio
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.runpod: requirements-runpod.txt | $(VENV)/bin/python
	@echo "Installing RunPod's SDK into an environment of its own ..."
	@$(PYTHON) -m venv $(VENV)/runpod
	@$(VENV)/runpod/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-runpod.txt
	@touch $@

$(VENV)/.audit: requirements-audit.txt | $(VENV)/bin/python
	@echo "Installing the auditors into an environment of their own ..."
	@$(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	@touch $@

$(VENV)/.readers: $(VENV)/.dev
	@echo "Fetching parsers of captions from npm ..."
	@npm install --silent --no-audit --no-fund --prefix $(VENV)/readers webvtt-parser@2.2.0 vtt.js@0.13.0
	@touch $@

$(VENV)/.bench: benchmarks/requirements.txt $(VENV)/.dev
	@echo "Installing the peers into an environment of their own ..."
	@$(PYTHON) -m venv $(VENV)/bench
	@$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

$(VENV)/.bench-timing: benchmarks/timing/requirements.txt $(VENV)/.dev
	@echo "Installing the peers into an environment of their own ..."
	@$(PYTHON) -m venv $(VENV)/bench-timing
	@$(VENV)/bench-timing/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r benchmarks/timing/requirements.txt
	@$(VENV)/bench-timing/bin/python -m pip install --quiet --disable-pip-version-check $$(grep '^torch==' benchmarks/timing/requirements.txt)
	@touch $@
