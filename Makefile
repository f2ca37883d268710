PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: demo test check lint bench docs lock clean

# A running, filled B2B CRM; ends with its address and log-ins.
demo:
	@$(PYTHON) scripts/setup.py demo
	@$(RUN) -m loomwork demo b2b

# Everything that must hold: style, types, imports, tests on SQLite and PostgreSQL, pages in Chromium.
test: lint
	@$(RUN) scripts/run_tests.py

lint:
	@$(PYTHON) scripts/setup.py test
	@$(RUN) -m ruff check .
	@$(RUN) -m pyright --warnings
	@.venv/bin/lint-imports --no-cache

# Ratios to hand-written programs over 1,000,000 rows, on both databases.
bench:
	@$(PYTHON) scripts/setup.py test
	@$(RUN) -m bench

# What is generated from the program: JSON Schemas, the language reference, the table of refused changes, the tables of
# docs/expressions.md, the platform's texts for translators.
docs:
	@$(RUN) -m web.texts.generate
	@$(RUN) -m metadata.schemas.generate
	@$(RUN) -m metadata.reference
	@$(RUN) -m engine.storage.reference
	@$(RUN) -m tests.expressions.test_docs

# New lock files from pyproject.toml and package.json: hashes, no addresses.
lock:
	@.venv/bin/uv pip compile -q pyproject.toml --extra postgresql --generate-hashes --python-version 3.11 \
	  --no-header -o requirements/runtime.lock
	@.venv/bin/uv pip compile -q pyproject.toml --extra postgresql --group dev --generate-hashes --python-version 3.11 \
	  --no-header -c requirements/runtime.lock -o requirements/dev.lock
	@npm install --package-lock-only --loglevel=error

clean:
	rm -rf .venv .setup node_modules web/static/vendor build dist *.egg-info
