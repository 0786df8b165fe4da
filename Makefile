# Everything a newcomer runs. Needs Python 3.11 or newer and PyPI; builds its own .venv.
#   make run                 a demo crate: what was asked beside what was heard
#   make run MUSIC=folder    the same on your own music
#   make test                the tests
#   make train               what `mixo train` needs besides (torch and others, about 1.2 GB); the
#                            tests of training run where it is installed
#   make check               format, lint, types, floors, tests: what main always passes

PYTHON ?= python3
BIN := .venv/bin
export OMP_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check lint format train clean
.DEFAULT_GOAL := run

run: .venv/installed
	$(BIN)/mixo demo $(if $(MUSIC),"$(MUSIC)")

test: .venv/installed-dev
	$(BIN)/python -m pytest -n auto

train: .venv/installed-train

check: lint test

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# ---------------------------------------------------------------- the environment
# Stamp files: the environment is made once, and again when pyproject.toml changes.

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is older or missing." >&2; \
	  echo "Install one, or name it: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make environments. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; \
	  exit 1; }
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@touch $@

.venv/installed: .venv/made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/installed-dev: .venv/made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ .venv/installed

# torch first, and pinned: whatever needs it would bring another one
.venv/installed-train: .venv/made pyproject.toml
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable '.[dev,train]'
	@touch $@ .venv/installed-dev .venv/installed
