# Everything runs in .venv, set up from the lock files. `make console` asks, `make test` proves. Both say what they are doing,
# setting up on standard error: what is asked through a pipe gets its reply alone.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: console web test lint lock styles wheel clean

console: .venv/ready
	@$(BIN)/python -m bot console

web: .venv/ready
	@$(BIN)/python -m bot web

test: .venv/ready-for-tests
	@echo "1/5 fouten en stijl";    $(BIN)/ruff check .
	@echo "2/5 opmaak";             $(BIN)/ruff format --check .
	@echo "3/5 typen";              $(BIN)/mypy
	@echo "4/5 richting van imports"; $(BIN)/lint-imports
	@echo "5/5 tests (enkele minuten)"; $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup

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
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra web --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra web --extra opensearch --extra postgres --group build --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra web --extra opensearch --extra postgres pyproject.toml -o requirements-server.lock

# The components of NL Design System that the pages use, from their npm packages (EUPL-1.2), in one file that comes with the program.
NLDS := $(foreach name,button@1.1.0 heading@1.1.3 link@2.0.3 mark@1.0.5 paragraph@2.1.3 skip-link@1.0.5,@nl-design-system-candidate/$(subst @,-css@,$(name)))
UTRECHT := $(foreach name,alert@4.0.2 blockquote@3.0.1 body@3.0.0 form-field@3.0.1 form-label@3.0.1 page@3.0.1 page-footer@4.0.2 page-header@3.0.2 \
	table@3.0.1 textarea@4.0.1 textbox@4.0.1 unordered-list@3.1.1,@utrecht/$(subst @,-css@,$(name)))

styles:
	@npm install --prefix build/nlds --ignore-scripts --no-save --no-audit --no-fund $(NLDS) $(UTRECHT)
	@{ echo "/* NL Design System, EUPL-1.2 (see LICENSE.NLDS.md). Made by 'make styles' of:"; printf '   %s\n' $(NLDS) $(UTRECHT); echo "*/"; \
	  for part in button heading link mark paragraph skip-link; do cat build/nlds/node_modules/@nl-design-system-candidate/$$part-css/dist/$$part.css; echo; done; \
	  for part in alert blockquote body form-field form-label page page-footer page-header table textarea textbox unordered-list; do \
	    cat build/nlds/node_modules/@utrecht/$$part-css/dist/index.min.css; echo; done; } | sed 's|/\*# sourceMappingURL.*\*/||' > bot/web/static/nlds.css
	@cp build/nlds/node_modules/@utrecht/alert-css/LICENSE.md bot/web/static/LICENSE.NLDS.md

wheel: .venv/ready-for-tests
	$(BIN)/python -m bot.make_ready
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf .venv dist build bot/made .mypy_cache .ruff_cache .pytest_cache .hypothesis
