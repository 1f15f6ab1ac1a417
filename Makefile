# Thin names for the commands of Gongdao; `make help` lists them.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.PHONY: help setup setup-dev demo test check bench lock messages format clean
.DEFAULT_GOAL := help

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.runtime ## Virtual environment and locked dependencies

setup-dev: $(VENV)/.dev

demo: setup ## Everything a visitor needs, on http://127.0.0.1:$PORT
	@exec $(BIN)/python manage.py demo

test: setup-dev ## All tests (browser included; Chromium by apt where it may)
	@.ci/chromium
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup $(ARGS)

check: setup-dev ## What CI runs before the tests: format, lint, types, imports, migrations, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	GONGDAO_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	GONGDAO_MODE=test $(BIN)/python manage.py messages --missing
	$(BIN)/djlint templates --lint --quiet
	GONGDAO_MODE=test $(BIN)/mypy
	GONGDAO_MODE=test $(BIN)/python manage.py check_docs
	GONGDAO_MODE=test $(BIN)/python manage.py draw_states --check
	GONGDAO_MODE=test $(BIN)/python manage.py list_errors --check

bench: setup ## Measure each thing beside its limit (ONLY=step SCALE=1)
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) --scale $(or $(SCALE),1)

lock: setup-dev ## Renew the locks from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --extra demo -o requirements-demo.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --all-extras -o requirements-dev.lock

messages: setup ## Compile translations; list what lacks Chinese
	$(BIN)/python manage.py messages
	$(BIN)/python manage.py messages --missing

format: setup-dev ## Format Python
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove the virtual environment and caches; data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis

LOCK := --universal --python-version 3.11 --generate-hashes --no-header --upgrade --quiet
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes

$(BIN)/python:
	@.ci/virtualenv $(PYTHON) $(VENV)

$(VENV)/.runtime: requirements-demo.lock | $(BIN)/python
	@echo "Installing the locked dependencies …"
	@$(INSTALL) -r requirements-demo.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "Installing the locked dependencies, those of tests included …"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime
