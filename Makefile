# `make` lists the targets. Needs make, git and Python 3.11 or newer; the rest is installed into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help install demo run test torture check check-static lint format types imports bench translations \
	translations-current framework-check docs compile lock plotly clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' \
		| while IFS=$$'\t' read -r target text; do printf '%-22s %s\n' "$$target" "$$text"; done

install: $(INSTALLED) ## Make .venv with the locked dependencies and this folder's surveyapp

$(INSTALLED): requirements.lock pyproject.toml hatch_build.py
	@test -x $(BIN)/pip || tools/make-venv .venv $(PYTHON)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

compile: install
	$(BIN)/surveyapp translations compile --only-stale

demo: compile ## Serve demonstration data at http://127.0.0.1:8000/ (PORT=… for another port)
	$(BIN)/surveyapp demo --port $(PORT)

run: compile ## Serve with the settings of the environment (PORT=…)
	$(BIN)/surveyapp init
	$(BIN)/surveyapp serve --port $(PORT)

test: compile ## Run the tests (ARGS="-k heatmap" for some)
	tools/test-machine
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

torture: compile ## Run the races and the kills at full length (a few minutes)
	SURVEYAPP_TORTURE=1 $(BIN)/pytest tests/assessments/test_races.py tests/assessments/test_kills.py $(ARGS)

check: check-static test ## All that CI runs

check-static: lint types imports translations-current framework-check ## All that CI runs but the tests

lint: install ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install ## Mend style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install ## Check types: all of surveyapp; framework, scoring and bundle strictly
	$(BIN)/mypy
	$(BIN)/mypy --strict -p surveyapp.framework -p surveyapp.scoring -p surveyapp.bundle

imports: install ## Check that imports point one way
	$(BIN)/lint-imports

translations-current: install ## Check that the POT files are current and the PO files sound
	$(BIN)/surveyapp translations extract --check
	$(BIN)/surveyapp translations check

framework-check: install ## Check the questionnaires
	$(BIN)/surveyapp framework check
	$(BIN)/surveyapp framework docs --out docs/questionnaires --check

docs: install ## Write docs/questionnaires/ anew from the questionnaires
	$(BIN)/surveyapp framework docs --out docs/questionnaires

translations: install ## Bring the POT, PO and MO files up to date with the texts
	$(BIN)/surveyapp translations extract
	$(BIN)/surveyapp translations update
	$(BIN)/surveyapp translations compile

bench: compile ## Time the slow paths
	for benchmark in benchmarks/[a-z]*.py; do echo "$$benchmark"; $(BIN)/python "$$benchmark"; done

lock: install ## Choose newer dependencies within pyproject.toml and lock them with hashes
	test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links --extra dev --extra postgres --extra s3 \
		--output-file requirements.lock

plotly: ## Rebuild the plotly.js bundle in surveyapp/web/static/vendor (needs Node.js 20 and npm)
	cd tools/plotly && npm install --no-package-lock --no-audit --no-fund --ignore-scripts && node build.mjs

clean: ## Remove .venv, caches and what was built
	rm -rf .venv build dist tools/plotly/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find surveyapp tests tools benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	find translations -name '*.mo' -delete 2>/dev/null || true
