# Needs python3 (3.11 or newer), git and make. `make` alone lists what there is.
# Another Python: make test PYTHON=python3.13. More arguments: make test ARGS="-k duty".
PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

# Existing pins in the output file are the starting point, so that versions stay unless they must move.
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --all-extras \
	--python-version 3.11 --fork-strategy fewest --custom-compile-command "make lock" pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-oldest fuzz lint check-lock serve bench lock wheel docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s%s\n", $$1, $$2 }' Makefile

# One set-up for all: a new .venv, uv by its hash, all else from the lock by hash, then jvopt itself.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || \
		{ echo "jvopt needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:3]; v >= (3, 11) or sys.exit("jvopt needs Python 3.11 or newer, and $(PYTHON) is %d.%d.%d. Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)" % v)'
	@echo "setting up $(VENV), once; this can take a minute"
	@start=$$(date +%s) && \
	$(PYTHON) -m venv --clear $(VENV) && \
	sed -n '/^uv==/,/# via/p' requirements.lock > $(VENV)/uv.lock && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock && \
	$(BIN)/uv pip sync --quiet --require-hashes --only-binary :all: requirements.lock && \
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable . && \
	echo $$(($$(date +%s) - start)) > $@

setup: $(READY) ## make .venv, or renew it when the lock or pyproject.toml changed
	@if [ -s $(READY) ]; then echo "set-up took $$(cat $(READY)) s"; : > $(READY); \
	else echo "set-up took 0 s: $(VENV) was ready"; fi

demo: setup ## solve the base case into out/kz-assembly-plan.xlsx
	@mkdir -p out
	$(BIN)/jvopt solve examples/kz-assembly.xlsx -o out/kz-assembly-plan.xlsx $(ARGS)

test: setup ## run the tests, all but the slow ones
	$(BIN)/python -m pytest -n auto $(ARGS)

test-slow: setup ## run the slow tests alone
	$(BIN)/python -m pytest -n auto -m slow --timeout 1800 $(ARGS)

test-oldest: setup ## a telling part of the tests, with the oldest versions of what jvopt needs
	tools/check_oldest.sh $(ARGS)

fuzz: setup ## mutate workbooks and cases, 20,000 each; ARGS="--workbooks 500 --cases 500 --seed 7" for others
	$(BIN)/python -m tests.fuzz $(ARGS)

lint: setup check-lock ## ruff, mypy, import direction, fresh lock, fresh generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/generate.py --check

check-lock: setup ## does requirements.lock still answer pyproject.toml? (newer releases do not matter)
	@cp requirements.lock $(VENV)/fresh.lock
	@$(COMPILE) --output-file $(VENV)/fresh.lock
	@grep '^[a-z0-9]' requirements.lock > $(VENV)/pins
	@grep '^[a-z0-9]' $(VENV)/fresh.lock | diff $(VENV)/pins - || \
		{ echo "requirements.lock is out of date: run make lock" >&2; exit 1; }

serve: setup ## start the HTTP service
	$(BIN)/jvopt serve $(ARGS)

bench: setup ## run the benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

lock: setup ## renew requirements.lock after a change of pyproject.toml; ARGS=--upgrade takes newer releases
	$(COMPILE) $(ARGS) --output-file requirements.lock

wheel: setup ## build sdist and wheel into dist/ and try the wheel in a clean environment
	tools/check_wheel.sh

docs: setup ## build the documentation into docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -b html docs docs/_build/html
	@echo "open docs/_build/html/index.html"

clean: ## remove .venv and all that was built; out/ stays
	rm -rf $(VENV) dist build docs/_build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
