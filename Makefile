# Amends: `make help` lists every target.
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .setup
INSTALL := $(BIN)/uv pip install --python $(BIN)/python --compile-bytecode --quiet --require-hashes
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --quiet \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links
# Tests wait for browsers and processes a good deal: one more than there are processors.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
# What npm installs looks for node beside it.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
TOOLS := static/tools/node_modules/.bin
NPM_CI := $(WITH_NODE) npm ci --silent --no-audit --no-fund --ignore-scripts
ON_POSTGRES ?= tests/integration/storage tests/integration/web
PACKAGES := webapp model migrations tests run.py

.DEFAULT_GOAL := help
.PHONY: help run setup setup-cluster setup-dev test test-postgres test-fast security chaos sbom screenshots check check-types check-rest format train lock clean

help: ## list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## set up everything and serve; prints the address, and on the first run the first password
	@exec $(BIN)/python run.py serve

setup: $(STAMPS)/serve $(STAMPS)/assets ## set up what serving needs, nothing else

setup-cluster: $(STAMPS)/cluster $(STAMPS)/assets ## set up what several machines share besides; see docs/cluster.md

setup-dev: $(STAMPS)/dev $(STAMPS)/assets $(STAMPS)/tools $(STAMPS)/s3-server/ready ## set up what training, converting and testing need besides

test: setup-dev ## set up and run all tests; ARGS="-k alert" chooses some
	WORKERS=$(WORKERS) $(BIN)/python -m tests $(ARGS)

test-postgres: setup-dev ## run the tests of storage and web once more on PostgreSQL, whose server Debian's postgresql is
	TEST_DATABASE=postgresql WORKERS=$(WORKERS) $(BIN)/python -m tests -m "not browser" $(ON_POSTGRES) $(ARGS)

screenshots: setup-dev ## take the pictures of docs/tour.md again, of the running product with the demo camera
	$(BIN)/python -m tests.tour

test-fast: setup-dev ## run the unit tests alone
	$(BIN)/python -m pytest tests/unit $(ARGS)

security: setup-dev ## attack the product: the tests behind docs/security.md, the API fuzzed for longer than in make test
	FUZZ_EXAMPLES=150 WORKERS=$(WORKERS) $(BIN)/python -m tests -m security $(ARGS)

chaos: setup-dev ## do every fault to the running product and print what was lost; LONG=1 for an evening, CHAOS_SEED=7 for other chances
	CHAOS_LONG=$(LONG) $(BIN)/python -m pytest -q tests/chaos $(ARGS)

sbom: setup-dev ## write sbom.cdx.json: all packages and models that serving consists of (CycloneDX 1.6)
	$(BIN)/python -m tests.bill_of_materials

check: setup-dev ## format and lint check, types, the architecture's walls, missing migrations; scripts too
	@$(MAKE) --no-print-directory --jobs=2 check-types check-rest

# Mypy takes longer than all the rest, and one processor: it goes beside it.
check-types:
	$(BIN)/mypy

check-rest:
	$(BIN)/ruff format --check $(PACKAGES)
	$(BIN)/ruff check $(PACKAGES)
	$(BIN)/lint-imports
	$(BIN)/python run.py check-migrations
	$(WITH_NODE) $(TOOLS)/eslint --config static/tools/eslint.config.js static/js static/vendor.mjs static/tools/eslint.config.js tests
	$(WITH_NODE) $(TOOLS)/tsc -p static
	$(WITH_NODE) $(TOOLS)/tsc -p static/tools/tsconfig.worker.json

format: setup-dev ## format the code and fix what can be fixed
	$(BIN)/ruff format $(PACKAGES)
	$(BIN)/ruff check --fix $(PACKAGES)
	$(WITH_NODE) $(TOOLS)/eslint --config static/tools/eslint.config.js --fix static/js tests

train: setup-dev ## train a model: make train CONFIG=model/configs/compact_resnet.toml DATA=folder
	@test -n "$(CONFIG)" -a -n "$(DATA)" || { echo 'usage: make train CONFIG=model/configs/NAME.toml DATA=FOLDER'; exit 2; }
	$(BIN)/python run.py train $(CONFIG) --data $(DATA) $(ARGS)

lock: $(BIN)/uv ## resolve the dependencies again, with hashes, for every system and Python from 3.11
	$(LOCK) --upgrade pyproject.toml -o requirements/serve.txt
	$(LOCK) pyproject.toml --group cluster -c requirements/serve.txt -o requirements/cluster.txt
	$(LOCK) pyproject.toml --group dev -c requirements/cluster.txt -o requirements/dev.txt
	$(LOCK) --upgrade --group s3-server -o requirements/s3-server.txt
	$(LOCK) --upgrade --group setup -o requirements/setup.txt

clean: ## remove the environment and what was set up; keeps var/ with your cameras and incidents
	rm -rf .venv $(STAMPS) static/node_modules static/tools/node_modules static/vendor model/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Amends needs Python 3.11 or newer; set PYTHON=..., found: $$($(PYTHON) --version 2>&1)"; exit 1; }
	$(PYTHON) -m venv .venv

$(BIN)/uv: requirements/setup.txt | $(BIN)/python
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/setup.txt
	@touch $@

$(STAMPS)/serve: requirements/serve.txt | $(BIN)/uv
	@echo "Installing what serving needs (about a minute on the first run) ..."
	@$(INSTALL) -r requirements/serve.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/cluster: requirements/cluster.txt | $(BIN)/uv
	@echo "Installing what several machines share ..."
	@$(INSTALL) -r requirements/cluster.txt
	@mkdir -p $(STAMPS) && touch $@ && touch $(STAMPS)/serve

$(STAMPS)/dev: requirements/dev.txt | $(BIN)/uv
	@echo "Installing what training and testing need (a few minutes on the first run) ..."
	@$(INSTALL) -r requirements/dev.txt
	@mkdir -p $(STAMPS) && touch $@ && touch $(STAMPS)/serve

$(STAMPS)/s3-server/ready: requirements/s3-server.txt | $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(STAMPS)/s3-server
	@$(BIN)/uv pip install --python $(STAMPS)/s3-server/bin/python --compile-bytecode --quiet --require-hashes \
	  -r requirements/s3-server.txt
	@touch $@

$(STAMPS)/packages: static/package-lock.json | $(BIN)/python
	@test -x $(BIN)/npm || $(MAKE) --no-print-directory $(STAMPS)/serve
	@echo "Fetching the assets of the browser and the face detector ..."
	@cd static && $(NPM_CI)
	@mkdir -p $(STAMPS) && touch $@

# Of the styles only what is named there is served.
$(STAMPS)/assets: $(STAMPS)/packages static/vendor.mjs $(shell find templates static/js webapp/web webapp/runtime/processes \
  -name '*.html' -o -name '*.js' -o -name '*.py')
	@cd static && $(WITH_NODE) npm run --silent vendor
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/tools: static/tools/package-lock.json | $(BIN)/python
	@test -x $(BIN)/npm || $(MAKE) --no-print-directory $(STAMPS)/serve
	@echo "Fetching what checks the scripts ..."
	@cd static/tools && $(NPM_CI) --include=dev
	@mkdir -p $(STAMPS) && touch $@
