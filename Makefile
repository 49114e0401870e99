# What one does with a checkout: `make help` lists it.

PYTHON ?= python3
PORT ?= 8000
VAR ?= var
EVENTS ?= 2000
# Another Python has a virtual environment of its own: `PYTHON=python3.12 make test` makes .venv-python3.12.
VENV ?= $(if $(filter python3,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
# A module is compiled when it is first imported: of 20,000 most never are.
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
# The model is in VAR, and so is what says that it is there: `make clean` and another VAR ask for it anew.
MODEL := $(VAR)/models/prepared
ALONE := $(PYTHON) deploy/alone.py
# Groups of tests that must not run at once, or that share what is dear, have a process to themselves.
PARALLEL := -n auto --maxprocesses 4 --dist loadgroup
MEASURED := $(if $(COVERAGE),PYTEST_PLUGINS=tests.measured)

export PORT
export VAR_DIR = $(VAR)
export PYTHONUNBUFFERED = 1
# Compiling our modules anew takes each process of the tests some seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test campaigns test-databases bench chaos docs notebook screenshots translations rehearse lint format requirements hooks clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1            \2/p' $(MAKEFILE_LIST) | sed -E 's/^(.{22}) */\1/'

setup: $(STAMPS)/requirements $(MODEL) ## virtual environment, packages, sentence model; only what changed

$(BIN)/python:
	$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info[:2] <= (3, 13) or sys.exit("Factline needs Python 3.11 to 3.13: PYTHON=python3.13 make ...")'
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/requirements: requirements.txt tests/requirements.txt | $(BIN)/python
	$(INSTALL) $$(grep -o '^torch==[^ ]*' requirements.txt)
	$(INSTALL) -r requirements.txt -r tests/requirements.txt
	@mkdir -p $(STAMPS) && touch $@

$(MODEL): $(STAMPS)/requirements $(wildcard indexer/embedding/*)
	$(BIN)/python -m indexer model
	@mkdir -p $(@D) && touch $@

run: ## a trial at http://localhost:8000, with everything that it needs (VAR=other PORT=9000: one more beside it)
	@$(ALONE) $(VAR) $(PORT) $(MAKE) --no-print-directory start

# What `run` does once nothing else runs with the same data.
.PHONY: start
start: export TRIAL = 1
# honcho gives every process a PORT of its own; people and the worker reach the web process at this one.
start: export BASE_URL ?= http://localhost:$(PORT)
start: export PROMETHEUS_MULTIPROC_DIR = $(VAR)/metrics
start: setup
	@rm -rf $(VAR)/metrics && mkdir -p $(VAR)/metrics
	$(BIN)/python -m factcheck migrate
	$(BIN)/python -m factcheck load-fixtures
	$(BIN)/python -m indexer reindex --if-needed
	@echo
	@echo "  Factline is starting at http://localhost:$(PORT)"
	@echo "    /            for volunteers: the queue"
	@echo "    /simulator/  forward a message, as if in LINE"
	@echo "    /data/       the open dataset"
	@echo "  Ctrl-C stops it; everything is kept in $(VAR)/."
	@echo
	@# The simulated LINE is a part of web, which starts below.
	@$(BIN)/python -m bot rich-menu --wait 120 > $(VAR)/rich-menu.log 2>&1 &
	@# honcho ends all when one ends; so each of them is started again.
	@sed -n 's|^\([a-z]*\): .*|\1: deploy/again \1|p' Procfile > $(VAR)/Procfile
	@PATH="$(CURDIR)/$(BIN):$$PATH" exec $(BIN)/honcho -f $(VAR)/Procfile start web worker embedder reader

test: setup ## format, lint, types and the tests (COVERAGE=1: what they reach; PYTHON=python3.12: with another Python)
	@.ci/timed lint $(MAKE) --no-print-directory lint
	@$(MEASURED) .ci/timed tests $(BIN)/python -m pytest $(PARALLEL) -m "not campaign"

campaigns: setup ## the long tests: a browser, whole services, broken disks, the real dataset (tests/campaigns.py)
	@$(MEASURED) .ci/timed campaigns $(BIN)/python -m pytest $(PARALLEL) -m campaign

test-databases: setup ## on PostgreSQL (TEST_DATABASE_URL) every test with a database, not only those where the databases differ
	@test -n "$$TEST_DATABASE_URL" || { echo "TEST_DATABASE_URL must name a PostgreSQL server." >&2; exit 1; }
	@.ci/timed test-databases $(BIN)/pytest $(PARALLEL) --all-databases -k postgresql

docs: setup ## the parts of README and docs that are made from code and from measured figures
	$(BIN)/python -m benchmarks.pages

notebook: setup ## the notebook of the dataset page, run on invented messages and rendered
	$(BIN)/python -m benchmarks.notebook

screenshots: setup ## every page, as a phone and a desk show it, in VAR/screenshots
	$(BIN)/python -m tests.screenshots $(VAR)/screenshots

lint: $(STAMPS)/requirements ## format, lint and types
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

format: $(STAMPS)/requirements ## bring the code into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# A text that is new gets an empty translation, one that is gone is removed; none is guessed.
EXTRACT := $(BIN)/pybabel --quiet extract --omit-header --no-location --width 110 --sort-output
translations: $(STAMPS)/requirements ## what is said now goes into the catalogues, for translators
	@mkdir -p $(VAR)
	$(EXTRACT) -F bot/babel.cfg -k t -k InvalidInputError:2 -o $(VAR)/bot.pot .
	$(EXTRACT) -F editor_ui/babel.cfg -k t -k lazy_gettext -k InvalidInputError:2 -k ForbiddenError:1 -k CheckedElsewhereError:1 \
	  -k GoneError:1 -o $(VAR)/editor_ui.pot .
	for package in bot editor_ui; do \
	  $(BIN)/pybabel --quiet update -i $(VAR)/$$package.pot -d $$package/translations --width 110 --no-fuzzy-matching \
	    --ignore-obsolete --ignore-pot-creation-date || exit 1; \
	done

bench: setup ## speed and memory, measured on this machine
	$(BIN)/python -m benchmarks

chaos: setup ## 2,000 events (EVENTS=100: so many; TEXTS_ALONE=1: no pictures) while processes are killed and LINE fails: is everybody answered exactly once?
	@.ci/timed chaos $(BIN)/python -m benchmarks.chaos --events $(EVENTS) $(if $(TEXTS_ALONE),--texts-alone)

rehearse: setup ## the steps of the Dockerfile in an empty folder, every process, one answer; no Docker engine needed
	$(BIN)/python -m deploy.rehearse --results benchmarks/results/sizes.json

requirements: ## pin what requirements/*.in and tests/requirements.in name (UPGRADE="flask numpy" or all: newer ones)
	PYTHON=$(PYTHON) requirements/pin.sh

hooks: HOOK = $(shell git rev-parse --git-path hooks/pre-commit)
hooks: ## let git run `make lint` before each commit
	@test ! -e "$(HOOK)" || { echo "$(HOOK) is there already; remove it first." >&2; exit 1; }
	@mkdir -p "$(dir $(HOOK))" && printf '#!/bin/sh\nexec make --no-print-directory lint\n' > "$(HOOK)" && chmod +x "$(HOOK)"
	@echo "git runs make lint before each commit ($(HOOK))"

clean: ## remove what was made at run time
	$(ALONE) $(VAR) 0 rm -rf $(VAR)
