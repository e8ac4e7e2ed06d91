# Everything runs in .venv, set up from the lock files. `make console` asks, `make test` proves. Both say what they are doing,
# setting up on standard error: what is asked through a pipe gets its reply alone.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: console test lint lock wheel clean

console: .venv/ready
	@$(BIN)/python -m bot console

test: .venv/ready-for-tests
	@echo "1/5 fouten en stijl";    $(BIN)/ruff check .
	@echo "2/5 opmaak";             $(BIN)/ruff format --check .
	@echo "3/5 typen";              $(BIN)/mypy
	@echo "4/5 richting van imports"; $(BIN)/lint-imports
	@echo "5/5 tests (enkele minuten)"; $(BIN)/python -m pytest

.venv/bin/python:
	@echo "Ik zet alles klaar in de map .venv. Dat is eenmalig en duurt ongeveer een minuut." >&2
	@echo "1/3 Python klaarzetten" >&2
	@$(PYTHON) -m venv .venv

# What comes from a registry is checked against the hashes in the lock file; the project itself is linked, not copied.
.venv/ready: requirements.lock pyproject.toml | .venv/bin/python
	@echo "2/3 Onderdelen ophalen en nakijken (een halve minuut, afhankelijk van je verbinding)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "3/3 Akkoordwijzer zelf" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q bot
	@$(BIN)/python -m bot.make_ready
	@touch $@

.venv/ready-for-tests: .venv/ready requirements-dev.lock
	@echo "Onderdelen voor de tests ophalen en nakijken (een halve minuut)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group build --group dev pyproject.toml -o requirements-dev.lock

wheel: .venv/ready-for-tests
	$(BIN)/python -m bot.make_ready
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf .venv dist build bot/made .mypy_cache .ruff_cache .pytest_cache .hypothesis
