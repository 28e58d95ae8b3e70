# make demo   sets up, and runs everything on real footage; make test   sets up and passes the tests.
# Both need Python 3.11 or newer with pip, and nothing else prepared.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= demo-report
PIP    := PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet

.DEFAULT_GOAL := help
.PHONY: help demo demo-report test test-slow lint types contracts check picture docs bench bench-accuracy bench-speed bench-record bench-live constraints clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Curtilage needs Python 3.11 or newer; name it, as in: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing (on Debian and Ubuntu: apt-get install python3-venv)"; exit 2; }

# what the control room is built from
PAGES := $(shell find web build_pages -name node_modules -prune -o -type f ! -name '*.test.ts' ! -name schema.d.ts ! -name '*.pyc' -print) docs/reference/openapi.json

# a stamp per set of extras: installed again when the pins, the project's settings or pages change
$(VENV)/.installed-%: $(BIN)/python pyproject.toml constraints.txt hatch_build.py $(PAGES)
	$(PIP) --editable '.[$*]'
	@touch $@

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt hatch_build.py $(PAGES)
	$(PIP) --editable .
	@touch $@

demo: $(VENV)/.installed ## real footage as a camera, recorded and analysed, at http://127.0.0.1:8960
	$(BIN)/python -m tools.demo

demo-report: $(VENV)/.installed ## analyse real footage and write a report
	$(BIN)/curtilage demo --out $(OUT)

test: $(VENV)/.installed-test ## the fast tests, of the control room first
	$(BIN)/python -m build_pages check
	$(BIN)/python -m pytest $(PYTEST)

test-slow: $(VENV)/.installed-test ## the slow tests: whole videos, kill -9, tuning
	$(BIN)/python -m pytest -n 0 -m slow $(PYTEST)

lint: $(VENV)/.installed-lint ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-lint $(VENV)/.installed-test ## mypy --strict
	$(BIN)/mypy

contracts: $(VENV)/.installed-lint ## which part may import which
	$(BIN)/lint-imports

check: lint types contracts test ## all of the above

picture: $(VENV)/.installed ## the README's picture, from the demo's report
	$(BIN)/python -m tools.picture $(OUT) docs/images/demo.webp

docs: $(VENV)/.installed-docs ## guides and API reference as a site
	$(BIN)/mkdocs build --strict

bench-accuracy: $(VENV)/.installed-bench ## accuracy against the peers, in one run
	$(BIN)/python -m bench.accuracy

bench-speed: $(VENV)/.installed-bench ## speed against the peers, in one run
	$(BIN)/python -m bench.speed

bench-record: $(VENV)/.installed-test ## recording beside ffmpeg, half an hour of soak included
	$(BIN)/python -m bench.record

bench-live: $(VENV)/.installed-test ## the live system beside motion and ffmpeg, about an hour
	$(BIN)/python -m bench.live

bench: bench-accuracy bench-speed ## both, and docs/benchmarks.md

constraints: ## pin what is installed, names and versions only
	@$(BIN)/python -m pip freeze --exclude-editable | grep -E '^[A-Za-z0-9_.-]+==' | LC_ALL=C sort -f > constraints.txt

clean: ## forget everything that was built
	rm -rf $(VENV) $(OUT) demo build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
