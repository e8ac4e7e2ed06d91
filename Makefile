# Everything runs in .venv, set up from the lock files. `make console` asks, `make test` proves.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: console test lint lock wheel clean

console: .venv/ready
	@$(BIN)/python -m bot console

test: .venv/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

.venv/bin/python:
	@$(PYTHON) -m venv .venv

# What comes from a registry is checked against the hashes in the lock file; the project itself is linked, not copied.
.venv/ready: requirements.lock pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q bot
	@touch $@

.venv/ready-for-tests: .venv/ready requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group build --group dev pyproject.toml -o requirements-dev.lock

wheel: .venv/ready-for-tests
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
