# On a bare machine: python3.11, git and make. `make run` needs nothing else.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

.PHONY: help run test prove bench screens lint types messages compile

help:
	@echo "make run       the desk on this machine, at http://localhost:8000 (PORT=, DATA_DIR=, DEMO=0)"
	@echo "make test      every test, on every engine and browser found here (ARGS='--no-browser')"
	@echo "make prove     measure what the documents promise; writes docs/proof/ (an hour for the faults; ARGS='--only ctrl-c')"
	@echo "make lint      ruff: rules and format"
	@echo "make types     mypy"
	@echo "make messages  collect the words to translate into locale/ (needs gettext)"
	@echo "make compile   compile the translations"
	@echo "make bench     time the expensive paths"
	@echo "make screens   photograph the demo desk into docs/screens/"

run: $(VENV)/.installed
	@exec $(BIN)/python -m config.embedded

test: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.run $(ARGS)

prove: $(VENV)/.installed-dev
	@$(BIN)/python -m bench.prove $(ARGS)

screens: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.e2e.screens

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m bench.queue
	@$(BIN)/python -m bench.wording
	@$(BIN)/python -m bench.matching

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	@$(BIN)/mypy

messages: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.check_translations --update

compile: $(VENV)/.installed-dev
	@$(BIN)/pybabel --quiet compile --domain django --directory locale

# The virtual environment: made once, filled again only when a list of requirements changed.

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "Python 3.11 is missing: there is no $(PYTHON) on the PATH."; \
		echo "Debian and Ubuntu: apt install python3.11 python3.11-venv. Elsewhere: https://www.python.org/downloads/"; \
		echo "If it has another name here: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "$(PYTHON) is not Python 3.11 but $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "The virtual environment could not be made. On Debian and Ubuntu: apt install python3.11-venv"; exit 1; }

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing what the desk needs (once, about half a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what the checks need (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(VENV)/.installed $@
