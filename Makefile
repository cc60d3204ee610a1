# One-word commands for people and for CI; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := $(VENV)-peers

# Processes start in half the time when imports are compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test unit lint chaos bench bench-kbo-full bench-address-full lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: $(STAMP) ## make the environment (.venv), so that .venv/bin/loketbus works

$(STAMP): requirements/bootstrap.lock requirements/dev.lock pyproject.toml contracts/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e contracts -e .
	@touch $(STAMP)

run: setup ## the demo: Kafka, simulators, services; Ctrl-C stops all
	@$(BIN)/loketbus up --profile demo

test: setup lint ## every test, as CI runs it
	$(BIN)/python -m pytest -n 3 --dist loadgroup

unit: setup ## unit tests alone (seconds)
	$(BIN)/python -m pytest tests/unit -q -n 2

lint: setup ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

chaos: setup ## the long storms: real outages of half a minute, more kills (not in `make test`)
	LOKETBUS_TEST_LONG_OUTAGES=1 LOKETBUS_TEST_WHOLE_MATRIX=1 LOKETBUS_TEST_INTERLEAVINGS=400 \
		$(BIN)/python -m pytest tests/chaos tests/integration/bus/test_example_suite.py \
		tests/integration/mail_ingest/test_interleavings.py \
		tests/integration/mail_ingest/test_linking_doubts.py tests/integration/mail_ingest/test_linking_order.py \
		tests/integration/mail_ingest/test_suite.py tests/integration/kbo/test_suite.py \
		tests/integration/address/test_suite.py -n 2 --dist loadgroup --timeout 600

bench-kbo-full: setup ## kbo at full size beside DuckDB and cbe (half an hour, 10 GB of disk)
	$(BIN)/python -m benchmarks kbo_import kbo_lookup kbo_search kbo_update --scale 1 --rounds 1

bench-address-full: setup $(PEERS)/.installed ## addresses of all Flanders beside rapidfuzz and addok with redis (an hour)
	$(BIN)/python -m benchmarks address_import address_suggest address_match address_http --scale 1 --rounds 1

$(PEERS)/.installed: requirements/peers.lock
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEERS)
	VIRTUAL_ENV=$(PEERS) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/peers.lock
	@touch $@

bench: setup ## the figures in the README's table
	$(BIN)/python -m benchmarks

lock: ## renew the pinned locks (hashes, no addresses)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/bootstrap.in -o requirements/bootstrap.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-package loketbus-contracts --extra simulators --extra dev pyproject.toml -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-package loketbus-contracts pyproject.toml -o requirements/runtime.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/peers.in -o requirements/peers.lock

clean: ## remove the environment and all local state
	rm -rf $(VENV) $(VENV)-peers var
