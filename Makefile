# Concord needs Python 3.11 or newer and make; everything else is installed into .venv.

PYTHON ?= python3
PORT ?= 8501
DATA ?= ../shared/data
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock

.DEFAULT_GOAL := help
.PHONY: help run test test-all check format studies bench bench-people lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/run.stamp ## serve the app, with the demo company if the store is empty
	@$(BIN)/spend demo --if-empty
	@$(BIN)/spend serve --port $(PORT)

test: .venv/test.stamp ## run the tests (a few minutes)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

test-all: .venv/test.stamp ## run the tests with many more generated cases (long)
	CONCORD_TEST=all $(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/test.stamp ## check style, formatting, types and the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/test.stamp ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

studies: .venv/test.stamp ## write the studies on real data anew (DATA=folder of the data sets)
	$(BIN)/python -m studies.stock_backtest $(DATA)/spare_parts_man > docs/stock-backtest.md
	$(BIN)/python -m studies.budget_at_risk $(DATA)/worldbank_pink_sheet > docs/budget-at-risk.md

bench: .venv/test.stamp ## measure how fast it is (LINES="1000000 10000000" ENGINES="duckdb postgresql"; hours)
	$(BIN)/python -m bench $(PARTS)

bench-people: .venv/test.stamp ## measure many people at once, on the store that the last `make bench` left
	REUSE=1 $(BIN)/python -m bench people

lock: ## renew requirements.lock with the newest versions pyproject.toml allows
	$(PYTHON) -m venv --clear .venv/lock
	.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check -e .[test]
	{ sed '/^[^#]/d' requirements.lock; .venv/lock/bin/python -m pip freeze --exclude-editable; } > .venv/lock.txt
	mv .venv/lock.txt requirements.lock
	rm -r .venv/lock

clean: ## remove what was installed and generated here, but never the store
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Concord needs Python 3.11 or newer: make PYTHON=/path/to/python'; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: pyproject.toml requirements.lock | $(BIN)/python
	@echo 'Installing Concord into .venv (once, a minute or two) …'
	$(INSTALL) -e .
	@touch $@

.venv/test.stamp: pyproject.toml requirements.lock | $(BIN)/python
	@echo 'Installing Concord and its test tools into .venv (once) …'
	$(INSTALL) -e '.[test]'
	@touch .venv/run.stamp $@
