# make up: everything, and the site. make test: the whole suite. make setup: the environment alone.
PYTHON ?= python3
PORT ?= 8600
GATEWAY_PORT ?= 9212
AS_OF ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: up setup test lint bench fuzz lock clean

up: $(VENV)/.ready
	@LANTIAN_DATA=data $(BIN)/lantian up --port $(PORT) --gateway-port $(GATEWAY_PORT) $(if $(AS_OF),--as-of $(AS_OF))

setup: $(VENV)/.ready

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "lantian needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ $(VENV)/.ready

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2

bench: $(VENV)/.dev
	$(BIN)/python bench/run.py
	$(BIN)/python bench/codec.py
	$(BIN)/python bench/gateway.py
	$(BIN)/python bench/stacks.py

# make fuzz: N mutations of HJ 212 streams (ten million unless said), from SEED.
fuzz: $(VENV)/.dev
	$(BIN)/python scripts/fuzz_hj212.py

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml requirements-dev.in -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml requirements-bench.in -o requirements-bench.lock

clean:
	rm -rf $(VENV) build lantian-home
