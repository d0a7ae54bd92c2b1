.PHONY: check format test docs

PY ?= python

check: ## everything CI runs: format, lint, types, tests
	ruff format --check .
	ruff check .
	basedpyright
	$(PY) -m pytest

format:
	ruff format .
	ruff check --fix .

test:
	$(PY) -m pytest

docs:
	mkdocs build --strict
